"""The header section is read as raw bytes and given back as raw bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail.header import Header, read_header


def _joined(header: Header) -> bytes:
    return b"".join(field.raw for field in header.fields)


@pytest.mark.parametrize(
    ("content", "names", "body"),
    [
        (b"A: 1\r\nB: 2\r\n\r\nbody", ["a", "b"], b"body"),
        (b"A: 1\nB: 2\n\nbody", ["a", "b"], b"body"),
        (b"A: 1\r\nB: 2\n\r\nbody", ["a", "b"], b"body"),
        (b"A: 1\n\r\n\nbody", ["a"], b"\nbody"),
        (b"A: 1\r\n folded\r\n\ttwice\r\nB: 2\r\n\r\n", ["a", "b"], b""),
        (b"A: 1\r\njunk without a sign\r\nB: 2\r\n\r\nx", ["a", "", "b"], b"x"),
        (b" A: 1\r\nB: 2\r\n\r\nx", ["", "b"], b"x"),
        (b"From jan@x.example Tue May  6 09:00:00 2025\nA: 1\n\nx", ["", "a"], b"x"),
        (b"A : 1\r\n\r\n", ["a"], b""),
        (b"From\r\n : 1\r\n\r\n", ["from"], b""),
        (b"two words: 1\r\n\r\n", [""], b""),
        (b"A: 1", ["a"], b""),
        (b"\r\nbody", [], b"body"),
        (b"", [], b""),
        (b"A: 1\r\n   \r\nB: 2\r\n\r\nx", ["a", "b"], b"x"),
    ],
)
def test_fields_end_at_the_first_empty_line(content: bytes, names: list[str], body: bytes) -> None:
    header, body_at, cut = read_header(content)
    assert [field.name for field in header.fields] == names
    assert content[body_at:] == body
    assert not cut


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text("AB:\r\n \t\0é", max_size=60).map(str.encode))
def test_every_byte_of_a_header_comes_back(content: bytes) -> None:
    header, body_at, _ = read_header(content)
    raw = _joined(header)
    assert content.startswith(raw)
    assert content[len(raw) : body_at] in (b"", b"\n", b"\r\n")


def test_a_header_over_the_limit_is_cut_behind_a_whole_line() -> None:
    content = b"A: 1234\r\n" * 10 + b"\r\nbody"
    header, body_at, cut = read_header(content, limit=40)
    assert cut
    assert _joined(header) == b"A: 1234\r\n" * 4 == content[:body_at]


def test_one_endless_line_is_cut_at_the_limit() -> None:
    _, body_at, cut = read_header(b"A" * 100, limit=40)
    assert (body_at, cut) == (40, True)


def test_a_header_of_a_slice_ends_with_the_slice() -> None:
    content = b"xxA: 1\r\nB: 2\r\n\r\nbody"
    header, body_at, _ = read_header(content, 2, 8)
    assert (_joined(header), body_at) == (b"A: 1\r\n", 8)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"Subject: a\r\n  b\r\n", "a  b"),
        (b"Subject:a\n", "a"),
        (b"Subject: caf\xc3\xa9\r\n", "café"),
        (b"Subject: caf\xe9\r\n", "café"),
        (b"Subject: a: b\r\n", "a: b"),
        (b"Subject:\r\n", ""),
    ],
)
def test_a_value_is_unfolded_and_readable(raw: bytes, value: str) -> None:
    header, _, _ = read_header(raw + b"\r\n")
    assert header.first("subject") == value


def test_several_fields_of_one_name_are_all_seen() -> None:
    header, _, _ = read_header(b"To: a\r\nX: 1\r\nTO: b\r\n\r\n")
    assert header.all("to") == ("a", "b")
    assert header.has("x")
    assert not header.has("cc")
    assert header.first("cc") is None
