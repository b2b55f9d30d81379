"""Submits mail to one SMTP account (RFC 6409) over a few connections that stay open between mails.

Invariant: each call of `submit` is at most one transaction that reached its final dot; a connection is used again only
when nothing is owed on it, and never after a cancelled, failed or doubtful transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from binrelay.errors import SubmissionFailed
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.model import SmtpAccount
from binrelay.transport.smtp_content import ReadyContent, ReadyContents
from binrelay.transport.smtp_line import SmtpLine, Timeouts
from binrelay.transport.smtp_login import SmtpDoor
from binrelay.transport.smtp_transaction import Transaction
from binrelay.transport.tls import AccessToken


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

    async def submit(self, envelope: Envelope, content: bytes) -> Mapping[Address, SmtpReply]:
        """See `ports.Submitter`. Raises ValueError, before a byte is sent, where `content` breaks the promise there."""
        ready = await self._contents.of(content)
        async with self._slots:
            resting = self._take()
            replies = await self._run_unless_stale(resting, envelope, ready) if resting else None
            return await self._run(await self._open(), envelope, ready) if replies is None else replies

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

    async def _run(self, line: SmtpLine, envelope: Envelope, ready: ReadyContent) -> Mapping[Address, SmtpReply]:
        line.in_use = True
        try:
            replies = await Transaction(line, envelope, ready, timeouts=self.timeouts).run()
        finally:
            self._give_back(line)
        return {recipient: replies[recipient] for recipient in envelope.recipients}

    async def _run_unless_stale(
        self, line: SmtpLine, envelope: Envelope, ready: ReadyContent
    ) -> Mapping[Address, SmtpReply] | None:
        """None where the server gave the connection up before it answered MAIL: it has not refused the mail."""
        try:
            return await self._run(line, envelope, ready)
        except SubmissionFailed as error:
            if error.phase == "mail" and error.code in {0, 421}:
                return None
            raise

    async def _open(self) -> SmtpLine:
        if self._closed:
            raise SubmissionFailed("connect", 0, "the submitter is closed")
        return await self._door.open(self.timeouts)

    def _take(self) -> SmtpLine | None:
        """The line that rested the shortest, so that those not needed reach their idle time."""
        while self._resting:
            line = self._resting.pop()
            line.wake()
            if line.ready:
                return line
            line.abort()
        return None

    def _give_back(self, line: SmtpLine) -> None:
        if not line.ready:
            line.abort()
        elif self._closed:
            line.quit(self.timeouts.farewell)
        else:
            self._resting.append(line)
            line.rest(self.timeouts.idle, farewell=self.timeouts.farewell)
