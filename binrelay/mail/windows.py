"""A decoded body in pieces, for looking through it without a copy of it, and without holding up others. Pure; total.

Invariant: whatever stands in the decoded body within `OVERLAP` bytes, in the text within `TEXT_OVERLAP` characters, stands
whole in at least one window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from binrelay.mail.decode import by_lines, decode_base64, decode_pieces, decode_quoted_printable
from binrelay.mail.mime import Part, text_of, transfer_encoding

SIZE = 1 << 18  # bytes of the encoded body at a time
OVERLAP = 1024
TEXT_SIZE = 1 << 16  # bytes of a text at a time: each of its many views is looked through in one go
TEXT_OVERLAP = 4096  # markup may stand between the letters of a name
TextPieces = Callable[[], Iterable[str]]  # as often as it is asked


def windows(part: Part, content: bytes) -> Iterator[bytes]:
    """The body with its Content-Transfer-Encoding undone, piece by piece; each begins with the end of the one before."""
    tail = b""
    for piece in pieces(part, content):
        window = tail + piece
        yield window
        tail = window[-OVERLAP:]


def text_windows(text: TextPieces) -> Iterator[str]:
    """A text in the same way."""
    tail = ""
    for piece in text():
        window = tail + piece
        yield window
        tail = window[-TEXT_OVERLAP:]


def text_pieces(part: Part, content: bytes) -> TextPieces:
    """The text of the part, piece by piece; a short one whole."""
    if part.end - part.body <= TEXT_SIZE:
        whole = (text_of(part, content),)
        return lambda: whole
    return lambda: decode_pieces(lambda: pieces(part, content, size=TEXT_SIZE), part.parameters.get("charset", "utf-8"))


def pieces(part: Part, content: bytes, *, size: int = SIZE) -> Iterator[bytes]:
    """The body with its Content-Transfer-Encoding undone, piece by piece."""
    encoding = transfer_encoding(part)
    if encoding == "base64":
        yield from _base64(part, content, size)
    elif encoding == "quoted-printable":
        yield from map(decode_quoted_printable, by_lines(content, part.body, part.end, size=size))
    else:
        yield from (content[at : min(at + size, part.end)] for at in range(part.body, part.end, size))


def _base64(part: Part, content: bytes, size: int) -> Iterator[bytes]:
    """Groups of four letters decode by themselves; what is left of a slice goes before the next one."""
    rest = b""
    for at in range(part.body, part.end, size):
        letters = rest + b"".join(content[at : min(at + size, part.end)].split())
        whole = len(letters) - len(letters) % 4
        yield decode_base64(letters[:whole])
        rest = letters[whole:]
    if rest:
        yield decode_base64(rest)
