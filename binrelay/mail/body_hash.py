"""The hash over a body that a DKIM signature promises (RFC 6376 3.4.3, 3.4.4, 3.7). Pure.

Invariant: linear in the length of the body, whatever is in it, and never more than one piece of it in memory at a time:
the usual libraries copy the whole body several times, and need minutes for one long row of blanks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

_PIECE = 65_536  # bytes; between two of them other threads get their turn
_BLANKS = re.compile(rb"[ \t]+")
_EMPTY_LINES = b"\r\n" * (_PIECE // 2)


def body_hash(content: bytes, start: int, *, relaxed: bool, algorithm: str) -> bytes:
    """The digest of `content[start:]` in its canonical form; `algorithm` as hashlib knows it."""
    digest = hashlib.new(algorithm, usedforsecurity=False)  # sha1 is read too, and refused by who asks
    empty_lines, blank, anything = 0, b"", False
    for piece in _pieces(content, start):
        text = piece.replace(b"\r\n", b"\n")
        if relaxed:
            text = _BLANKS.sub(b" ", blank + text).replace(b" \n", b"\n")
        kept = text.rstrip(b" \n" if relaxed else b"\n")
        if kept:
            _repeat(digest, empty_lines)
            digest.update(kept.replace(b"\n", b"\r\n"))
            empty_lines, anything = 0, True
        tail = text[len(kept) :]
        # Blanks and line ends may be followed by more of them: what they come to is known at the next piece.
        empty_lines, blank = empty_lines + tail.count(b"\n"), tail[-1:] if tail.endswith(b" ") else b""
    if anything or not relaxed:
        digest.update(b"\r\n")
    return digest.digest()


def _pieces(content: bytes, start: int) -> Iterator[bytes]:
    """No piece ends between CR and LF."""
    while start < len(content):
        stop = start + _PIECE
        stop += content[stop - 1 : stop + 1] == b"\r\n"
        yield content[start:stop]
        start = stop


def _repeat(digest: hashlib._Hash, lines: int) -> None:
    whole, rest = divmod(lines, len(_EMPTY_LINES) // 2)
    for _ in range(whole):
        digest.update(_EMPTY_LINES)
    digest.update(_EMPTY_LINES[: 2 * rest])
