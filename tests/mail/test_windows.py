"""Nothing hides between two pieces of a large attachment."""

from __future__ import annotations

import base64
import quopri
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binrelay.mail import windows as subject
from binrelay.mail.decode import decode_charset, decode_pieces
from binrelay.mail.gate import find_exposures
from binrelay.mail.message import read_message
from binrelay.mail.mime import text_of, transfer_decoded
from binrelay.mail.people import People
from binrelay.mail.windows import OVERLAP, SIZE, TEXT_SIZE, text_pieces, windows

SECRET = b"jan@mail.example"


def attachment(body: bytes, encoding: str) -> bytes:
    encoders: dict[str, Callable[[bytes], bytes]] = {
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
        "8bit": bytes,
    }
    coded = encoders[encoding](body)
    head = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n"
    return head + coded.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_the_pieces_together_are_the_whole(encoding: str) -> None:
    content = attachment(b"%PDF line of a form \xe9\xff 1234\n" * 90_000, encoding)
    root = read_message(content).root
    assert root is not None
    pieces = list(windows(root, content))
    joined = pieces[0] + b"".join(piece[OVERLAP:] for piece in pieces[1:])
    assert len(pieces) > 1
    assert joined == transfer_decoded(root, content)


@pytest.mark.parametrize("encoding", ["base64", "8bit"])
@pytest.mark.parametrize("offset", [-20, -8, -1, 0, 1, 8])
def test_an_address_across_the_border_of_two_pieces_is_found(encoding: str, offset: int) -> None:
    border = SIZE * 3 // 4 * 76 // 78 if encoding == "base64" else SIZE
    for shift in range(-40, 41, 8):
        at = border + offset + shift
        body = b"\xff" * at + b" " + SECRET + b" " + b"\xff" * SIZE
        found = find_exposures(attachment(body, encoding), People({SECRET.decode()}))
        assert found, at


def test_a_large_attachment_is_looked_through_in_little_memory() -> None:
    content = attachment(bytes(12 * SIZE), "base64")
    tracemalloc.start()
    assert find_exposures(content, People({SECRET.decode()})) == ()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(content) / 2
    assert subject.OVERLAP > 254 + 64


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "utf-16", "utf-7", "iso-2022-jp", "shift_jis", "big5", "zip"]
)
@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_a_long_text_in_pieces_is_the_text(charset: str, encoding: str) -> None:
    text = "Dag buren, \u30c6\u30b9\u30c8 caf\xe9. " * 9_000
    body = text.encode(charset if charset != "zip" else "utf-8", "replace")
    content = attachment(body, encoding).replace(b"application/pdf", f"text/plain; charset={charset}".encode(), 1)
    root = read_message(content).root
    assert root is not None
    assert "".join(text_pieces(root, content)()) == text_of(root, content)


@given(
    st.binary(max_size=60),
    st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-32", "iso-2022-jp", "gb18030", "x", "hex"]),
)
def test_any_bytes_in_pieces_are_the_same_text(data: bytes, charset: str) -> None:
    for size in (1, 3, 60):
        cut = [data[at : at + size] for at in range(0, len(data), size)]
        assert "".join(decode_pieces(cut.copy, charset)) == decode_charset(data, charset)


@pytest.mark.parametrize("shift", range(-60, 61, 7))
def test_a_name_with_markup_across_the_border_of_two_pieces_of_a_page_is_found(shift: int) -> None:
    style = b"<span style='font-family:Calibri;mso-fareast-language:EN-US'>"
    split = style.join((b"j", b"an@", b"mail.", b"example"))
    body = b"<p>" + b"x" * (TEXT_SIZE + shift) + b" " + split + b" " + b"y" * TEXT_SIZE
    content = attachment(body, "8bit").replace(b"application/pdf", b"text/html", 1)
    assert find_exposures(content, People({SECRET.decode()}))
