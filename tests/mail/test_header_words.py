"""Encoded-words and charsets: whatever strangers write becomes one harmless line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail.decode import clean_line, decode_base64, decode_charset, decode_quoted_printable
from binrelay.mail.header import decode_words, undo_words


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("=?utf-8?Q?Caf=C3=A9?=", "Café"),
        ("=?UTF-8?B?Q2Fmw6k=?=", "Café"),
        ("=?utf-8*nl?q?Caf=C3=A9_op_de_hoek?=", "Café op de hoek"),
        ("=?iso-8859-1?q?Caf=E9?= is =?iso-8859-1?q?dicht?=", "Café is dicht"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\t =?iso-8859-1?q?b?= c", "ab c"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("=?x-unknown?q?Caf=C3=A9?=", "Café"),
        ("=?x-unknown?q?Caf=E9?=", "Café"),
        ("=?hex?q?6162?=", "6162"),
        ("=?idna?q?a..b?=", "a..b"),
        ("=?windows-1252?q?=80_5?=", "€ 5"),
        ("=?us-ascii?q?=80_5?=", "€ 5"),
        ("no words", "no words"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
    ],
)
def test_words_are_decoded_as_mail_clients_do(text: str, decoded: str) -> None:
    assert decode_words(text) == decoded


@pytest.mark.parametrize(
    "text",
    ["=?utf-8?q?a=0D=0ABcc:_x?=", "=?utf-8?q?a=00b?=", "=?utf-8?q?a=E2=80=AEb?=", "a\u2028b", "a\x85b", "a\x1b[2Jb"],
)
def test_no_control_character_reaches_a_person(text: str) -> None:
    assert decode_words(text).isprintable()


def test_judges_see_the_control_characters() -> None:
    assert undo_words("=?utf-8?q?a=0Ab?=") == "a\nb"


@pytest.mark.parametrize("text", ["=?utf-8?q?a?= " * 17_000, "=?utf-8?q?" * 20_000, "=?" * 100_000, "=?a?b?" * 50_000])
def test_a_flood_of_words_costs_little(text: str) -> None:
    before = time.process_time()
    assert decode_words(text)
    assert time.process_time() - before < 0.3


def test_only_two_hundred_words_are_decoded() -> None:
    assert decode_words("=?utf-8?q?a?= " * 201) == "a" * 200 + " =?utf-8?q?a?= "


@pytest.mark.parametrize("charset", ["", "\0", "hex", "idna", "undefined", "punycode", "rot13", "../x", "a" * 999, "é"])
def test_no_charset_can_raise(charset: str) -> None:
    assert decode_charset(b"Caf\xc3\xa9", charset) == "Café"


def test_wrong_bytes_in_utf_8_stay_local() -> None:
    assert decode_charset("één ".encode() + b"\xff" + " é".encode(), "utf-8") == "één \ufffd é"


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-7", "utf-16", "hz", "iso-2022-jp", "big5", "cp1255"]))
def test_no_bytes_can_raise_and_all_text_can_be_written(raw: bytes, charset: str) -> None:
    decode_charset(raw, charset).encode("utf-8")
    decode_base64(raw)
    decode_quoted_printable(raw)
    clean_line(raw.decode("latin-1")).encode("utf-8")


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        (b"aGFsbG8=", b"hallo"),
        (b"aGFs\r\nbG8", b"hallo"),
        (b"aGFs!bG8=", b"hallo"),
        (b"YQ==YQ==", b"aa"),
        (b"aGFsb", b"hal"),
        (b"====", b""),
        (b"", b""),
    ],
)
def test_base64_is_read_leniently(raw: bytes, decoded: bytes) -> None:
    assert decode_base64(raw) == decoded


@pytest.mark.parametrize(
    ("raw", "decoded"), [(b"a=\r\nb", b"ab"), (b"=C3=a9", "é".encode()), (b"50 = vijftig", b"50 = vijftig")]
)
def test_quoted_printable_is_read_leniently(raw: bytes, decoded: bytes) -> None:
    assert decode_quoted_printable(raw) == decoded
