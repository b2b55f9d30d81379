"""Takes out of a PDF what says who made it (ISO 32000-1, 14.3, 12.5.6, 7.5.7): in place, so that every offset stays true. Pure.

Invariant: the file keeps its length; every object in it is looked at, those that no table points at any more included. What
cannot be done in place, and what is locked, signed or holds other files, makes the document unsafe.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from binrelay.mail.images import strip_metadata
from binrelay.mail.office import UnsafeDocumentError

_MOST = 16 << 20  # bytes that come out of the streams with objects
_LONGEST_HEAD = 8192  # bytes of the dictionary before a stream
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_LENGTH = re.compile(rb"/Length[ \t\r\n]+([0-9]{1,10})(?![ \t\r\n]+[0-9]+[ \t\r\n]+R)")
_UNSAFE = {
    b"/Encrypt": "a document in it is locked",
    b"/ByteRange": "a document in it is signed",
    b"/EmbeddedFile": "a document in it holds other files",
    b"/PieceInfo": "a document in it holds what its program remembers of its author",
}
_STRING = rb"[ \t\r\n]*(\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<[0-9A-Fa-f \t\r\n]*>)"
# The keys of the Info dictionary, and those that programs add to it. A bookmark has a title as well, and a /Parent.
_PERSONAL = re.compile(
    rb"/(?:Author|Creator|Producer|Title|Subject|Keywords|Company|Manager|SourceModified|LastModifiedBy)" + _STRING,
    re.DOTALL,
)
_REFERRED = re.compile(
    rb"/(?:Author|Creator|Producer|Title|Subject|Keywords)[ \t\r\n]+([0-9]{1,10})[ \t\r\n]+[0-9]+[ \t\r\n]+R\b"
)
_NOTE = re.compile(rb"/T" + _STRING, re.DOTALL)  # who wrote a note in the margin
_ANY_STRING = re.compile(_STRING, re.DOTALL)
_FIRST = re.compile(rb"/First[ \t\r\n]+([0-9]{1,10})")
_NUMBER = re.compile(rb"([0-9]{1,10})[ \t\r\n]+[0-9]{1,5}[ \t\r\n]+obj\b")


@dataclass(frozen=True, slots=True)
class _Stream:
    head: bytes  # its dictionary
    start: int
    end: int


def scrub_pdf(data: bytes) -> bytes:
    """The document without its author; itself where none was in it. Raises UnsafeDocumentError."""
    _refuse(data)
    referred = frozenset(_REFERRED.findall(data))
    out = bytearray(data)
    at, left = 0, _MOST
    for stream in _streams(data):
        out[at : stream.start] = _without_author(data[at : stream.start], referred)
        body = data[stream.start : stream.end]
        new, came = _body(stream.head, body, left)
        left -= came
        out[stream.start : stream.end] = new + bytes(len(body) - len(new))
        at = stream.end
    out[at:] = _without_author(data[at:], referred)
    return data if out == data else bytes(out)


def _refuse(data: bytes) -> None:
    for mark, reason in _UNSAFE.items():
        if mark in data:
            raise UnsafeDocumentError(reason)


def _streams(data: bytes) -> Iterator[_Stream]:
    at = 0
    while found := _STREAM.search(data, at):
        begin = max(at, found.start() - _LONGEST_HEAD)
        head = data[max(begin, data.rfind(b"obj", begin, found.start())) : found.start()]
        start = found.end()
        length = _LENGTH.search(head)
        end = start + int(length[1]) if length else -1
        if not data.startswith((b"endstream", b"\nendstream", b"\r\nendstream", b"\rendstream"), end, end + 12):
            end = data.find(b"endstream", start)
        if end < start:
            return
        yield _Stream(head, start, end)
        at = end


def _body(head: bytes, body: bytes, left: int) -> tuple[bytes, int]:
    """What stands there instead, at most as long; and how much was unpacked for it."""
    if b"/Metadata" in head or b"/XML" in head:
        return (zlib.compress(b"") if b"/Filter" in head else b" " * len(body))[: len(body)], 0
    if b"/ObjStm" in head:
        return _objects(head, body, left)
    if b"/DCTDecode" in head and body.startswith(b"\xff\xd8"):
        return _picture(body), 0
    return body, 0


def _objects(head: bytes, body: bytes, left: int) -> tuple[bytes, int]:
    if b"/Filter" in head and (b"/FlateDecode" not in head or b"/DecodeParms" in head):
        raise UnsafeDocumentError("a document in it is packed in a way that is not read")
    plain = _inflated(body, left) if b"/Filter" in head else body
    _refuse(plain)
    if _REFERRED.search(plain):
        raise UnsafeDocumentError("a document in it says who wrote it in a way that cannot be taken out")
    new = b"".join(map(_packed_object, _apart(head, plain)))
    if new == plain:
        return body, len(plain)
    packed = zlib.compress(new, 9) if b"/Filter" in head else new
    if len(packed) > len(body):
        raise UnsafeDocumentError("a document in it says who wrote it in a way that cannot be taken out")
    return packed, len(plain)


def _apart(head: bytes, plain: bytes) -> Iterator[bytes]:
    """The table of offsets, then each object (7.5.7)."""
    first = _FIRST.search(head)
    table = plain[: int(first[1])] if first else b""
    starts = [len(table) + int(offset) for offset in table.split()[1::2] if offset.isdigit()]
    if not first or not starts or sorted(starts) != starts or starts[-1] > len(plain):
        raise UnsafeDocumentError("a document in it is damaged")
    bounds = [0, *starts, len(plain)]
    yield from (plain[start:end] for start, end in pairwise(bounds))


def _packed_object(plain: bytes) -> bytes:
    """The Info dictionary goes whole: what is packed anew must not be longer than it was."""
    if b"/Parent" not in plain and b"/Type" not in plain and _PERSONAL.search(plain):
        inside = plain[plain.find(b"<<") + 2 : plain.rfind(b">>")]
        return plain.replace(inside, b" " * len(inside)) if inside else plain
    return _object(plain, frozenset())


def _inflated(body: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(body, max(1, limit))
    except zlib.error:
        raise UnsafeDocumentError("a document in it is damaged") from None
    if inflater.unconsumed_tail:
        raise UnsafeDocumentError("a document in it is too large to be looked through")
    return plain


def _picture(body: bytes) -> bytes:
    stripped = strip_metadata(body)
    if stripped is not None:
        return stripped
    if b"Exif\0\0" in body or b"http://ns.adobe.com/" in body or b"Photoshop 3.0" in body:
        raise UnsafeDocumentError("a picture in a document in it may hold a place or a name that cannot be taken out")
    return body


def _without_author(plain: bytes, referred: frozenset[bytes]) -> bytes:
    """Object by object, for a title is personal in one and a chapter's in another. Keeps the length."""
    return b"endobj".join(_object(each, referred) for each in plain.split(b"endobj"))


def _object(plain: bytes, referred: frozenset[bytes]) -> bytes:
    if referred and (number := _NUMBER.search(plain)) and number[1] in referred:
        return _ANY_STRING.sub(_blank, plain)
    if b"/Parent" not in plain:
        plain = _PERSONAL.sub(_blank, plain)
    if b"/FT" not in plain and (b"/Annot" in plain or b"/Popup" in plain):
        plain = _NOTE.sub(_blank, plain)
    return plain


def _blank(match: re.Match[bytes]) -> bytes:
    """Blanks between the brackets, as many bytes as there were."""
    string = match[1]
    inner = len(string) - 2
    filled = b" " * inner if string[:1] == b"(" else (b"20" * inner)[:inner]
    return match[0][: -len(string)] + string[:1] + filled + string[-1:]
