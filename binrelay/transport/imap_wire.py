"""IMAP responses out of a byte stream (RFC 3501 2.2.2, 4.3). Pure.

Invariant: the responses are the same however the network cut the stream, and each byte is looked at once. How much may
come is for the caller to bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

Response: TypeAlias = tuple[bytes, ...]
"""One response without its line end: text, literal, text, … Literals stand at odd places, their `{n}` is taken off."""

_LITERAL = re.compile(rb"\{(\d{1,10})\}\Z")
# Free text for people may end in braces; only data responses carry literals.
_STATUS = re.compile(rb"\+|[^ ]+ (?:OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)


class ResponseReader:
    """Takes what `data_received` gets, gives whole responses."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._pieces: list[bytes] = []
        self._literal: int | None = None  # octets of the literal that comes next
        self._searched = 0  # no line end before this offset

    @property
    def empty(self) -> bool:
        """Whether no part of a response waits for its rest."""
        return not self._buffer and not self._pieces

    def feed(self, data: bytes) -> Iterator[Response]:
        self._buffer += data
        while (piece := self._next_piece()) is not None:
            self._pieces.append(piece)
            if len(self._pieces) % 2 and self._literal is None:
                response, self._pieces = tuple(self._pieces), []
                yield response

    def _next_piece(self) -> bytes | None:
        if self._literal is None:
            return self._next_line()
        if len(self._buffer) < self._literal:
            return None
        literal = self._cut(self._literal, self._literal)
        self._literal = None
        return literal

    def _next_line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n", self._searched)
        if end < 0:
            self._searched = max(len(self._buffer) - 1, 0)
            return None
        line = self._cut(end, end + 2)
        marker = None if not self._pieces and _STATUS.match(line) else _LITERAL.search(line[-12:])
        if marker is None:
            return line
        self._literal = int(marker[1])
        return line[: -len(marker[0])]

    def _cut(self, length: int, upto: int) -> bytes:
        with memoryview(self._buffer) as view:
            piece = bytes(view[:length])
        del self._buffer[:upto]
        self._searched = 0
        return piece
