"""Whatever arrives: what goes out keeps the line rules and says the same."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from binrelay.mail.content import Content, pseudonymous, relayed
from binrelay.mail.message import Message, read_message
from binrelay.mail.mime import transfer_decoded, walk
from binrelay.mail.piece import keeps_line_rules
from tests.mail.outgoing import BOUNDARY, FOOTER, PIET, PSEUDONYM, leaves, mail, parsed, relay, root_of, written

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
NO_MAIL = {"imap", "address-test", "strings", "body-text"}
PIECES = [
    b"\r\n", b"\n", b"\r", b"\0", b"--m", b"--m--", b"--n", b"x" * 1100, b" ", b"\t", b"tekst", b"\xe9", b"=", b"aGFs",
    b"Content-Type: text/plain", b"Content-Type: multipart/mixed; boundary=n", b"Content-Type: image/png; name=a",
    b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: 8bit", b"X-Odd", b":", b"Content-Type: message/rfc822",
]  # fmt: skip
bodies = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)
types = st.sampled_from(
    ["text/plain", "multipart/mixed; boundary=m", "multipart/alternative; boundary=m", "image/png", "x"]
)


def decoded(message: Message) -> list[bytes]:
    return [transfer_decoded(part, message.content) for part in walk(root_of(message)) if not part.children]


def canonical(raw: bytes) -> bytes:
    """A file with LF line ends alone means CRLF."""
    return raw if b"\r" in raw else raw.replace(b"\n", b"\r\n")


@given(bodies, types)
@example(b"--m\r\n\r\na\0b\r\n--m\r\r\n\r\nc\r\n--m--", "multipart/mixed; boundary=m")
@example(b"--m\r", "multipart/mixed; boundary=m")
@example(b"\rx\r--m\r\n--m\r\n\r\na\nb", "multipart/mixed; boundary=m")
def test_any_body_goes_out_with_proper_lines_and_the_same_parts(body: bytes, media_type: str) -> None:
    source = mail(body, f"Content-Type: {media_type}")
    content = relayed(read_message(source)).above(FOOTER, boundary=BOUNDARY)
    assert keeps_line_rules(written(content))
    before, after = decoded(read_message(source)), decoded(read_message(written(content)))
    if b"multipart/mixed" in content.fields[0] and BOUNDARY.encode() in content.fields[0]:
        assert after[:-1] == before
    else:
        assert len(before) == len(after) == 1
        assert after[0].startswith(before[0])


@given(bodies, types)
def test_any_members_mail_goes_out_with_proper_lines_or_not_at_all(body: bytes, media_type: str) -> None:
    message = read_message(mail(body, f"Content-Type: {media_type}"))
    content = pseudonymous(message, FOOTER, person=PIET, pseudonym=PSEUDONYM, boundary=BOUNDARY)
    if isinstance(content, Content):
        assert keeps_line_rules(written(content))
        assert read_message(written(content)).root


@given(st.binary(max_size=300))
def test_bytes_that_are_no_mail_at_all_do_no_harm(raw: bytes) -> None:
    content = relayed(read_message(raw)).above(FOOTER, boundary=BOUNDARY)
    assert keeps_line_rules(content.joined())


def test_a_leaf_that_breaks_the_rules_becomes_base64_and_its_neighbours_stay() -> None:
    good = b"--m\r\nContent-Type: text/plain\r\nX-Kept:as it is\r\n\r\nGoed\r\n"
    bad = b"--m\r\nContent-Type: text/csv\r\nContent-Transfer-Encoding: 8bit\r\n\r\na\nb\0" + b"c" * 2000
    raw = relay(mail(good + bad + b"\r\n--m--\r\n", "Content-Type: multipart/mixed; boundary=m"))
    assert good in raw
    assert leaves(raw)[1] == ("text/csv", b"a\nb\0" + b"c" * 2000)


def test_a_signed_part_with_unix_lines_only_has_its_line_ends_made_whole() -> None:
    body = b"--m\nContent-Type: text/plain\n\nA  \nB\n--m\n\nsig\n--m--\n"
    raw = relay(mail(b"\r\n" + body, "Content-Type: multipart/signed; boundary=m"))
    assert body.replace(b"\n", b"\r\n") in raw


@pytest.mark.parametrize("odd", [b"\r", b"\0"])
def test_a_signed_part_that_cannot_be_sent_as_it_is_keeps_what_it_says(odd: bytes) -> None:
    body = b"--m\r\nContent-Type: text/plain\r\n\r\nA" + odd + b"B\r\n--m\r\n\r\nsig\r\n--m--\r\n"
    raw = relay(mail(body, "Content-Type: multipart/signed; boundary=m"))
    assert leaves(raw)[:2] == [("text/plain", b"A" + odd + b"B"), ("text/plain", b"sig")]
    assert keeps_line_rules(raw)


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_no_end_of_data_can_be_smuggled(cut: int) -> None:
    body = b"x\n.\nx\r.\rx\r\n.\rx\n.\r\nx\r.\n"[: cut + 3] + b"MAIL FROM:<a@b>\r\n"
    raw = relay(mail(body))
    assert raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n")


def human_made() -> Iterator[Path]:
    if not CORPORA.is_dir():
        pytest.skip(f"no corpora at {CORPORA}")
    with (CORPORA / "manifest.csv").open(newline="", encoding="utf-8") as rows:
        yield from (CORPORA / row["file"] for row in csv.DictReader(rows) if row["expected_class"] not in NO_MAIL)


def test_no_mail_of_the_wild_loses_a_byte() -> None:
    changed, count = [], 0
    for path in human_made():
        message = read_message(canonical(path.read_bytes()))
        if message.root is None:
            continue
        count += 1
        raw = written(relayed(message).above(FOOTER, boundary=BOUNDARY))
        after = decoded(read_message(raw))
        before = decoded(message)
        if not (after[:-1] == before or (len(after) == 1 and after[0].startswith(before[0]))):
            changed.append(path)
        parsed(raw)
    assert count > 1000
    assert changed == []
