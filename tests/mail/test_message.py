"""The one door: it returns for every input, quickly, and says what it could not read."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail.address import parse_address
from binrelay.mail.marks import read_marks
from binrelay.mail.message import Message, read_message
from binrelay.mail.mime import text_of, transfer_decoded, walk

OWN = parse_address("coordinator@bin-wilhelminapark.example")
MAIL = (
    b"Received: from a.example\r\nFrom: Jan <jan@x.example>\r\nDate: Tue, 06 May 2025 09:00:00 +0000\r\n"
    b"Subject: =?utf-8?q?Caf=C3=A9?=\r\nMessage-ID: <1@x.example>\r\n\r\nHallo\r\nBuurt\r\n"
)


def _read_through(content: bytes) -> Message:
    """Reads all that anybody can ask of a mail."""
    assert OWN is not None
    message = read_message(content)
    for part in walk(message.root) if message.root else ():
        text_of(part, content)
        transfer_decoded(part, content)
    read_marks(message, own=OWN, network_name="BIN Wilhelminapark", subaddress="+")
    return message


def test_a_plain_mail_is_read() -> None:
    message = read_message(MAIL)
    assert str(message.author) == "jan@x.example"
    assert (message.author_doubt, message.author_hints, message.unsafe) == (None, (), None)
    assert (message.message_id, message.subject) == ("1@x.example", "Café")
    assert message.content[message.body_at :] == b"Hallo\r\nBuurt\r\n"
    assert message.root is not None
    assert (message.root.start, message.root.body, message.root.end) == (0, message.body_at, len(MAIL))


_LINES = st.sampled_from(
    b"From: a@b.example\r\n|From: <|To: foo@\n|Message-ID: <a@[|Content-Type: multipart/mixed; boundary=b\n|\n|\r\n"
    b"|Content-Type: message/rfc822\n|Content-Transfer-Encoding: base64\r\n|--b\n|--b--\n|Subject: =?hex?b?AA=?=\n"
    b"| =?utf-8?q?=0A?=|\0|\r|&#99999999999;|<|=|Re[2]: |\xff".split(b"|")
)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=400) | st.lists(_LINES, max_size=30).map(b"".join))
def test_every_input_is_read(content: bytes) -> None:
    message = _read_through(content)
    assert message.content is content
    assert len(message.digest) == 64
    assert message.subject.isprintable()
    assert message.author is None or not message.author_hints


@pytest.mark.parametrize(
    "content",
    [
        b"From: <",
        b"To: foo@",
        b"Message-ID: <",
        b"Message-ID: <a@[",
        b"From: g: a@b.example; junk <",
        b"From: =?utf-8?q?a=0D=0ABcc:_x?= <a@b.example>",
        b"To: " + b"(" * 1000,
        b"Content-Type: message/rfc822\n\n" * 3000,
        b"Content-Type: multipart/mixed\n\nx",
        *(b"Content-Type: text/plain; charset=%s\n\nx" % name for name in (b"hex", b"idna", b"undefined", b"a\0b")),
        b"Content-Type: text/html\n\n&#" + b"9" * 5000 + b";",
        b"To: " + b"junk " * 8000,
        b"To: " + b"a@b.example, " * 4000,
        b"Subject: " + b"=?utf-8?q?a?= " * 17_000,
        b"\n" * 1_000_000,
        b"\r\n" * 1_000_000 + b"From: a@b.example",
        b"From: a@" + b"\xc3\xa9" * 8000,
        b"To: coordinator+" + b"\xc3\xa9" * 8000 + b"@" + b"\xc3\xa9." * 2000,
        b"From: a" + b" " * 16_000 + b"b\r\n",
        b"From: " + b'"\\' * 8000,
        b"From: " + b"(" * 16_000,
        b"References: " + b"<" * 16_000,
        b"Content-Type: a/b" + b"; a*0*=x''y" * 1400,
        b"Content-Type: text/html\n\n" + b"<" * 300_000,
        b"Content-Transfer-Encoding: base64\n\n" + b"A=" * 150_000,
    ],
)
def test_poison_is_read_at_once(content: bytes) -> None:
    before = time.process_time()
    assert _read_through(content).digest
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"X: y\r\n" * 20_000 + b"\r\n", "102400 bytes"),
        (b"X: y\r\n" * 1001 + b"\r\n", "1000 lines"),
        (b"X: " + b"y" * 16_384 + b"\r\n\r\n", "16384 bytes"),
        (b"To: " + b"a@b.example," * 201 + b"\r\n\r\n", "200 addresses"),
        (b"X: " + b"=?a?q?b?= " * 201 + b"\r\n\r\n", "200 encoded words"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 200, "200 parts"),
    ],
)
def test_what_is_beyond_a_limit_is_unsafe_and_says_why(content: bytes, reason: str) -> None:
    message = read_message(b"From: jan@x.example\r\n" + content)
    assert reason in (message.unsafe or "")
    assert message.root is None
    assert str(message.author) == "jan@x.example"


def test_two_hundred_neighbours_with_names_are_no_attack() -> None:
    content = b'To: "a@b.example" <a@b.example>' + b',\r\n "Jan, a@b.example" <a@b.example>' * 199 + b"\r\n\r\nx"
    assert read_message(content).unsafe is None


def test_an_empty_line_before_the_header_is_skipped_but_kept() -> None:
    message = read_message(b"\r\n\r\n" + MAIL)
    assert str(message.author) == "jan@x.example"
    assert message.header.fields[0].raw == b"\r\n\r\n"


def test_a_mail_without_header_is_all_body() -> None:
    message = read_message(b"")
    assert (message.author, message.message_id, message.subject) == (None, None, "")
    assert message.author_doubt == "it has no From field"


def test_a_subject_is_one_short_line() -> None:
    subject = read_message(b"Subject: a\r\n\tb =?utf-8?q?=0D=0Ac?= " + b"x" * 2000 + b"\r\n\r\n").subject
    assert subject.startswith("a b ")
    assert (len(subject), subject.isprintable()) == (998, True)


@pytest.mark.parametrize("value", [b"<1@x.example>", b"1@x.example", b"  <1@x.\r\n example> (c)", b"<1@x.example"])
def test_a_message_id_is_found_without_its_brackets(value: bytes) -> None:
    assert read_message(b"Message-ID: " + value + b"\r\n\r\n").message_id == "1@x.example"


@pytest.mark.parametrize(
    "copy",
    [
        MAIL.replace(b"\r\n", b"\n"),
        MAIL + b"\r\n\r\n\n",
        MAIL.rstrip(),
        b"Delivered-To: x\r\n" + MAIL,
        MAIL.replace(b"From: Jan <", b"From: Jan\r\n\t<"),
        MAIL.replace(b"\r\n\r\n", b"\r\nX-Spam: no\r\n\r\n"),
    ],
)
def test_two_copies_of_one_mail_are_one(copy: bytes) -> None:
    assert read_message(copy).digest == read_message(MAIL).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Jan", b"Piet"),
        (b"06 May", b"07 May"),
        (b"Caf", b"Koffie"),
        (b"<1@", b"<2@"),
        (b"Buurt", b"buurt"),
        (b"o\r\n", b"o\r\n\r\n"),
    ],
)
def test_another_mail_is_another(old: bytes, new: bytes) -> None:
    assert read_message(MAIL.replace(old, new)).digest != read_message(MAIL).digest


def test_line_ends_on_the_edge_of_a_chunk_count_as_one() -> None:
    for pad in range((1 << 20) - 2, (1 << 20) + 1):
        body = b"a" * pad + b"\r\nb\r\n"
        with_crlf, with_lf = (
            read_message(b"From: a@b.example\n\n" + text) for text in (body, body.replace(b"\r\n", b"\n"))
        )
        assert with_crlf.digest == with_lf.digest


@pytest.mark.parametrize("filler", [b"A" * 76 + b"\r\n", b"\n", b"-", b"\n--b", b"\n--b\n", b"--" + b"b" * 68 + b"x\n"])
@pytest.mark.parametrize(("depth", "seconds"), [(3, 0.5), (18, 1.0)])
def test_the_largest_mail_is_read_quickly_and_without_a_second_copy(filler: bytes, depth: int, seconds: float) -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=n%d\n\n--n%d\n" % (n, n) for n in range(depth))
    kind = b"Content-Type: multipart/mixed; boundary=" + b"b" * 68 + b"\n\n"
    content = b"From: a@b.example\n" + nested + kind + filler * (25_000_000 // len(filler))
    before = time.process_time()
    read_message(content)
    assert time.process_time() - before < seconds
    tracemalloc.start()
    read_message(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
