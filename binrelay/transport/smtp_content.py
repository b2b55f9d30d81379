"""Makes a mail's content ready for DATA: checked and dot-stuffed once, however many transactions carry it.

Invariant: what leaves here has CRLF line ends only, no line over 998 octets and no NUL, so that no server can find
another end of data in it than ours (RFC 5321 4.5.2, 4.5.3.1.6; "SMTP smuggling").
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from binrelay.mail.seven_bit import seven_bit

_LONGEST_LINE = 998
_PIECE = 256 * 1024  # octets handed to the transport at once; also bounds how long one C call holds the interpreter
_INLINE = 64 * 1024  # larger contents are made ready in a thread
_KEPT = 4
_KEPT_OCTETS = 32 * 1024 * 1024
_KEPT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class ReadyContent:
    """A content as DATA wants it. Pieces without a leading dot are views of `content`: no second copy exists."""

    content: bytes
    pieces: tuple[bytes | memoryview, ...]
    end: bytes  # the final dot, after the CRLF the content may lack (RFC 5321 4.1.1.4)
    eight_bit: bool
    chunk: tuple[bytes, ...]  # as BDAT wants it, the command itself first (RFC 3030 2)

    @property
    def size(self) -> int:
        """Octets as the SIZE parameter counts them: line ends included, dot-stuffing not (RFC 1870 4)."""
        return len(self.content)


def make_ready(content: bytes) -> ReadyContent:
    """Raises ValueError where a line end is not CRLF, a line is longer than 998 octets or a NUL stands in it."""
    pieces: list[bytes | memoryview] = []
    eight_bit = False
    for start, stop in _cut(content):
        piece = content[start:stop]
        _check(piece)
        stuffed = _stuff(piece)
        pieces.append(stuffed if len(stuffed) != len(piece) else memoryview(content)[start:stop])
        eight_bit = eight_bit or not piece.isascii()
    end = b".\r\n" if not content or content.endswith(b"\r\n") else b"\r\n.\r\n"
    rest = b"" if content.endswith(b"\r\n") or not content else b"\r\n"
    chunk = (f"BDAT {len(content) + len(rest)} LAST\r\n".encode(), content, rest)
    return ReadyContent(content, tuple(pieces), end, eight_bit, chunk)


def _cut(content: bytes) -> Iterator[tuple[int, int]]:
    """Spans of at most `_PIECE` octets, each from the start of a line to the end of one."""
    start = 0
    while len(content) - start > _PIECE:
        stop = content.rfind(b"\r\n", start, start + _PIECE) + 2
        if stop <= start:
            raise ValueError("a line of the content is longer than 998 octets, or ends in something else than CRLF")
        yield start, stop
        start = stop
    if start < len(content):
        yield start, len(content)


def _check(piece: bytes) -> None:
    lines = piece.split(b"\r\n")
    if not piece.count(b"\r") == piece.count(b"\n") == len(lines) - 1:
        raise ValueError("a line of the content ends in something else than CRLF")
    if max(map(len, lines)) > _LONGEST_LINE:
        raise ValueError("a line of the content is longer than 998 octets")
    if b"\0" in piece:
        raise ValueError("a NUL stands in the content")


def _stuff(piece: bytes) -> bytes:
    stuffed = piece.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if piece.startswith(b".") else stuffed


class ReadyContents:
    """The last few contents made ready, so that the batches of one mail share the work and the memory."""

    def __init__(self) -> None:
        self._ready: list[ReadyContent] = []  # newest last
        self._plain: tuple[bytes, bytes] = b"", b""  # a content and what it is where no more than seven bits are taken
        self._one_at_a_time = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None

    async def of(self, content: bytes) -> ReadyContent:
        """Raises ValueError like `make_ready`. Large contents do not hold up the event loop."""
        async with self._one_at_a_time:
            # Equal is enough: each claim from the store brings its own copy of the same bytes.
            ready = next((kept for kept in self._ready if kept.content == content), None)
            if ready is None:
                small = len(content) <= _INLINE
                ready = make_ready(content) if small else await asyncio.to_thread(make_ready, content)
            self._keep(ready)
            return ready

    async def of_seven_bits(self, content: bytes) -> ReadyContent:
        """Of the same mail for a server that does not offer 8BITMIME: the same bytes on every try, as of any."""
        if self._plain[0] != content:
            self._plain = content, await asyncio.to_thread(seven_bit, content)
        return await self.of(self._plain[1])

    def forget(self) -> None:
        """Gives the memory back; happens by itself after a minute without work."""
        self._ready.clear()
        self._plain = b"", b""
        if self._timer:
            self._timer.cancel()

    def _keep(self, ready: ReadyContent) -> None:
        others = [kept for kept in self._ready if kept is not ready]
        self._ready = [*others[-(_KEPT - 1) :], ready]
        while len(self._ready) > 1 and sum(kept.size for kept in self._ready) > _KEPT_OCTETS:
            del self._ready[0]
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_KEPT_SECONDS, self.forget)
