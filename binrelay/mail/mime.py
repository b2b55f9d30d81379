"""The MIME tree of a message as slices of its bytes (RFC 2045, 2046). Pure; any bytes give a tree, within limits.

Invariant: no byte is copied or changed; `content[part.start:part.end]` is the part with its header, as it arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from binrelay.errors import BinrelayError
from binrelay.mail.decode import clean_line, decode_base64, decode_charset, decode_quoted_printable
from binrelay.mail.header import Header, decode_words, read_header
from binrelay.mail.read_parameters import read_media_type, read_parameters

MAX_DEPTH = 20
MAX_PARTS = 200
MAX_BOUNDARY = 200  # bytes; RFC 2046 5.1.1 says 70
# Somebody else's mail, whole or its header alone; the last is a dialect.
EMBEDDING = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers"}
)
_MAX_LOOKALIKES = 10_000  # lines that begin as a delimiter does and are none
_MAX_SCAN = 150_000_000  # bytes, each counted again at every depth: a mail of the largest size, six deep
_MAX_PART_HEADER = 65_536  # bytes
_MAX_EMBEDDED = 262_144  # bytes of an embedded mail that are looked at for its header
_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")


class MimeLimitError(BinrelayError):
    """The body is nested or split beyond what is read. Its text says how, in plain English."""


@dataclass(frozen=True, slots=True)
class Part:
    """One body part; offsets count bytes of the whole message. A multipart's `children` are its parts in order.

    A message/rfc822 part is a leaf here: what is inside is somebody else's mail and is looked at by `embedded()`.
    """

    header: Header
    start: int  # first byte of the part's header
    body: int  # first byte of its body
    end: int  # one past its last byte; the line end before the boundary belongs to the boundary (RFC 2046 5.1.1)
    media_type: str  # "text/plain", lower case; the RFC 2045 5.2 default where unreadable
    parameters: Mapping[str, str]  # of Content-Type, names in lower case, RFC 2231 decoded: "charset", "boundary" …
    disposition: str  # "inline", "attachment" or ""
    filename: str | None  # decoded
    children: tuple[Part, ...] = ()


def read_tree(content: bytes, header: Header, body_at: int, *, within: tuple[int, int] | None = None) -> Part:
    """The tree under `header`, whose body begins at `body_at`. Raises MimeLimitError.

    `within`: where the mail begins and ends in `content`; all of it, unless told.
    """
    start, end = within or (0, len(content))
    return _Reader(content).part(header, (start, body_at, end), depth=0)


def walk(part: Part) -> Iterator[Part]:
    """The part and all below it, in the order of the mail."""
    yield part
    for child in part.children:
        yield from walk(child)


def transfer_decoded(part: Part, content: bytes, *, limit: int | None = None) -> bytes:
    """The body with its Content-Transfer-Encoding undone (RFC 2045 6); an unknown encoding counts as none.

    `limit`: only so many bytes of the body are looked at.
    """
    end = part.end if limit is None else min(part.end, part.body + limit)
    encoding = transfer_encoding(part)
    if encoding == "base64":
        return decode_base64(content, part.body, end)
    if encoding == "quoted-printable":
        return decode_quoted_printable(content, part.body, end)
    return content[part.body : end]


def transfer_encoding(part: Part) -> str:
    """The declared Content-Transfer-Encoding, lower case; "" where there is none."""
    words = (part.header.first("content-transfer-encoding") or "").lower().split()
    return words[0].strip("\"';") if words else ""


def text_of(part: Part, content: bytes, *, limit: int | None = None) -> str:
    """The decoded text of a part. `limit`: only so many bytes of the body are looked at."""
    return decode_charset(transfer_decoded(part, content, limit=limit), part.parameters.get("charset", "utf-8"))


def embedded(part: Part, content: bytes) -> tuple[Header, ...]:
    """The header of the mail that a part of a type in EMBEDDING holds; nothing where it holds none."""
    if part.media_type not in EMBEDDING:
        return ()
    header, _, _ = read_header(transfer_decoded(part, content, limit=_MAX_EMBEDDED).lstrip(b"\r\n"))
    return (header,) if any(field.name for field in header.fields) else ()


@dataclass(slots=True)
class _Reader:
    """Counts while it reads; one for each message."""

    content: bytes
    parts: int = 0
    lookalikes: int = 0
    scanned: int = 0  # bytes

    def part(self, header: Header, span: tuple[int, int, int], *, depth: int, default: str = "text/plain") -> Part:
        start, body, end = span
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise MimeLimitError(f"it has more than {MAX_PARTS} parts")
        if depth > MAX_DEPTH:
            raise MimeLimitError(f"its parts are nested more than {MAX_DEPTH} deep")
        value = header.first("content-type")
        media_type = default if value is None else read_media_type(value) or "text/plain"
        parameters = read_parameters(value or "")
        children: tuple[Part, ...] = ()
        if media_type.startswith("multipart/"):
            children = self._children(parameters.get("boundary", ""), (body, end), (media_type, depth))
            media_type = media_type if children else "text/plain"
        disposition, filename = _disposition(header, parameters)
        return Part(header, start, body, end, media_type, parameters, disposition, filename, children)

    def _children(self, boundary: str, span: tuple[int, int], parent: tuple[str, int]) -> tuple[Part, ...]:
        delimiter = b"--" + boundary.rstrip().encode("utf-8", "replace")
        if len(delimiter) - 2 > MAX_BOUNDARY:
            raise MimeLimitError(f"a boundary is longer than {MAX_BOUNDARY} bytes")
        if delimiter == b"--":
            return ()
        media_type, depth = parent
        default = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
        return tuple(
            self.part(*self._opened(start, end), depth=depth + 1, default=default)
            for start, end in self._slices(delimiter, *span)
        )

    def _opened(self, start: int, end: int) -> tuple[Header, tuple[int, int, int]]:
        header, body, cut = read_header(self.content, start, end, limit=_MAX_PART_HEADER)
        if header.fields and not header.fields[0].name:
            # No header and no empty line either: real readers show it as text.
            return Header(()), (start, start, end)
        if cut:
            raise MimeLimitError(f"the header of a part is larger than {_MAX_PART_HEADER} bytes")
        return header, (start, body, end)

    def _slices(self, delimiter: bytes, body: int, end: int) -> Iterator[tuple[int, int]]:
        """Start and end of each part. Without the closing delimiter the last one goes to the end."""
        start: int | None = None
        for line, rest, closing in self._delimiters(delimiter, body, end):
            if start is not None:
                before = line - 1 if line > start and self.content[line - 1 : line] == b"\n" else line
                before -= before > start and self.content[before - 1 : before] == b"\r"
                yield start, before
            start = None if closing else rest
            if closing:
                return
        if start is not None:
            yield start, end

    def _delimiters(self, delimiter: bytes, body: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Where each delimiter line begins, where the next line begins, and whether it closes."""
        line = body if self.content.startswith(delimiter, body, end) else self._next(delimiter, body, end)
        while line >= 0:
            rest = _DELIMITER_END.match(self.content, line + len(delimiter), end)
            if rest:
                yield line, rest.end(), rest[1] is not None
            else:
                self.lookalikes += 1
                if self.lookalikes > _MAX_LOOKALIKES:
                    raise MimeLimitError("too many lines look like a boundary")
            line = self._next(delimiter, line + 1 if not rest else max(line, rest.end() - 1), end)

    def _next(self, delimiter: bytes, start: int, end: int) -> int:
        found = self.content.find(b"\n" + delimiter, start, end)
        self.scanned += (end if found < 0 else found) - start
        if self.scanned > _MAX_SCAN:
            raise MimeLimitError("it is too large for how deep its parts are nested")
        return found + 1 if found >= 0 else -1


def _disposition(header: Header, parameters: Mapping[str, str]) -> tuple[str, str | None]:
    value = header.first("content-disposition") or ""
    kind = value.partition(";")[0].strip().lower()
    # RFC 2183 2.8: an unknown disposition is an attachment.
    disposition = kind if kind in ("", "inline") else "attachment"
    name = read_parameters(value).get("filename") or parameters.get("name")
    return disposition, clean_line(decode_words(name)) if name else None
