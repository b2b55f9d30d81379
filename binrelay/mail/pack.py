"""Reads a zip archive whole and writes one, for documents that are built of files (APPNOTE.TXT 4.3). Pure.

Invariant: what is written holds names and contents alone: no date, no owner, no comment, no extra field.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping

from binrelay.mail.unpack import zip_members

_MOST = 64 << 20  # bytes of all files together
_UTF8 = 0x800
_FIRST_DAY = 0x21  # 1 January 1980, the earliest date there is


class CannotUnpackError(ValueError):
    """Locked, too large, damaged, or packed in a way that is not read."""


def unpack(data: bytes) -> dict[str, bytes]:
    """Every file by its name, in the order of the directory. Raises CannotUnpackError."""
    files: dict[str, bytes] = {}
    left = _MOST
    for member in zip_members(data):
        if member.locked or member.method not in (0, 8) or member.name in files:
            raise CannotUnpackError
        packed = data[member.start : member.start + member.packed]
        files[member.name] = packed if member.method == 0 else _inflated(packed, left)
        left -= len(files[member.name])
        if left < 0:
            raise CannotUnpackError
    if not files:
        raise CannotUnpackError
    return files


def _inflated(packed: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj(-15)
    try:
        data = inflater.decompress(packed, limit + 1)
    except zlib.error:
        raise CannotUnpackError from None
    if not inflater.eof:
        raise CannotUnpackError
    return data


def pack(files: Mapping[str, bytes]) -> bytes:
    """The archive; a file named `mimetype` is stored as it is, as its readers want it (OpenDocument 1.2, part 3, 3.3)."""
    chunks: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, data in files.items():
        method = 0 if name == "mimetype" or not data else 8
        packed = data if method == 0 else _deflated(data)
        facts = (20, _UTF8, method, 0, _FIRST_DAY, zlib.crc32(data), len(packed), len(data))
        encoded = name.encode("utf-8", "replace")
        local = struct.pack("<4s5H3I2H", b"PK\x03\x04", *facts, len(encoded), 0) + encoded
        directory.append(
            struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *facts, len(encoded), 0, 0, 0, 0, 0, at) + encoded
        )
        chunks += (local, packed)
        at += len(local) + len(packed)
    return b"".join([*chunks, *_end(directory, at)])


def _end(directory: list[bytes], at: int) -> Iterator[bytes]:
    yield from directory
    size = sum(map(len, directory))
    yield struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(directory), len(directory), size, at, 0)


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()
