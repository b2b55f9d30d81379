"""One guarded IMAP connection: every wait has an end, and a connection that is out of step is never used again.

Invariant: a call returns the answer to its own command or raises. After a timeout, a lost line or a cancelled call
the connection is aborted: a late answer would be taken for the next command's. One caller at a time; `ImapInbox` sees
to that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import aioimaplib

from binrelay.errors import MailboxLost, MailboxRefused
from binrelay.transport.imap_protocol import GuardedProtocol
from binrelay.transport.imap_text import Argument, read_code, readable, split_literals
from binrelay.transport.imap_wire import Response

T = TypeVar("T")

_FAREWELL = 2.0  # seconds for LOGOUT: politeness must not hold up a stopping daemon


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds."""

    connect: float = 30.0  # each of: name look-up to TLS, greeting, STARTTLS
    command: float = 60.0  # from a command to its last answer
    renewal: float = 30.0  # from IDLE to the server's `+`, from DONE to its answer
    poll: float = 5.0  # from one NOOP to the next where there is no IDLE


@dataclass(frozen=True, slots=True)
class Answer:
    text: str  # what stands behind OK
    untagged: Sequence[Response]  # without their `* `


@dataclass(frozen=True, slots=True)
class Selected:
    """A selected folder (RFC 3501 6.3.1). `uidnext` is 0 where the server does not say."""

    uidvalidity: int
    uidnext: int


class ImapSession:
    """Raises MailboxLost from every call once the connection is of no more use."""

    def __init__(self, protocol: GuardedProtocol, limits: Limits) -> None:
        self._protocol = protocol
        self.limits = limits

    @property
    def authenticated(self) -> bool:
        return bool(self._protocol.state in {aioimaplib.AUTH, aioimaplib.SELECTED})

    @property
    def capabilities(self) -> frozenset[str]:
        """In upper case, as of the last `learn()`."""
        return frozenset(self._protocol.capabilities)

    @property
    def news(self) -> asyncio.Event:
        """Set where the server announced something in the selected folder; the reader clears it."""
        return self._protocol.news

    def abort(self, reason: str) -> None:
        self._protocol.fail(reason)

    def check(self) -> None:
        """Raises MailboxLost where the connection is of no more use."""
        if self._protocol.lost.done():
            raise MailboxLost(self._protocol.lost.result())

    async def greet(self) -> None:
        """Takes the greeting (RFC 3501 7.1). Raises MailboxLost for BYE."""
        greeting = await self._bounded(self._protocol.greeting, self.limits.connect)
        status = greeting[2:].split(b" ")[0].upper() if greeting.startswith(b"* ") else b""
        if status not in {b"OK", b"PREAUTH"}:
            self.abort(f"the server does not want us: {readable(greeting)}")
            self.check()
        self._protocol.state = aioimaplib.AUTH if status == b"PREAUTH" else aioimaplib.NONAUTH

    async def learn(self) -> None:
        """Asks what the server can do. Once more after each change of state: it may say more then (RFC 3501 6.1.1)."""
        answer = await self.run("CAPABILITY")
        words = [response[0].upper().split() for response in answer.untagged]
        self._protocol.capabilities = {
            word.decode("ascii", "replace") for line in words if line[:1] == [b"CAPABILITY"] for word in line[1:]
        }

    async def run(self, name: str, *arguments: Argument, uid: bool = False) -> Answer:
        """Raises MailboxRefused for NO and BAD."""
        head, literals = split_literals(arguments)
        return await self._run(name, [head] if head else [], literals, uid=uid)

    async def ask(
        self, read: Callable[[Sequence[Response]], T], name: str, *arguments: Argument, uid: bool = False
    ) -> T:
        """What `read` makes of the answer. Raises MailboxRefused, and MailboxLost where it is not to be read."""
        answer = await self.run(name, *arguments, uid=uid)
        try:
            return read(answer.untagged)
        except ValueError as error:
            self.abort(f"an unreadable answer to {name}: {error}")
            raise MailboxLost(self._protocol.lost.result()) from error

    async def authenticate(self, mechanism: str, *answers: bytes) -> Answer:
        """AUTHENTICATE (RFC 3501 6.2.2); `answers` are base64, one for each `+`. Raises MailboxRefused."""
        answer = await self._run("AUTHENTICATE", [mechanism], answers)
        self._protocol.state = aioimaplib.AUTH
        return answer

    async def log_in(self, username: Argument, password: Argument) -> None:
        """Raises MailboxRefused."""
        await self.run("LOGIN", username, password)
        self._protocol.state = aioimaplib.AUTH

    async def select(self, folder: str) -> Selected:
        """`folder` is quoted already. Raises MailboxRefused, also where the folder has no UIDs to rely on."""
        self._protocol.state = aioimaplib.AUTH  # a SELECT that fails selects nothing (RFC 3501 6.3.1)
        self.news.clear()
        answer = await self.run("SELECT", folder)
        self._protocol.state = aioimaplib.SELECTED
        self.news.clear()
        uidvalidity = read_code(answer.untagged, "UIDVALIDITY")
        if uidvalidity is None:
            raise MailboxRefused("SELECT", "the server gives no UIDVALIDITY")
        return Selected(uidvalidity, read_code(answer.untagged, "UIDNEXT") or 0)

    async def idle(self, seconds: float, bell: asyncio.Event) -> None:
        """IDLE (RFC 2177) until `news`, `bell` or the time is over. Raises MailboxRefused where the server will not."""
        self.check()
        idling = asyncio.ensure_future(self._protocol.idle())
        begun = asyncio.ensure_future(self._protocol.wait_for_idle_response())
        try:
            first = asyncio.wait({idling, begun}, return_when=asyncio.FIRST_COMPLETED)
            await self._bounded(first, self.limits.renewal)
            if not idling.done():
                await self.pause(seconds, bell)
                self._protocol.idle_done()
            _accept("IDLE", await self._bounded(idling, self.limits.renewal))
        finally:
            begun.cancel()
            idling.cancel()

    async def pause(self, seconds: float, bell: asyncio.Event) -> None:
        """Waits for `news` or `bell`, at most so long. Raises MailboxLost the moment the line is gone."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self.news, bell)]
        try:
            await self._first_of(seconds, *waits)
        except asyncio.CancelledError:
            self.abort("cancelled while waiting for the server")
            raise
        finally:
            for wait in waits:
                wait.cancel()
        self.check()

    async def close(self) -> None:
        """LOGOUT, never CLOSE: that would expunge what others marked as deleted."""
        command = aioimaplib.Command("LOGOUT", self._protocol.new_tag())
        try:
            await self._bounded(self._protocol.execute(command), _FAREWELL)
        except MailboxLost:
            return
        self.abort("closed")

    async def _run(
        self, name: str, arguments: Sequence[str], literals: Sequence[bytes], *, uid: bool = False
    ) -> Answer:
        self._protocol.owed.clear()
        self._protocol.owed.extend(literals)
        prefix = "UID" if uid else None
        command = aioimaplib.Command(name, self._protocol.new_tag(), *arguments, prefix=prefix)
        return _accept(name, await self._bounded(self._protocol.execute(command), self.limits.command))

    async def _bounded(self, awaitable: Awaitable[T], seconds: float) -> T:
        if asyncio.iscoroutine(awaitable) and self._protocol.lost.done():
            awaitable.close()  # else Python warns that it was never awaited
        self.check()
        task = asyncio.ensure_future(awaitable)
        try:
            await self._first_of(seconds, task)
            if task.done():
                return task.result()
            self.abort(f"no answer within {seconds:g} s")
        except aioimaplib.AioImapException as error:
            self.abort(f"not possible now: {error}")
        except asyncio.CancelledError:
            self.abort("cancelled while waiting for the server")
            raise
        finally:
            task.cancel()
        raise MailboxLost(self._protocol.lost.result())

    async def _first_of(self, seconds: float, *futures: asyncio.Future[Any]) -> None:
        """Until one of them is done, the connection is lost or the time is over."""
        await asyncio.wait({*futures, self._protocol.lost}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


def _accept(name: str, response: aioimaplib.Response) -> Answer:
    *untagged, last = response.lines
    text = readable(last)
    if response.result.upper() != "OK":
        raise MailboxRefused(name, text)
    return Answer(text, untagged)
