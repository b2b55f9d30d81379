"""One SMTP connection after login: bytes out with flow control, replies in, in order. Knows no transaction.

Invariant: a line that is `ready` has nothing owed in either direction; any doubt and it is never used again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from binrelay.mail.envelope import SmtpReply
from binrelay.transport.smtp_reply import GarbledReply, ReplyReader


class LineLost(Exception):
    """The connection is gone, silent or out of step. `code` is the reply that announced it (421), else 0."""

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.text, self.code = text, code


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for the server in each phase (RFC 5321 4.5.3.2)."""

    connect: float = 30  # TCP and TLS; as long again for the greeting
    login: float = 120  # each of EHLO, STARTTLS and AUTH
    mail: float = 300
    rcpt: float = 300
    data: float = 120  # the answer to DATA itself
    block: float = 180  # until the server takes more of the content
    dot: float = 600
    reset: float = 30
    transaction: float = 1800  # in all: a server that trickles keeps within each of the others
    idle: float = 60  # a connection without work is closed after it
    farewell: float = 5


class SmtpLine(asyncio.Protocol):
    """Takes a transport over from the library that opened it. Methods raise LineLost."""

    def __init__(self, transport: asyncio.Transport, capabilities: Iterable[str]) -> None:
        self.capabilities = tuple(capabilities)
        self.in_use = False  # somebody is within a transaction, or left one unfinished
        self.transactions = 0  # so far
        self.forgotten: frozenset[str] = frozenset()
        self._rests_since: float | None = None
        self._offers = {name.upper(): words for name, *words in map(str.split, self.capabilities)}
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._reader = ReplyReader()
        self._replies: deque[SmtpReply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._lost: LineLost | None = None
        self._quitting = False
        self._timer: asyncio.TimerHandle | None = None
        self._closed = asyncio.Event()
        transport.set_protocol(self)
        if transport.is_closing():  # the server hung up in between; connection_lost went to the library
            self.connection_lost(None)

    def offers(self, extension: str) -> bool:
        return extension in self._offers

    def forget(self, extension: str) -> None:
        """What it offered does not work."""
        self._offers.pop(extension, None)
        self.forgotten |= {extension}

    @property
    def rested(self) -> float:
        """Seconds since the last reply, where it lies idle."""
        return self._loop.time() - self._rests_since if self._rests_since is not None else 0.0

    @property
    def size_limit(self) -> int | None:
        """Octets the server takes at most (RFC 1870); None where it does not say."""
        words = self._offers.get("SIZE") or ["0"]
        return (int(words[0]) or None) if words[0].isdecimal() else None

    @property
    def ready(self) -> bool:
        """Fit for a transaction. A reply nobody asked for (421 before an idle time-out) makes it unfit."""
        at_rest = not (self._replies or self.in_use or self._quitting) and self._reader.between_replies
        return at_rest and self._lost is None and not self._transport.is_closing()

    def write(self, data: bytes | memoryview) -> None:
        if self._lost or self._transport.is_closing():
            raise self._announced() or self._lost or LineLost("closed by the server")
        self._transport.write(data)

    async def drain(self, seconds: float) -> None:
        """Waits until the transport takes more; gives other tasks a turn in any case."""
        await asyncio.sleep(0)
        if not self._writable.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._writable.wait()
            except TimeoutError:
                raise LineLost("the server stopped reading") from None
        if self._lost:
            raise self._announced() or self._lost

    async def reply(self, seconds: float) -> SmtpReply:
        """The next reply; 421 is given back like any other."""
        if not self._replies:
            await self._wait(seconds)
        return self._replies.popleft()

    def rest(self, seconds: float, *, farewell: float) -> None:
        """Idle from now; says QUIT after `seconds`."""
        self._rests_since = self._loop.time()
        self._timer = self._loop.call_later(seconds, self.quit, farewell)

    def wake(self) -> None:
        self._stop_timer()

    def quit(self, farewell: float) -> None:
        """Says QUIT and closes once the server has answered, at the latest after `farewell` seconds."""
        self._stop_timer()
        if self._lost or self._transport.is_closing():
            return
        self._quitting = True
        self._transport.write(b"QUIT\r\n")
        self._timer = self._loop.call_later(farewell, self.abort)

    def abort(self) -> None:
        """Closes at once, without a word: whatever is in flight is not to be believed."""
        self._transport.abort()
        self._lose(LineLost("closed by us"))

    async def wait_closed(self) -> None:
        await self._closed.wait()

    def data_received(self, data: bytes) -> None:
        if self._quitting:
            # Once: a TLS transport of Python 3.11.2 forgets its protocol at a second close() and cannot abort any more.
            if not self._transport.is_closing():
                self._transport.close()
            return
        try:
            for reply in self._reader.feed(data):
                self._replies.append(reply)
        except GarbledReply as error:
            self._lose(LineLost(str(error)))
            self._transport.abort()
        if self._replies:
            self._wake_waiter()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._lose(LineLost(str(exc) if exc else "closed by the server"))
        self._closed.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def _wait(self, seconds: float) -> None:
        if self._lost:
            raise self._lost
        self._waiter = self._loop.create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._waiter
        except TimeoutError:
            raise LineLost("the server did not answer in time") from None
        finally:
            self._waiter = None
        if not self._replies:
            raise self._lost or LineLost("closed by the server")

    def _announced(self) -> LineLost | None:
        """What the server said before it hung up in the middle of our content."""
        reply = self._replies[0] if self._replies else None
        return LineLost(reply.text, reply.code) if reply else None

    def _lose(self, error: LineLost) -> None:
        self._lost = self._lost or error
        self._writable.set()
        self._wake_waiter()

    def _wake_waiter(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
