"""Every mark that could name one of our mails is found, wherever a mail system left it."""

from __future__ import annotations

import base64
import time

import pytest

from binrelay.mail.address import parse_address
from binrelay.mail.marks import Marks, read_marks
from binrelay.mail.message import read_message
from binrelay.mail.read_texts import strip_tags
from binrelay.mail.subject import Subject

DOMAIN = "bin-wilhelminapark.example"
OWN = parse_address(f"coordinator@{DOMAIN}")


def _marks(*lines: str, body: bytes = b"", subaddress: str | None = "+") -> Marks:
    assert OWN is not None
    content = "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body
    return read_marks(read_message(content), own=OWN, network_name="BIN Wilhelminapark", subaddress=subaddress)


def test_a_new_mail_has_no_marks() -> None:
    marks = _marks("From: a@b.example", "Message-ID: <1@b.example>", "Subject: inbraak", body=b"Gele Polo gezien")
    assert marks.own_ids == ("1@b.example",)
    bare = Subject(reply=False, forward=False, bare="inbraak", ours=False)
    assert marks == Marks(("1@b.example",), (), (), (), bare, (), (), (), (), False, 0, None)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<1@b.example>", ("1@b.example",)),
        ("<1@b.example> <2@b.example>", ("1@b.example", "2@b.example")),
        ("<1@b.example><2@b.example>,\r\n <1@b.example>", ("1@b.example", "2@b.example")),
        ("<1@b.\r\n example>", ("1@b.example",)),
        ("1@b.example 2@b.example", ("1@b.example", "2@b.example")),
        ('Message from jan@x.example of "Monday" <1@b.example>', ("1@b.example",)),
        ("<no-at-sign>", ("no-at-sign",)),
        ("<>", ()),
        ("see below", ()),
    ],
)
def test_ids_are_read_as_mailers_write_them(value: str, ids: tuple[str, ...]) -> None:
    marks = _marks(f"In-Reply-To: {value}", f"References: {value}")
    assert (marks.in_reply_to, marks.references) == (ids, ids)


def test_ids_are_capped() -> None:
    assert len(_marks("References: " + " ".join(f"<{n}@b>" for n in range(1000))).references) == 200


def test_an_id_that_the_server_replaced_is_still_our_own() -> None:
    marks = _marks("Message-ID: <new@ms.example>", "X-Microsoft-Original-Message-ID: <old@b.example>")
    assert marks.own_ids == ("new@ms.example", "old@b.example")


@pytest.mark.parametrize("name", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_a_tag_in_our_sub_address_is_found(name: str) -> None:
    line = f'{name}: x@y.example, "Politie" <coordinator+k7q4m2x9@{DOMAIN}>'
    assert _marks(line).address_tags == ("K7Q4M2X9",)
    assert _marks(line, subaddress=None).address_tags == ()


def test_tags_in_subject_and_text_are_found() -> None:
    marks = _marks("Subject: Re: zaak 12 K7Q4M2X9", body=b"> [BIN Wilhelminapark AAAA2222] Polo\r\n")
    assert (marks.subject_tags, marks.text_tags) == (("K7Q4M2X9",), ("AAAA2222",))
    assert marks.subject.reply


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Type: text/html", b"<td title='x'>K7Q4M2X9</td><td>rest</td>"),
        ("Content-Type: text/html", b"<p>tag&nbsp;K7Q4M2X9&#46;</p>"),
        ("Content-Transfer-Encoding: base64", base64.b64encode(b"uw kenmerk k7q4m2x9")),
        ("Content-Transfer-Encoding: quoted-printable", b"K7Q4=\r\nM2X9"),
        ("Content-Type: text/plain; charset=utf-16", "K7Q4M2X9".encode("utf-16")),
        ("Content-Type: message/rfc822", b"Subject: [BIN Wilhelminapark K7Q4M2X9] x\r\n\r\n"),
        ("Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"K7Q4M2X9")),
        ('Content-Type: application/octet-stream; name="Antwoord.EML"', b"Subject: x K7Q4M2X9\r\n\r\n"),
        ("Content-Type: multipart/mixed; boundary=b", b"--b\r\nContent-Type: text/html\r\n\r\n<b>K7Q4M2X9</b>"),
    ],
)
def test_a_quoted_tag_is_found_in_every_kind_of_text(head: str, body: bytes) -> None:
    assert "K7Q4M2X9" in _marks(head, body=body).text_tags


def test_ids_of_our_own_domain_in_the_text_are_quotes() -> None:
    body = f"Message-ID: <abc@{DOMAIN}>, <x@other.example>, <coordinator@{DOMAIN}> <ABC@{DOMAIN.upper()}>".encode()
    assert _marks("Subject: x", body=body).quotes == (f"abc@{DOMAIN}", f"ABC@{DOMAIN.upper()}")


def test_a_forwarded_mail_of_ours_is_known_by_its_ids_and_its_loop_mark() -> None:
    inner = b"Message-ID: <1@b.example>\r\nReferences: <2@b.example>\r\nX-Binrelay-Loop: w\r\n\r\nx"
    marks = _marks("Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", body=base64.b64encode(inner))
    assert marks.embedded_ids == ("1@b.example", "2@b.example")
    assert (marks.embeds_ours, marks.loop_mark) == (True, None)


def test_a_mail_within_a_mail_within_a_mail_is_looked_at() -> None:
    innermost = "Message-ID: <1@b.example>\r\nX-Binrelay-Loop: w\r\n\r\nK7Q4M2X9"
    middle = f"Message-ID: <2@b.example>\r\nContent-Type: message/rfc822\r\n\r\n{innermost}"
    marks = _marks("Content-Type: message/rfc822", body=middle.encode())
    assert marks.embedded_ids == ("2@b.example", "1@b.example")
    assert (marks.embeds_ours, marks.text_tags) == (True, ("K7Q4M2X9",))


def test_a_loop_mark_pasted_into_the_text_is_seen() -> None:
    assert _marks("Subject: x", body=b"> X-BINrelay-Loop: wilhelminapark").embeds_ours


def test_the_topmost_loop_mark_counts() -> None:
    assert _marks("X-BINrelay-Loop: one", "X-Binrelay-Loop: two").loop_mark == "one"


@pytest.mark.parametrize(
    ("length", "value"), [(22, base64.b64encode(b"x" * 22)), (27, base64.b64encode(b"x" * 27)), (0, b"%%")]
)
def test_the_length_of_a_thread_index_is_known(length: int, value: bytes) -> None:
    assert _marks(f"Thread-Index: {value.decode()}").thread_index_bytes == length


def test_a_mail_that_cannot_be_read_safely_has_the_marks_of_its_header() -> None:
    marks = _marks("References: <1@b.example>", *["X: y"] * 1001, body=b"K7Q4M2X9")
    assert (marks.references, marks.text_tags) == (("1@b.example",), ())


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("a<b>c</b>d", "a c d"),
        ("1 < 2", "1  < 2"),
        ("<a", " <a"),
        ("&lt;1@b.example&gt;", "<1@b.example>"),
        ("&#" + "9" * 5000 + ";", "\ufffd;"),
    ],
)
def test_html_is_read_as_words(markup: str, words: str) -> None:
    assert strip_tags(markup) == words


@pytest.mark.parametrize("unit", ["<", "<a ", "&", "&#9", "<!--", "<1@", "12345678 "])
def test_a_flood_in_the_text_costs_little(unit: str) -> None:
    part = "--b\r\nContent-Type: text/html\r\n\r\n" + unit * (262_144 // len(unit)) + "\r\n"
    before = time.process_time()
    _marks("Content-Type: multipart/mixed; boundary=b", body=(part * 8).encode())
    assert time.process_time() - before < 2.0
