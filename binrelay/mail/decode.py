"""Bytes of strangers to text: charsets (RFC 2045 2.2), base64 and quoted-printable (RFC 2045 6). Pure; total.

Invariant: every function returns for every input, in time linear in its length, and no text holds a lone surrogate.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice

# Codecs that Python knows and mail does not: some are quadratic, some interpret escapes.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
# What is declared as one of these is in truth Windows-1252 wherever it differs.
_LATIN = frozenset({"ascii", "iso8859-1"})
# UTF-7 gives nothing before a shifted run ends; the others do without a mark of their byte order only where they see all.
_BY_THE_WHOLE = frozenset({"utf-7", "utf-16", "utf-32"})
_NEVER_HALF = frozenset({"utf-8", "cp1252"})
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_MAX_PADDINGS = 1_000
_CHUNK = 1 << 20
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def decode_charset(raw: bytes, charset: str) -> str:
    """The text; where `charset` is unknown or wrong: as UTF-8 if it is that, else as Windows-1252."""
    name = _codec(charset)
    for candidate in (name, "utf-8"):
        text = _strictly(raw, candidate) if candidate else None
        if text is not None:
            return text
    return raw.decode("utf-8" if name == "utf-8" else "cp1252", "replace")


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return _whole(raw.decode(codec), codec)
    except (LookupError, ValueError):
        return None


def _whole(text: str, codec: str) -> str:
    """The text without what is half a character; only some codecs give that."""
    return text if text.isascii() or codec in _NEVER_HALF else _SURROGATE.sub("\ufffd", text)


def decode_pieces(pieces: Callable[[], Iterable[bytes]], charset: str) -> Iterator[str]:
    """The same text piece by piece, of bytes in pieces that may end in the middle of a character; asked for twice or more."""
    name = _codec(charset)
    if name in _BY_THE_WHOLE:
        yield decode_charset(b"".join(pieces()), charset)
        return
    for candidate in dict.fromkeys(filter(None, (name, "utf-8"))):
        if _is_all(pieces(), candidate):
            yield from _decoded(pieces(), candidate, "strict")
            return
    yield from _decoded(pieces(), "utf-8" if name == "utf-8" else "cp1252", "replace")


def _is_all(pieces: Iterable[bytes], codec: str) -> bool:
    try:
        "".encode(codec)  # not every codec is one of text
        for _ in _decoded(pieces, codec, "strict"):
            pass
    except (LookupError, ValueError):
        return False
    return True


def _decoded(pieces: Iterable[bytes], codec: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    for piece in pieces:
        yield _whole(decoder.decode(piece), codec)
    yield _whole(decoder.decode(b"", final=True), codec)


def _codec(charset: str) -> str | None:
    label = charset.strip("'\" \t")
    if not _CHARSET.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    if name.replace("_", "-") in _NO_CHARSETS:
        return None
    return "cp1252" if name in _LATIN else name


def joined(pieces: Iterable[str]) -> str:
    """As `"".join()`, in the memory of the text alone: of a million short pieces each would cost fifty bytes."""
    some = filter(None, pieces)
    return "".join(iter(lambda: "".join(islice(some, 1_000)), ""))


def clean_line(text: str) -> str:
    """One line that is safe to show: line breaks and other controls are one space, bidirectional controls are gone."""
    return _SURROGATE.sub("\ufffd", _BIDI.sub("", _CONTROL.sub(" ", text)))


def decode_base64(raw: bytes, start: int = 0, end: int | None = None) -> bytes:
    """RFC 2045 6.8: bytes outside the alphabet are ignored; what ends in the middle of a byte is cut there.

    Padding in the middle ends one encoder's output and another's follows: both are read, some mail clients do.
    """
    decoder = Base64()
    # In pieces: no other thread runs during one call, and each call's input and output are in memory twice.
    stop = len(raw) if end is None else end
    for at in range(start, stop, _CHUNK):
        decoder.feed(raw[at : min(at + _CHUNK, stop)])
    return decoder.close()


@dataclass(slots=True)
class Base64:
    """The same for what comes in pieces."""

    decoded: BytesIO = field(default_factory=BytesIO)  # gives what it holds without a copy of it
    rest: bytes = b""
    paddings: int = 0

    def feed(self, piece: bytes) -> None:
        self.paddings += piece.count(b"=")
        ignored = _NOT_BASE64 + b"=" if self.paddings > _MAX_PADDINGS else _NOT_BASE64
        *ended, letters = (self.rest + piece.translate(None, ignored)).split(b"=")
        for each in ended:
            self.decoded.write(_base64_piece(each))
        whole = len(letters) - len(letters) % 4
        self.decoded.write(binascii.a2b_base64(letters[:whole]))
        self.rest = letters[whole:]

    def close(self) -> bytes:
        self.decoded.write(_base64_piece(self.rest))
        return self.decoded.getvalue()


def _base64_piece(letters: bytes) -> bytes:
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def decode_quoted_printable(raw: bytes, start: int = 0, end: int | None = None) -> bytes:
    """RFC 2045 6.7; an `=` that begins no code stays as it is."""
    stop = len(raw) if end is None else end
    return b"".join(map(binascii.a2b_qp, by_lines(raw, start, stop, size=_CHUNK)))


def by_lines(data: bytes, start: int, end: int, *, size: int) -> Iterator[bytes]:
    """Slices of `size` at most that end where a line ends, if one does.

    A code of quoted-printable never crosses a line end, and a slice ends before an `=` that is near its end.
    """
    while start < end:
        stop = min(start + size, end)
        if stop < end:
            stop = data.rfind(b"\n", start, stop) + 1 or data.rfind(b"=", max(start + 1, stop - 2), stop)
            stop = stop if stop > start else min(start + size, end)
        yield data[start:stop]
        start = stop
