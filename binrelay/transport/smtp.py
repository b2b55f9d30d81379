"""Submits mail to one SMTP account (RFC 6409) over a few connections that stay open between mails.

Invariant: an envelope's content reaches its end on at most one connection, unless the server said that it heard nothing;
a connection is used again only when nothing is owed on it, and never after a cancelled, failed or doubtful transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from binrelay.errors import LoginRefused, SubmissionFailed
from binrelay.mail.envelope import Envelope
from binrelay.model import SmtpAccount
from binrelay.ports.submission import Passage
from binrelay.transport.smtp_content import ReadyContents
from binrelay.transport.smtp_line import LineLost, SmtpLine, Timeouts
from binrelay.transport.smtp_login import SmtpDoor
from binrelay.transport.smtp_train import Freight, Train
from binrelay.transport.tls import AccessToken

LONGEST_TRAIN = 32  # transactions: so many recipients' mail is uncertain at most when a line breaks
STALE_AFTER = 1.0  # seconds of rest after which a line is asked whether it lives


class SmtpSubmitter:
    """`ports.Submitter` for one account.

    `ehlo_name` is our name in EHLO; `access_token` gives a fresh OAuth 2.0 token, used in place of the password.
    """

    def __init__(self, account: SmtpAccount, *, ehlo_name: str, access_token: AccessToken | None = None) -> None:
        self.timeouts = Timeouts()
        self._door = SmtpDoor(account, ehlo_name=ehlo_name, access_token=access_token)
        self._slots = asyncio.Semaphore(account.connections)
        self._resting: list[SmtpLine] = []  # longest at rest first
        self._contents = ReadyContents()
        self._closed = False
        self._earned = 1  # transactions a train may have
        self._a_line: int | None = None  # transactions a connection may have; None: any number
        self._broken: frozenset[str] = frozenset()  # extensions that the server offers and does not know

    @property
    def window(self) -> int:
        """Grows with every train that the server answers to the end, shrinks with every line that breaks."""
        return min(self._earned, self._a_line or LONGEST_TRAIN)

    async def submit(self, envelopes: Sequence[Envelope], content: bytes, passage: Passage) -> None:
        """See `ports.Submitter`. Raises ValueError, before a byte is sent, where `content` breaks the promise there."""
        freight = Freight(envelopes, await self._contents.of(content), passage)
        places: Sequence[int] = range(len(envelopes))
        async with self._slots:
            while places:
                try:
                    line = await self._take() or await self._open()
                except (SubmissionFailed, LoginRefused) as error:
                    _end_all(freight, places, error)
                    return
                places = await self._run(line, await self._fit(freight, line), places)

    async def greet(self) -> tuple[str, ...]:
        """Connects anew, logs in and takes leave; the extensions of the EHLO reply as the server spells them."""
        line = await self._open()
        line.quit(self.timeouts.farewell)
        await line.wait_closed()
        return line.capabilities

    async def close(self) -> None:
        """Says QUIT on every connection, on those in use when their transaction has ended. Final."""
        self._closed = True
        self._contents.forget()
        resting, self._resting = self._resting, []
        for line in resting:
            line.quit(self.timeouts.farewell)
        for line in resting:
            await line.wait_closed()

    async def _fit(self, freight: Freight, line: SmtpLine) -> Freight:
        if not freight.content.eight_bit or line.offers("8BITMIME"):
            return freight
        return replace(freight, content=await self._contents.of_seven_bits(freight.content.content))

    async def _run(self, line: SmtpLine, freight: Freight, places: Sequence[int]) -> Sequence[int]:
        """The places that are left for another line."""
        room = self._a_line - line.transactions if self._a_line else len(places)
        before = line.transactions
        try:
            lost = await Train(line, freight, places[:room], timeouts=self.timeouts).run()
        finally:
            self._give_back(line)
        if lost is None:
            self._earned = min(self._earned * 2, LONGEST_TRAIN)
            return places[room:]
        self._earned = max(1, self._earned // 2)
        rest = (*lost.untried, *places[room:])
        if lost.error.phase == "mail" and lost.error.code in {0, 421} and line.transactions:
            # The server gave the connection up before it heard of these. It refused no mail.
            if lost.error.code == 421 and (line.transactions > before or line.rested < STALE_AFTER):
                self._a_line = line.transactions  # some take so many mails a connection and no more
            return rest
        _end_all(freight, rest, lost.error)
        return ()

    async def _open(self) -> SmtpLine:
        if self._closed:
            raise SubmissionFailed("connect", 0, "the submitter is closed")
        line = await self._door.open(self.timeouts)
        for extension in self._broken:
            line.forget(extension)
        return line

    async def _take(self) -> SmtpLine | None:
        """The line that rested the shortest, so that those not needed reach their idle time."""
        while self._resting:
            line = self._resting.pop()
            line.wake()
            if line.ready and await self._alive(line):
                return line
            line.abort()
        return None

    async def _alive(self, line: SmtpLine) -> bool:
        """Asks a line that rested, for what is written to a dead one in one flight is uncertain and not just unsent."""
        if line.rested < STALE_AFTER:
            return True
        try:
            line.write(b"RSET\r\n")
            return (await line.reply(self.timeouts.reset)).accepted
        except LineLost:
            return False

    def _give_back(self, line: SmtpLine) -> None:
        if line.forgotten:
            self._broken |= line.forgotten
        if not line.ready:
            line.abort()
        elif (self._a_line and line.transactions >= self._a_line) or self._closed:
            line.quit(self.timeouts.farewell)
        else:
            self._resting.append(line)
            line.rest(self.timeouts.idle, farewell=self.timeouts.farewell)


def _end_all(freight: Freight, places: Sequence[int], error: SubmissionFailed | LoginRefused) -> None:
    for place in places:
        freight.passage.ended(place, error)
