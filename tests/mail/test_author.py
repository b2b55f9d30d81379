"""Only a From field that every reader reads the same way names an author."""

from __future__ import annotations

import email.utils

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail.author import read_author
from binrelay.mail.header import read_header


def _author(*lines: str) -> str | None:
    header, _, _ = read_header("".join(f"{line}\r\n" for line in lines).encode() + b"\r\n")
    authorship = read_author(header)
    assert (authorship.address is None) != (authorship.doubt is None)
    assert "@" not in (authorship.doubt or "")
    return str(authorship.address) if authorship.address else None


@pytest.mark.parametrize(
    "value",
    [
        "jan@x.example",
        "<jan@x.example>",
        "Jan <jan@x.example>",
        "J. P. Jansen <jan@x.example>",
        '"Jansen, Jan" <jan@x.example>',
        '"Jan (jan@home.example)" <jan@x.example>',
        '"Jan \\"de Man\\" Jansen" <jan@x.example>',
        "Jan (Politie Oost) <jan@x.example>",
        "jan@x.example (Jan Jansen)",
        "=?utf-8?q?Caf=C3=A9?= <jan@x.example>",
        "=?utf-8?q?Jan=2C_jan=40home=2Eexample?= <jan@x.example>",
        "Café de Hoek <jan@x.example>",
        "Jan\r\n <jan@x.example>",
        "Jan's<jan@x.example>",
    ],
)
def test_a_plain_author_is_read(value: str) -> None:
    assert _author(f"From: {value}") == "jan@x.example"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "<",
        "<>",
        "foo",
        "foo@",
        "@x.example",
        "Jan <jan>",
        "a@x.example, b@y.example",
        "<a@x.example>, <b@y.example>",
        "a@x.example b@y.example",
        "a@x.example <b@y.example>",
        "<a@x.example> <b@y.example>",
        "<a@x.example>b@y.example",
        "<a@x.example>\\,<b@y.example>",
        "<a@x.example> (Jan)",
        "<a@x.example> Jan",
        "Bewoners: a@x.example;",
        "Bewoners:;",
        "Bewoners: ;, a@x.example",
        "a@x.example(comment)",
        "a(comment)@x.example",
        "(b@y.example) a@x.example",
        "a@x.example (b@y.example)",
        "a@x.example (((((",
        "(" * 1000,
        "<@b.example,@c.example:a@x.example>",
        '"a b"@x.example',
        '"a"@x.example',
        "a @x.example",
        "<a@x. example>",
        "Jan <<a@x.example>>",
        "Jan <a@x.example",
        "Jan a@x.example>",
        '"Jan <a@x.example>',
        'Jan" <a@x.example>',
        '"Jan <b@y.example>" <a@x.example>',
        "=?utf-8?q?=3Ca=40x=2Eexample=3E?=",
        "=?utf-8?q?=3Cb=40y=2Eexample=3E?= <a@x.example>",
        "=?utf-8?q?b=0A?= <a@x.example>",
        "=?utf-8?q?b=00?= <a@x.example>",
        "<=?utf-8?q?a?=@x.example>",
        "<ä@x.example>",
        "<a@xé.example>",
        "a\0@x.example",
        "a@x.example\0b",
        "a\x07@x.example",
        "a@x.example\rFrom: b@y.example",
        "a@[127.0.0.1]",
        "a..b@x.example",
        "Jan" * 400 + " <a@x.example>",
    ],
)
def test_a_doubtful_author_is_none(value: str) -> None:
    assert _author(f"From: {value}") is None


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("From: a@x.example", "From: a@x.example"),
        ("From: a@x.example", "FROM: b@y.example"),
        ("From: a@x.example", "From : b@y.example"),
        ("From: a@x.example", "From\t: b@y.example"),
        ("From\r\n : a@x.example", "From: b@y.example"),
        ("From\r\n : a@x.example",),
        ("From : a@x.example",),
        (" From: a@x.example", "From: b@y.example"),
        ("Received: x", " From: a@x.example", "From: b@y.example"),
        ("Subject: x\rFrom: a@x.example", "From: b@y.example"),
        ("Subject: x\0From: a@x.example", "From: b@y.example"),
        ("Subject: x\r\n From: a@x.example", "From: b@y.example"),
    ],
)
def test_no_second_from_field_hides_anywhere(lines: tuple[str, ...]) -> None:
    assert _author(*lines) is None


def test_a_signature_may_list_the_fields_it_covers() -> None:
    signature = "DKIM-Signature: v=1; h=to:\r\n from:subject; i=@x.example; b=abc"
    assert _author(signature, "From: a@x.example") == "a@x.example"


@pytest.mark.parametrize(
    ("lines", "hints"),
    [
        (("From: a@x.example <b@y.example>",), {"a@x.example", "b@y.example"}),
        (("From: =?utf-8?q?=3Ca=40x=2Eexample=3E?=, <b@y.example>",), {"a@x.example", "b@y.example"}),
        (("From: a(c)@x.example",), {"a@x.example"}),
        (("From: a @ x . example",), {"a@x.example"}),
        (('From: "a"@x.example',), {"a@x.example"}),
        (("From: a\0@x.example",), {"a@x.example"}),
        (("From: <@b.example:a@x.example>",), {"a@x.example"}),
        (("Received: x", " From: a@x.example", "From: b@y.example"), {"a@x.example", "b@y.example"}),
        (("From: a@x.example",), set()),
    ],
)
def test_a_doubtful_mail_that_could_be_a_partners_is_known_as_such(lines: tuple[str, ...], hints: set[str]) -> None:
    header, _, _ = read_header("".join(f"{line}\r\n" for line in lines).encode() + b"\r\n")
    assert hints <= set(map(str, read_author(header).hints))
    assert bool(hints) == bool(read_author(header).hints)


@settings(deadline=None)
@given(st.text('ab@<>(),;:"\\ .x', max_size=30).map(lambda text: text.replace("x", "x.example")))
def test_an_author_is_the_one_that_another_reader_finds(value: str) -> None:
    author = _author(f"From: {value}")
    if author is not None:
        assert email.utils.parseaddr(value)[1].lower() == author


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("jan@x.example", ""),
        ("Jan de Wit <jan@x.example>", "Jan de Wit"),
        ('"Wit, Jan de" <jan@x.example>', "Wit, Jan de"),
        ('"Jan \\"de Man\\" Wit" <jan@x.example>', 'Jan "de Man" Wit'),
        ("Jan (werk) Wit <jan@x.example>", "Jan Wit"),
        ("=?utf-8?q?Jos=C3=A9_?= =?utf-8?q?Wit?=\r\n <jan@x.example>", "José Wit"),
        ("Jan, Piet <jan@x.example>", ""),
    ],
)
def test_what_a_mail_program_shows_beside_the_address_is_known(value: str, name: str) -> None:
    header, _, _ = read_header(f"From: {value}\r\n\r\n".encode())
    assert read_author(header).name == name
