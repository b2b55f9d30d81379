"""Files that stand in a text and are shown with it: `data:` links (RFC 2397) and uuencode. Pure; total; linear time.

Invariant: one file in memory at a time, wherever the pieces of the text are cut.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from binrelay.mail.decode import Base64

_LONGEST_OPENING = 300  # characters
_MOST_RAW = 1 << 20  # bytes of a file that is written with "%"; what stands in it as text is seen without this


@dataclass(frozen=True, slots=True)
class _Form:
    opens: re.Pattern[str]
    goes_on: re.Pattern[str]
    step: int  # characters that the end of a piece may cut in two: of "%41", of a line


_LINK = _Form(re.compile(r"data:[^,\"'<>\s]{0,200},", re.IGNORECASE), re.compile(r"[^\"'<>\s)]+"), 2)
_UU = _Form(
    re.compile(r"^begin [0-7]{3,4} [^\r\n]{1,200}\r?\n", re.MULTILINE), re.compile(r"(?:[ -`]{1,61}\r?\n)+"), 63
)


def files_in(pieces: Callable[[], Iterable[str]]) -> Iterator[bytes]:
    """`pieces` gives the text, as often as it is asked."""
    raw, base64, percent = bytearray(), Base64(), False
    for letters in _written(pieces(), _LINK):
        if letters is not None:
            piece = unquote_to_bytes(letters)
            base64.feed(piece)
            raw += piece if len(raw) < _MOST_RAW else b""
            percent = percent or "%" in letters
            continue
        if percent:
            yield bytes(raw)
        yield base64.close()
        raw, base64, percent = bytearray(), Base64(), False
    lines: list[str] = []
    for more in _written(pieces(), _UU):
        if more is not None:
            lines.append(more)
            continue
        yield _uudecoded("".join(lines))
        lines.clear()


def _written(pieces: Iterable[str], form: _Form) -> Iterator[str | None]:
    """The letters of each file, and None behind its last. It may go on in the next piece, and so may what opens it."""
    inside, tail = False, ""
    for piece in pieces:
        text, at = tail + piece, 0
        while (begins := at if inside else _opened(form, text, at)) >= 0:
            at, inside = _until(form, text, begins), True
            yield text[begins:at]
            if len(text) - at <= form.step:
                break
            inside = False
            yield None
        tail = text[max(at, len(text) - _LONGEST_OPENING) :]
    if inside:
        yield None


def _until(form: _Form, text: str, begins: int) -> int:
    """Where the letters end. A step that the end of the piece may cut in two is left for the next one."""
    more = form.goes_on.match(text, begins)
    end = more.end() if more else begins
    cut = text.rfind("%", begins, end) if end == len(text) else -1
    return cut if cut >= 0 and end - cut <= form.step else end


def _opened(form: _Form, text: str, at: int) -> int:
    """Where the letters of the next file begin; -1 where none is opened."""
    opening = form.opens.search(text, at)
    return opening.end() if opening else -1


def _uudecoded(lines: str) -> bytes:
    decoded: list[bytes] = []
    with suppress(binascii.Error):
        decoded += map(binascii.a2b_uu, lines.splitlines())
    return b"".join(decoded)
