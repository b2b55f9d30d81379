"""Takes out of a picture what says who took it, where and when, without touching a pixel. Pure.

Invariant: total and linear; only segments on an allow-list are kept, and what cannot be read gives None.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_JPEG_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # no "+" here: a search with it is quadratic
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_GIF_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
_ORIENTATION = 0x0112


class _UnreadableError(ValueError):
    """The bytes are not what their first ones promise."""


def image_kind(data: bytes) -> str | None:
    """What the first bytes say: jpeg png gif webp bmp, or tiff, isomedia (HEIC, AVIF, films); None where no picture."""
    starts = {
        b"\xff\xd8\xff": "jpeg",
        _PNG: "png",
        b"GIF87a": "gif",
        b"GIF89a": "gif",
        b"II*\0": "tiff",
        b"MM\0*": "tiff",
    }
    for start, kind in starts.items():
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "isomedia"
    return "bmp" if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0" else None


def strip_metadata(data: bytes) -> bytes | None:
    """The picture without metadata, which way is up aside; `data` itself where there was none; None if unreadable."""
    readers = {"jpeg": _jpeg, "png": _png, "gif": _gif, "webp": _webp}
    kind = image_kind(data)
    if kind == "bmp":
        return data
    if kind not in readers:
        return None
    try:
        stripped = b"".join(readers[kind](data))
    except (_UnreadableError, struct.error, IndexError):
        return None
    return data if stripped == data else stripped


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield b"\xff\xd8"
    at, turned, code = 2, 1, 0
    while marker := _JPEG_MARKER.match(data, at):
        code, at = marker[1][0], marker.end()
        if code == 0xD9:
            yield b"\xff\xd9"
            return  # what follows the end is a second picture or a maker's notes
        length = _jpeg_length(data, at)
        payload, at = data[at + 2 : at + length], at + length
        if code == 0xE1 and payload.startswith(b"Exif\0\0") and turned == 1:
            turned = _orientation(payload[6:])
            yield _jpeg_segment(0xE1, b"Exif\0\0" + _upright(turned)) if turned != 1 else b""
        elif kept := _jpeg_kept(code, payload):
            yield _jpeg_segment(code, kept)
        if code == 0xDA:
            end = _jpeg_scan_end(data, at)
            yield data[at:end]
            at = end
    if at < len(data) or code != 0xDA:
        raise _UnreadableError


def _jpeg_length(data: bytes, at: int) -> int:
    length: int = struct.unpack_from(">H", data, at)[0]
    if length < 2 or at + length > len(data):
        raise _UnreadableError
    return length


def _jpeg_kept(code: int, payload: bytes) -> bytes:
    """The payload to keep, b"" for none. APP0 loses its thumbnail: that may show what was cut off the picture."""
    if code == 0xE0:
        return payload[:12] + b"\0\0" if payload.startswith(b"JFIF\0") and len(payload) >= 14 else b""
    if code == 0xE2:
        return payload if payload.startswith(b"ICC_PROFILE\0") else b""
    if code == 0xEE:
        return payload if payload.startswith(b"Adobe") else b""
    return b"" if 0xE0 <= code <= 0xEF or code == 0xFE else payload


def _jpeg_segment(code: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(payload) + 2) + payload


def _jpeg_scan_end(data: bytes, at: int) -> int:
    found = _JPEG_NEXT.search(data, at)
    return found.start() if found else len(data)


def _orientation(tiff: bytes) -> int:
    """EXIF tag 0x0112 of the first directory; 1 (upright) where it is missing or unreadable."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return 1
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(count):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _upright(orientation: int) -> bytes:
    """A TIFF block that holds the orientation alone."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)


def _png(data: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise _UnreadableError
        if name in _PNG_KEPT:
            yield data[at:end]
        at = end
        if name == b"IEND":
            return


def _webp(data: bytes) -> Iterator[bytes]:
    chunks = list(_webp_chunks(data))
    exif = next((payload for name, payload in chunks if name == b"EXIF"), b"")
    turned = _orientation(exif.removeprefix(b"Exif\0\0"))
    kept = [
        (name, _webp_flags(payload) if name == b"VP8X" else payload) for name, payload in chunks if name in _WEBP_KEPT
    ]
    if turned != 1 and kept[0][0] == b"VP8X":
        kept[0] = (b"VP8X", bytes([kept[0][1][0] | 0x08]) + kept[0][1][1:])
        kept.append((b"EXIF", _upright(turned)))
    body = b"".join(
        name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2) for name, payload in kept
    )
    yield b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _webp_flags(payload: bytes) -> bytes:
    return bytes([payload[0] & ~0x0C]) + payload[1:]  # without the EXIF and XMP flags


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    stop = min(len(data), 8 + int(struct.unpack_from("<I", data, 4)[0]))
    at = 12
    while at < stop:
        name, length = struct.unpack_from("<4sI", data, at)
        payload = data[at + 8 : at + 8 + length]
        if len(payload) < length:
            raise _UnreadableError
        yield name, payload
        at += 8 + length + length % 2


def _gif(data: bytes) -> Iterator[bytes]:
    flags = data[10]
    at = 13 + _gif_table(flags)
    yield data[:at]
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            at = _gif_blocks_end(data, at + 11 + _gif_table(data[at + 9]))
            yield data[start:at]
        elif data[at] == 0x21:
            at = _gif_blocks_end(data, at + 2)
            if _gif_kept(data[start + 1], data[start + 3 : start + 14]):
                yield data[start:at]
        else:
            raise _UnreadableError
    yield b"\x3b"


def _gif_kept(label: int, application: bytes) -> bool:
    """Timing and plain-text blocks, and the applications that are about playing or colour."""
    return label in (0xF9, 0x01) or (label == 0xFF and application in _GIF_APPLICATIONS)


def _gif_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_blocks_end(data: bytes, at: int) -> int:
    """Behind the empty block that ends a run of sub-blocks."""
    while data[at]:
        at += data[at] + 1
    return at + 1
