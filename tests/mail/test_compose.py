from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binrelay.mail.compose import format_date, group_or_address, list_id, mailbox_field, phrase, write_message
from binrelay.mail.content import Content, plain
from tests.mail.outgoing import FIELDS, address, parsed

COORDINATOR = address("coordinator@bin.example")


def with_field(name: str, value: str) -> bytes:
    kept = [field for field in FIELDS if field[0].lower() != name.lower()]
    return write_message([*kept, (name, value)], plain("Dag\n"))


def test_a_mail_reads_back_as_it_was_meant() -> None:
    message = parsed(write_message(FIELDS, plain("Goedemorgen, café\n")))
    assert message["From"] == "BIN Wilhelminapark <coordinator@bin.example>"
    assert message["MIME-Version"] == "1.0"
    assert message.get_content() == "Goedemorgen, café\r\n"
    assert not message.defects


@pytest.mark.parametrize(
    "name", ["Cc", "Bcc", "Sender", "X-Mailer", "Received", "Return-Path", "Resent-To", "List-Archive"]
)
def test_a_field_that_could_show_somebody_cannot_be_written(name: str) -> None:
    with pytest.raises(ValueError, match="no such field"):
        with_field(name, "jan@mail.example")


@pytest.mark.parametrize("name", ["From", "To", "Date", "Message-ID"])
def test_a_mail_has_exactly_one_of_each_field_it_needs(name: str) -> None:
    without = [field for field in FIELDS if field[0] != name]
    with pytest.raises(ValueError, match="each field once"):
        write_message(without, plain(""))
    with pytest.raises(ValueError, match="each field once"):
        write_message([*FIELDS, (name.upper(), "x")], plain(""))


@pytest.mark.parametrize(
    "evil", ["\r\nBcc: jan@mail.example", "\nBcc: x", "\rBcc: x", "\x0bBcc: x", "\u2028Bcc: x", "\x85Bcc: x"]
)
@pytest.mark.parametrize("name", ["Subject", "From", "To", "List-Id", "Reply-To"])
def test_no_value_can_open_a_line_of_its_own(name: str, evil: str) -> None:
    raw = with_field(name, f"hallo{evil}")
    assert parsed(raw)["Bcc"] is None
    assert b"\nBcc" not in raw


def test_a_subject_with_bidi_controls_reads_from_left_to_right() -> None:
    assert parsed(with_field("Subject", "foto\u202egpj.exe"))["Subject"] == "fotogpj.exe"


def test_the_tag_stays_readable_beside_an_accent() -> None:
    raw = with_field("Subject", "[BIN Wilhelminapark K7Q4M2X9] Inbraak café Överste straat")
    assert b"Subject: [BIN Wilhelminapark K7Q4M2X9] Inbraak =?utf-8?B?" in raw.replace(b"\r\n ", b" ")
    assert parsed(raw)["Subject"] == "[BIN Wilhelminapark K7Q4M2X9] Inbraak café Överste straat"


@given(st.text(max_size=400))
def test_any_subject_arrives_as_one_short_field(text: str) -> None:
    raw = with_field("Subject", text)
    head = raw.partition(b"\r\n\r\n")[0]
    assert raw.isascii()
    assert head.count(b"\nSubject:") == 1
    assert all(len(line) <= 210 for line in head.split(b"\r\n"))


@given(st.text(alphabet="aé字🙂 ", min_size=1, max_size=200))
def test_long_subjects_are_folded_and_come_back_whole(text: str) -> None:
    raw = with_field("Subject", text)
    assert parsed(raw)["Subject"].split() == text.split()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n") if b"=?" in line)


def test_a_message_id_is_never_encoded_or_broken() -> None:
    long_id = f"<{'x' * 300}@mail.example.org>"
    raw = with_field("In-Reply-To", long_id)
    assert f"In-Reply-To: {long_id}\r\n".encode() in raw


def test_references_fold_between_identifiers_and_keep_first_and_last() -> None:
    ids = [f"<id{number}@politie.example>" for number in range(100)]
    raw = with_field("References", " ".join(ids))
    kept = parsed(raw)["References"].split()
    assert kept[0] == ids[0]
    assert kept[1:] == ids[-39:]


def test_an_identifier_that_cannot_be_written_is_left_out() -> None:
    assert b"In-Reply-To" not in with_field("In-Reply-To", "<é@x>")
    assert b"In-Reply-To" not in with_field("In-Reply-To", f"<{'x' * 2000}@y>")
    with pytest.raises(ValueError, match="Message-ID"):
        with_field("Message-ID", "no brackets")


@pytest.mark.parametrize(
    "field", [b"Subject: x\r\n", b"Content-Type: x\n", b"Content-Type: x\r\nBcc: y\r\n", b"Content-Type: x"]
)
def test_a_content_cannot_bring_other_fields(field: bytes) -> None:
    with pytest.raises(ValueError, match="content field"):
        write_message(FIELDS, Content((field,), ()))


@pytest.mark.parametrize(
    ("display", "shown"),
    [
        ("Politie Utrecht-Oost via BIN Wilhelminapark", "Politie Utrecht-Oost via BIN Wilhelminapark"),
        ("J.P. de Vries, wijkagent", "J.P. de Vries, wijkagent"),
        ('De "Polo"', 'De "Polo"'),
        ("Gemeente ’s-Gravenhage", "Gemeente ’s-Gravenhage"),
        ("Politie <info@politie.example>", "Politie"),
        ("politie.nl via BIN", "politie nl via BIN"),
    ],
)
def test_a_display_name_is_shown_as_meant_and_never_poses_as_an_address(display: str, shown: str) -> None:
    field = mailbox_field(display, COORDINATOR)
    found = parsed(with_field("From", field))["From"].addresses
    assert [(each.display_name, each.addr_spec) for each in found] == [(shown, "coordinator@bin.example")]


@given(st.text(max_size=80))
def test_whatever_a_partner_is_called_there_is_one_mailbox(name: str) -> None:
    found = parsed(with_field("From", mailbox_field(name, COORDINATOR)))["From"].addresses
    assert [each.addr_spec for each in found] == ["coordinator@bin.example"]
    assert "@" not in phrase(name)


def test_a_batch_may_be_addressed_to_an_empty_group() -> None:
    assert group_or_address("BIN Oost", ()) == "BIN Oost:;"
    assert group_or_address("BIN", (COORDINATOR, address("b@c.example"))) == "coordinator@bin.example, b@c.example"
    assert list_id("BIN Oost", "bin.example") == "BIN Oost <bin.example>"


def test_the_date_does_not_tell_a_time_zone() -> None:
    assert format_date(1_795_492_800.9) == "Tue, 24 Nov 2026 04:00:00 +0000"
