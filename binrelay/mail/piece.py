"""A piece of an outgoing body: its Content-* fields and its bytes (RFC 2045, 2046). Pure.

Invariant: what is written here has CRLF line ends only, lines of at most 998 bytes, and ASCII fields.
"""

from __future__ import annotations

import binascii
import re
from base64 import encodebytes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote

from binrelay.mail.decode import clean_line
from binrelay.mail.scrub_kinds import Sealed

MAX_LINE = 998  # bytes without CRLF, RFC 5322 2.1.1
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,60}(?:/[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,100})?")
_PARAMETER_NAME = re.compile(r"[A-Za-z0-9!#$&+.^_`{|}~-]{1,60}")
_PLAIN_VALUE = re.compile(r"[ !#-\[\]-~]{0,58}")
# Charsets in which every ASCII byte means itself: what is put between or below stays readable.
_ASCII_BASED = re.compile(r"us-ascii|ascii|utf-8|iso-8859-\d{1,2}|windows-125\d|koi8-[ru]", re.IGNORECASE)
_LONG_LINE = re.compile(rb"[^\n]{80}")  # more than 78 bytes and the CR
_MOST_QUOTED = 1 << 20  # bytes of a text that is made quoted-printable: no other thread runs meanwhile
_STEP = 57 * 4096  # bytes; 57 make one line of base64


@dataclass(frozen=True, slots=True)
class Content:
    """Raw Content-* fields, each with its CRLF, and an opaque body in pieces.

    In pieces, for a body may be as large as a mail: it is put together once, when the whole mail is written.
    """

    fields: tuple[bytes, ...]
    chunks: tuple[bytes, ...]
    dropped: tuple[str, ...] = ()  # kinds of parts that were left out: "a contact card" …

    def joined(self) -> bytes:
        """The body, copied."""
        return b"".join(self.chunks)


@dataclass(frozen=True, slots=True)
class Unsafe:
    """A mail that cannot be passed on without showing who wrote it."""

    reason: str  # plain English, a clause after "because"
    sealed: Sealed | None = None  # None: only an attached file is in the way, and who has looked at it may vouch for it


def keeps_line_rules(data: bytes, start: int = 0, end: int | None = None) -> bool:
    """Whether every line ends in CRLF and is at most 998 bytes, with no bare CR or LF and no NUL (RFC 5321 2.3.8)."""
    stop = len(data) if end is None else end
    whole, cr, lf, nul = (data.count(each, start, stop) for each in (b"\r\n", b"\r", b"\n", b"\0"))
    if nul or not whole == cr == lf:
        return False
    at = start
    while stop - at > MAX_LINE:
        line_end = data.rfind(b"\n", at, min(at + MAX_LINE + 2, stop))
        if line_end < 0:
            return False
        at = line_end + 1
    return True


def base64_lines(data: bytes | memoryview) -> bytes:
    """RFC 2045 6.8, with a last CRLF."""
    lines = BytesIO()  # gives what it holds without a copy of it
    for at in range(0, len(data), _STEP):
        lines.write(encodebytes(data[at : at + _STEP]).replace(b"\n", b"\r\n"))
    return lines.getvalue()


def crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def encode_charset(text: str, charset: str) -> tuple[bytes, str]:
    """The text in `charset` where that can hold it and is based on ASCII, else in UTF-8; and the charset's name."""
    if _ASCII_BASED.fullmatch(charset):
        try:
            return text.encode(charset), charset
        except (LookupError, UnicodeEncodeError):
            pass  # the charset cannot hold it, or is none
    return text.encode("utf-8", "replace"), "utf-8"


def is_writable(value: str) -> bool:
    """Whether `field()` writes it as it is: a token, or a media type of two (RFC 2045 5.1)."""
    return _TOKEN.fullmatch(value) is not None


def field(name: str, value: str, parameters: Mapping[str, str] | None = None) -> bytes:
    """One field with its parameters, a line each (RFC 2045 5.1, RFC 2231). A value that is no token is left out, and so is a
    parameter whose name is none.
    """
    shown = value if is_writable(value) or name == "Content-ID" else "application/octet-stream"
    named = ((key, each) for key, each in (parameters or {}).items() if _PARAMETER_NAME.fullmatch(key))
    lines = [f"{name}: {shown}", *(piece for item in named for piece in _parameter(*item))]
    return ";\r\n ".join(lines).encode("ascii") + b"\r\n"


def _parameter(name: str, value: str) -> Iterator[str]:
    value = clean_line(value)
    if _PLAIN_VALUE.fullmatch(value):
        yield f'{name}="{value}"'
        return
    chunks = list(_percent_chunks(value))
    if len(chunks) == 1:
        yield f"{name}*=utf-8''{chunks[0]}"
        return
    for number, chunk in enumerate(chunks):
        yield f"{name}*{number}*={'' if number else chr(39).join(('utf-8', '', ''))}{chunk}"


def _percent_chunks(value: str) -> Iterator[str]:
    """At most 50 characters each, and no character cut in two."""
    chunk = ""
    for character in value[:255]:
        encoded = quote(character, safe="", errors="replace")
        if len(chunk) + len(encoded) > 50:
            yield chunk
            chunk = ""
        chunk += encoded
    yield chunk


def text_body(data: bytes) -> tuple[bytes, str]:
    """The body of a text part whose lines end in CRLF, and its Content-Transfer-Encoding."""
    if data.isascii() and keeps_line_rules(data) and not _LONG_LINE.search(data):
        return data, "7bit"
    if len(data) > _MOST_QUOTED or sum(byte > 126 for byte in data[:4096]) * 4 > min(len(data), 4096):
        return base64_lines(data), "base64"
    quoted = binascii.b2a_qp(data, istext=True)
    # It ends soft lines with LF where the text itself has no line end.
    return quoted if b"\n" in data else quoted.replace(b"\n", b"\r\n"), "quoted-printable"


def text_piece(text: str, subtype: str = "plain", charset: str = "utf-8", **parameters: str) -> Content:
    data, used = encode_charset(crlf(text), charset)
    body, encoding = text_body(data)
    fields = (
        field("Content-Type", f"text/{subtype}", {"charset": used, **parameters}),
        field("Content-Transfer-Encoding", encoding),
    )
    return Content(fields, (body,))


def footer_piece(footer: str) -> Content:
    """A footer as a part of its own, base64: whatever carries it, it arrives as it is."""
    fields = (
        field("Content-Type", "text/plain", {"charset": "utf-8"}),
        field("Content-Transfer-Encoding", "base64"),
        field("Content-Disposition", "inline"),
    )
    return Content(fields, (base64_lines(footer.encode("utf-8", "replace")),))


def multipart(subtype: str, pieces: Sequence[Content], boundary: str, **parameters: str) -> Content:
    """RFC 2046 5.1. `boundary` must be in no piece: see `free_boundary()`."""
    delimiter = b"--" + boundary.encode("ascii")
    chunks: list[bytes] = []
    for piece in pieces:
        chunks += (delimiter, b"\r\n", *piece.fields, b"\r\n", *piece.chunks, b"\r\n")
    chunks += (delimiter, b"--\r\n")
    fields = [field("Content-Type", f"multipart/{subtype}", {"boundary": boundary, **parameters})]
    if not all(chunk.isascii() for chunk in chunks):
        fields.append(field("Content-Transfer-Encoding", "8bit"))
    return Content(tuple(fields), tuple(chunks))


def free_boundary(boundary: str, *bodies: bytes) -> str:
    """`boundary`, longer where it stands in one of the bodies already. Raises ValueError where it is no token.

    A body may come in the chunks of its `Content`: no seam of those is inside a word.
    """
    if not re.fullmatch(r"[A-Za-z0-9'+_.=-]{1,60}", boundary):
        raise ValueError("a boundary is 1 to 60 letters, digits or '+_.=-")
    while any(boundary.encode() in body for body in bodies):
        boundary += "_"
    return boundary
