from __future__ import annotations

from base64 import b64encode
from os import urandom
from time import process_time

import pytest

from binrelay.mail.gate import Exposure, find_exposures
from binrelay.mail.people import People
from tests.mail.outgoing import mail

JAN = "jan@mail.example"
MEMBERS = People({JAN, "p+x@mail.example", "berg@xn--mnchen-3ya.example", *(f"m{n}@home.example" for n in range(5000))})
HTML = "Content-Type: text/html; charset=utf-8"
QP = "Content-Transfer-Encoding: quoted-printable"
B64 = "Content-Transfer-Encoding: base64"


def found(raw: bytes) -> set[str]:
    return {each.key for each in find_exposures(raw, MEMBERS, hidden=[People(names=["Piet Jansen"])])}


def forwarded(raw: bytes, boundary: str = "m") -> bytes:
    mark = boundary.encode()
    body = b"--" + mark + b"\r\nContent-Type: message/rfc822\r\n\r\n" + raw + b"\r\n--" + mark + b"--\r\n"
    return mail(body, f"Content-Type: multipart/mixed; boundary={boundary}")


EXPOSED = {
    "to": mail(b"", "To: jan@mail.example"),
    "cc": mail(b"", "Cc: x@y.example, Jan <JAN@Mail.Example>"),
    "bcc": mail(b"", "Bcc: jan@mail.example"),
    "subject": mail(b"", "Subject: van jan@mail.example"),
    "encoded subject": mail(b"", f"Subject: =?utf-8?B?{b64encode(JAN.encode()).decode()}?="),
    "q subject": mail(b"", "Subject: =?utf-8?Q?jan=40mail=2Eexample?="),
    "references": mail(b"", "References: <123.jan@mail.example> <jan@mail.example>"),
    "folded": mail(b"", "X: a\r\n jan@mail.example"),
    "list-unsubscribe": mail(b"", "List-Unsubscribe: <mailto:c@bin.example?body=jan%40mail.example>"),
    "text": mail(b"hallo jan@mail.example.\r\n"),
    "sentence": mail(b"jan@mail.example.Groeten\r\n"),
    "angle": mail(b"<jan@mail.example>"),
    "mailto": mail(b"[mailto:jan@mail.example]"),
    "equals": mail(b"x=jan@mail.example&y"),
    "dash": mail(b"-jan@mail.example"),
    "markdown": mail(b"_jan@mail.example_"),
    "quotes": mail(b"'jan@mail.example'"),
    "url": mail(b"http://x.example/?a=jan%40mail.example"),
    "soft break": mail(b"jan@ma=\r\nil.example\r\n", QP),
    "hex": mail(b"jan=40mail.example\r\n", QP),
    "base64": mail(b64encode(b"jan@mail.example"), B64),
    "pdf": mail(b64encode(b"%PDF\0(jan@mail.example)\0"), "Content-Type: application/pdf", B64),
    "old office file": mail(
        b64encode("x jan@mail.example y".encode("utf-16-le")), "Content-Type: application/msword", B64
    ),
    "utf-16 text": mail(
        b64encode("jan@mail.example".encode("utf-16")), "Content-Type: text/plain; charset=utf-16", B64
    ),
    "entity": mail(b"jan&#64;mail&#x2e;example", HTML),
    "tags": mail(b"jan<b>@</b>mail.ex<wbr>ample", HTML),
    "href": mail(b'<a href="mailto:jan%40mail.example">', HTML),
    "href bare": mail(b"<a href=jan@mail.example>", HTML),
    "soft hyphen": mail("jan@ma\u00adil.example".encode(), HTML),
    "wide at": mail("jan\uff20mail.example".encode(), "Content-Type: text/plain; charset=utf-8"),
    "file name": mail(b"", 'Content-Disposition: attachment; filename="jan@mail.example.pdf"'),
    "file name 2231": mail(b"", "Content-Disposition: attachment; filename*=utf-8''jan%40mail.example"),
    "boundary": mail(b"--jan@mail.example\r\n\r\nx", 'Content-Type: multipart/mixed; boundary="jan@mail.example"'),
    "preamble": mail(b"jan@mail.example\r\n--m\r\n\r\nx", "Content-Type: multipart/mixed; boundary=m"),
    "part header": mail(b"--m\r\nX: jan@mail.example\r\n\r\nx", "Content-Type: multipart/mixed; boundary=m"),
    "forwarded": forwarded(mail(b64encode(b"jan@mail.example"), B64)),
    "forwarded twice": forwarded(forwarded(mail(b"jan=40mail.example", QP)), "outer"),
}


@pytest.mark.parametrize("way", EXPOSED)
def test_a_members_address_does_not_get_out(way: str) -> None:
    assert JAN in found(EXPOSED[way])


@pytest.mark.parametrize("way", EXPOSED)
def test_the_one_recipients_own_address_may_stand_there(way: str) -> None:
    assert find_exposures(EXPOSED[way], MEMBERS, allowed={JAN}) == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [("p+x@mail.example", "p+x@mail.example"), ("berg@münchen.example", "berg@xn--mnchen-3ya.example")],
)
def test_odd_addresses_are_known_as_people_write_them(text: str, key: str) -> None:
    assert found(mail(text.encode(), "Content-Type: text/plain; charset=utf-8")) == {key}


@pytest.mark.parametrize(
    "text",
    [
        "xjan@mail.example",
        "x.jan@mail.example",
        "jan@mail.examples",
        "jan@submail.example",
        "jan @ mail.example",
        "jan(at)mail.example",
        "coordinator@bin.example",
        "@mail.example",
        "jan@",
        "janmail.example",
    ],
)
def test_another_persons_address_is_no_alarm(text: str) -> None:
    assert found(mail(text.encode())) == set()


@pytest.mark.parametrize(
    "raw",
    [
        mail(b"groet, Piet Jansen"),
        mail(b"PIET\r\n  jansen"),
        mail(b"Piet Jan=\r\nsen", QP),
        mail(b"<b>Piet</b>&nbsp;Jansen", HTML),
        mail(b"", "Subject: =?utf-8?Q?Piet_Jansen?="),
        mail(b"", "Content-Disposition: attachment; filename*=utf-8''Piet%20Jansen.pdf"),
    ],
)
def test_a_pseudonymous_mail_does_not_name_its_author(raw: bytes) -> None:
    assert found(raw) == {"piet jansen"}


def test_a_lone_subject_line_is_looked_at_too() -> None:
    assert found(b"Piet Jansen is weg") == {"piet jansen"}
    assert found(b"vraag van jan@mail.example") == {JAN}


def test_an_accent_by_itself_does_not_hide_a_name() -> None:
    raw = mail("groet, Jose\u0301 Berg".encode())
    assert find_exposures(raw, MEMBERS, hidden=[People(names=["Jos\u00e9 Berg"])]) != ()


def test_the_thousandth_address_is_looked_at_like_the_first() -> None:
    raw = mail(b"".join(b"a%d@b%d.example " % (number, number) for number in range(3000)) + b"m4999@home.example")
    assert found(raw) == {"m4999@home.example"}


def test_small_mails_pass_in_no_time_however_many_members_there_are() -> None:
    names = [f"Voornaam{number} Achternaam{number}" for number in range(5000)]
    start = process_time()
    for _ in range(20):
        assert find_exposures(mail(b"Gele Polo\r\n"), MEMBERS, hidden=[People(names=names)]) == ()
    assert process_time() - start < 2


def test_a_name_inside_another_word_is_no_alarm() -> None:
    assert found(mail(b"Piet Jansenstraat, Spiet Jansen")) == set()


def test_the_report_says_where() -> None:
    exposures = find_exposures(EXPOSED["q subject"], MEMBERS)
    assert exposures == (Exposure("header subject", JAN),)


def test_what_cannot_be_read_to_the_end_does_not_go_out() -> None:
    raw = mail(b"hello")
    for depth in range(12):
        raw = forwarded(raw, f"b{depth:02}")
    assert "cannot be read to the end" in found(raw)


def test_the_largest_mail_is_looked_through_within_a_second_and_a_half() -> None:
    payload = b64encode(urandom(18_000_000))
    raw = mail(payload + b"\r\n", "Content-Type: application/pdf", B64)
    start = process_time()
    assert found(raw) == set()
    assert process_time() - start < 1.5


@pytest.mark.parametrize(
    "bomb",
    [
        b"@",
        b"a@",
        b"a@a.nl ",
        b"<",
        b"&#64;",
        b"%40",
        b"a.-+=%41",
        b"=?utf-8?q?",
        b" ",
        b" \n",
        b"> > \r\n",
        b"\xc2\xad",
        b"data:,",
        b"begin 644 a\n",
    ],
)
def test_no_text_takes_long(bomb: bytes) -> None:
    raw = mail(bomb * (2_000_000 // len(bomb)), HTML)
    start = process_time()
    assert found(raw) == set()
    assert process_time() - start < 4
