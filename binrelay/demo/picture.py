"""The yellow Polo as a small PNG, drawn from letters. Pure."""

from __future__ import annotations

import struct
import zlib

_SCALE = 6  # pixels a letter
_COLOURS = {
    ".": (226, 238, 246),  # sky
    "Y": (250, 204, 21),  # the paint
    "y": (202, 160, 10),  # its shade
    "W": (96, 134, 160),  # windows
    "B": (32, 32, 36),  # tyres
    "G": (120, 124, 130),  # the street
    "L": (255, 250, 220),  # lights
    "R": (200, 40, 40),
}
_POLO = """\
................................
................................
...........YYYYYYYYYYY..........
..........YYWWWWWYWWWWYY........
.........YYWWWWWWYWWWWWYY.......
........YYWWWWWWWYWWWWWWYY......
....YYYYYYYYYYYYYYYYYYYYYYYY....
...LYYYYYYYYYYYYYyYYYYYYYYYYR...
...YYYYYYYYYYYYYYyyyYYYYYYYYR...
...YYYBBBYYYYYYYYYYYYYYBBBYYY...
...yyBBBBByyyyyyyyyyyyBBBBByy...
....BBBGBBB..........BBBGBBB....
GGGGGBBBBBGGGGGGGGGGGGBBBBBGGGGG
GGGGGGBBBGGGGGGGGGGGGGGBBBGGGGGG
GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG"""


def yellow_polo() -> bytes:
    """A PNG of 192 by 90 pixels, without metadata."""
    rows = [row for row in _POLO.splitlines() for _ in range(_SCALE)]
    lines = b"".join(b"\0" + b"".join(bytes(_COLOURS[letter]) * _SCALE for letter in row) for row in rows)
    size = struct.pack(">IIBBBBB", len(rows[0]) * _SCALE, len(rows), 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", size), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
