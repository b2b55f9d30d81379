"""What is packed inside an attachment, for looking through: zip (and so office files), gzip, PDF streams. Pure; total.

Invariant: what comes out of one mail is bounded; whoever asks learns when the bound was reached.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

CHUNK = 1 << 20  # bytes at a time
_DEEPEST = 3  # a table in a text document in a zip
_MOST_MEMBERS = 20_000
_LARGEST_INNER = 32 << 20  # bytes of an archive in an archive
_MOST_OF_STREAM = 4 << 20  # bytes of one PDF stream: words stand at the front, pictures are long
_PDF_STREAM = re.compile(rb"stream\r?\n")
_ZIP_END = b"PK\x05\x06"
_ZIP_ENTRY = struct.Struct("<4s6H3I5H2I")
_ZIP_LOCAL = struct.Struct("<4s5H3I2H")


class TooMuchError(ValueError):
    """More comes out than is looked through."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a zip archive, as its directory says."""

    name: str
    method: int  # 0 stored, 8 deflated
    locked: bool
    start: int  # of its packed bytes
    packed: int  # bytes
    size: int  # bytes unpacked, as it claims


@dataclass(slots=True)
class Unpacker:
    left: int = 256 << 20  # bytes that may still come out

    def pieces(self, data: bytes, depth: int = 0) -> Iterator[bytes]:
        """Everything packed in `data`, piece by piece. Raises TooMuchError."""
        if depth > _DEEPEST:
            raise TooMuchError
        if data[:4] in (b"PK\x03\x04", _ZIP_END):
            yield from self._zip(data, depth)
        elif data[:2] == b"\x1f\x8b":
            yield from self._inflated(data, 0, window=31)
        elif data[:1024].find(b"%PDF-") >= 0:
            yield from self._pdf(data)

    def _zip(self, data: bytes, depth: int) -> Iterator[bytes]:
        for member in zip_members(data):
            yield b"\n%s\n" % member.name.encode(
                "utf-8", "replace"
            )  # a line of its own: files do not run into each other
            if member.locked or member.method not in (0, 8):
                continue
            head = b""
            for chunk in self._member(data, member):
                head = head or chunk
                yield chunk
            if is_packed(head) and member.size <= _LARGEST_INNER:
                yield from self.pieces(b"".join(self._member(data, member)), depth + 1)

    def _member(self, data: bytes, member: Member) -> Iterator[bytes]:
        if member.method == 8:
            yield from self._inflated(data, member.start, end=member.start + member.packed)
            return
        end = min(len(data), member.start + member.packed)
        for at in range(member.start, end, CHUNK):
            yield self._counted(data[at : min(at + CHUNK, end)])

    def _pdf(self, data: bytes) -> Iterator[bytes]:
        """Only what is deflated and nothing else; letters drawn by number say nothing to any search."""
        for match in _PDF_STREAM.finditer(data):
            if data[match.end() : match.end() + 1] not in (b"\x78", b"\x48", b"\x58", b"\x68"):
                continue
            came = 0
            for chunk in self._inflated(data, match.end(), window=15):
                came += len(chunk)
                yield chunk
                if came > _MOST_OF_STREAM:
                    break

    def _inflated(self, data: bytes, start: int, *, end: int | None = None, window: int = -15) -> Iterator[bytes]:
        inflater = zlib.decompressobj(window)
        stop = len(data) if end is None else min(end, len(data))
        at, rest = start, b""
        with suppress(zlib.error):
            while not inflater.eof and (rest or at < stop):
                piece = rest or data[at : min(at + 65536, stop)]
                at += 0 if rest else len(piece)
                yield self._counted(inflater.decompress(piece, CHUNK))
                rest = inflater.unconsumed_tail

    def _counted(self, piece: bytes) -> bytes:
        self.left -= len(piece)
        if self.left < 0:
            raise TooMuchError
        return piece


def is_packed(data: bytes) -> bool:
    """Whether the first bytes are those of something that `Unpacker` opens."""
    return data[:4] in (b"PK\x03\x04", _ZIP_END) or data[:2] == b"\x1f\x8b" or b"%PDF-" in data[:1024]


def zip_members(data: bytes) -> list[Member]:
    """The files of an archive by its directory (APPNOTE 4.3.12); nothing where that cannot be read."""
    end = data.rfind(_ZIP_END)
    if end < 0 or end + 22 > len(data):
        return []
    count, _, at = struct.unpack_from("<HII", data, end + 10)
    members: list[Member] = []
    with suppress(struct.error):
        while len(members) < min(count, _MOST_MEMBERS) and data[at : at + 4] == b"PK\x01\x02":
            member, at = _entry(data, at)
            members.append(member)
    return members


def _entry(data: bytes, at: int) -> tuple[Member, int]:
    fields = _ZIP_ENTRY.unpack_from(data, at)
    flags, method, packed, size = fields[3], fields[4], fields[8], fields[9]
    name_length, extra, comment, offset = fields[10], fields[11], fields[12], fields[16]
    name = data[at + 46 : at + 46 + name_length].decode("utf-8" if flags & 0x800 else "cp437", "replace")
    local = _ZIP_LOCAL.unpack_from(data, offset)
    start = offset + 30 + local[9] + local[10]
    return Member(name, method, bool(flags & 1), start, packed, size), at + 46 + name_length + extra + comment
