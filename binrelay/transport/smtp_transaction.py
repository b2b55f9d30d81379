"""One SMTP transaction on an open line: MAIL, RCPT …, DATA, content, dot (RFC 5321 3.3), in one flight where the
server offers PIPELINING (RFC 2920).

Invariant: a recipient's reply is its own RCPT reply or the final dot's, never another's; once the dot is on its way
nothing short of a reply to it is taken for an outcome.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from binrelay.errors import SubmissionFailed, SubmissionUncertain
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.transport.smtp_content import ReadyContent
from binrelay.transport.smtp_line import LineLost, SmtpLine, Timeouts

_NEEDS_UTF8 = SmtpReply(553, "5.6.7", "this server does not take addresses outside ASCII")  # RFC 6531 3.5
_START_INPUT = 354
_CLOSING = 421


@dataclass(frozen=True, slots=True)
class _Opening:
    """The replies before the content. `data` is None where DATA was not sent."""

    mail: SmtpReply
    rcpts: tuple[SmtpReply, ...]
    data: SmtpReply | None


class Transaction:
    """Runs once. Leaves the line `in_use`, unfit for another, unless both sides agree that nothing is open."""

    def __init__(self, line: SmtpLine, envelope: Envelope, content: ReadyContent, *, timeouts: Timeouts) -> None:
        self._line = line
        self._content = content
        self._reverse_path = envelope.reverse_path
        self._barred = {
            recipient: _NEEDS_UTF8
            for recipient in envelope.recipients
            if not recipient.spelled.isascii() and not line.offers("SMTPUTF8")
        }
        self._recipients = [recipient for recipient in envelope.recipients if recipient not in self._barred]
        self._phase = "mail"
        self._dot_written = False
        self._timeouts = timeouts

    async def run(self) -> dict[Address, SmtpReply]:
        """One reply for each recipient. Raises SubmissionFailed, SubmissionUncertain."""
        try:
            async with asyncio.timeout(self._timeouts.transaction):
                return await self._run()
        except LineLost as error:
            raise self._verdict(error) from error
        except TimeoutError:
            raise self._verdict(LineLost("the transaction took too long")) from None

    async def _run(self) -> dict[Address, SmtpReply]:
        self._refuse_early()
        if not self._recipients:
            self._line.in_use = False
            return self._barred
        opening = await (self._in_one_flight() if self._line.offers("PIPELINING") else self._step_by_step())
        replies = await self._conclude(opening)
        return self._barred | dict(zip(self._recipients, replies, strict=True))

    def _refuse_early(self) -> None:
        """What the server would refuse for the whole mail, without sending it."""
        limit = self._line.size_limit
        problem = None
        if limit is not None and self._content.size > limit:
            problem = SmtpReply(552, "5.3.4", f"the mail has {self._content.size} octets, the server takes {limit}")
        elif self._reverse_path and not self._reverse_path.spelled.isascii() and not self._line.offers("SMTPUTF8"):
            problem = _NEEDS_UTF8
        if problem:
            self._line.in_use = False
            raise _failed("mail", problem)

    async def _in_one_flight(self) -> _Opening:
        rcpts = [_rcpt(recipient) for recipient in self._recipients]
        self._line.write(b"".join([self._mail(), *rcpts, b"DATA\r\n"]))
        mail = await self._reply("mail", self._timeouts.mail)
        answers = [await self._reply("rcpt", self._timeouts.rcpt) for _ in rcpts]
        return _Opening(mail, tuple(answers), await self._reply("data", self._timeouts.data))

    async def _step_by_step(self) -> _Opening:
        self._line.write(self._mail())
        mail = await self._reply("mail", self._timeouts.mail)
        answers: list[SmtpReply] = []
        for recipient in self._recipients if mail.accepted else []:
            self._line.write(_rcpt(recipient))
            answers.append(await self._reply("rcpt", self._timeouts.rcpt))
        if not any(answer.accepted for answer in answers):
            return _Opening(mail, tuple(answers), None)
        self._line.write(b"DATA\r\n")
        return _Opening(mail, tuple(answers), await self._reply("data", self._timeouts.data))

    async def _conclude(self, opening: _Opening) -> list[SmtpReply]:
        go_ahead = opening.data is not None and opening.data.code == _START_INPUT
        anybody = opening.mail.accepted and any(reply.accepted for reply in opening.rcpts)
        if go_ahead and anybody:
            dot = await self._send_content()
            return [dot if reply.accepted else reply for reply in _mend_too_many(opening.rcpts)]
        if go_ahead:
            await self._send_nothing()
        await self._reset()
        if not opening.mail.accepted:
            raise _failed("mail", opening.mail)
        if anybody and opening.data:
            raise _failed("data", opening.data)
        return _mend_too_many(opening.rcpts)

    async def _send_content(self) -> SmtpReply:
        *pieces, last = self._content.pieces or (b"",)
        for piece in pieces:
            self._line.write(piece)
            await self._line.drain(self._timeouts.block)
        self._line.write(b"".join((last, self._content.end)))
        self._dot_written = True  # from here on a lost line may mean that the server has the mail
        dot = await self._reply("dot", self._timeouts.dot)
        self._line.in_use = dot.code == _CLOSING
        return dot

    async def _send_nothing(self) -> None:
        """The server said 354 though it took no recipient: an empty mail ends DATA harmlessly (RFC 2920 3.1)."""
        self._line.write(b".\r\n")
        await self._reply("data", self._timeouts.dot)

    async def _reset(self) -> None:
        """Back to a clean line. The outcome is known already: a line that breaks here is left unfit, no more."""
        try:
            self._line.write(b"RSET\r\n")
            reply = await self._line.reply(self._timeouts.reset)
            self._line.in_use = not reply.accepted
        except LineLost:
            self._line.in_use = True

    async def _reply(self, phase: str, seconds: float) -> SmtpReply:
        """The next reply. 421 before the dot ends everything: it may answer any command (RFC 5321 3.8, 4.2.1)."""
        self._phase = phase
        reply = await self._line.reply(seconds)
        if reply.code == _CLOSING and phase != "dot":
            raise LineLost(_text(reply), _CLOSING)
        if 300 <= reply.code < 400 and (phase, reply.code) != ("data", _START_INPUT):
            raise LineLost(f"unexpected reply {reply.code}")
        return reply

    def _mail(self) -> bytes:
        parameters = [f"SIZE={self._content.size}"] if self._line.offers("SIZE") else []
        if self._content.eight_bit and self._line.offers("8BITMIME"):
            parameters.append("BODY=8BITMIME")
        addresses = [*self._recipients, *([self._reverse_path] if self._reverse_path else [])]
        if not all(address.spelled.isascii() for address in addresses):
            parameters.append("SMTPUTF8")
        return _command(" ".join([f"MAIL FROM:<{self._reverse_path or ''}>", *parameters]))

    def _verdict(self, error: LineLost) -> SubmissionFailed | SubmissionUncertain:
        if self._dot_written:
            return SubmissionUncertain(error.text)
        return SubmissionFailed(self._phase, error.code, error.text)


def _rcpt(recipient: Address) -> bytes:
    return _command(f"RCPT TO:<{recipient}>")


def _command(line: str) -> bytes:
    """An Address cannot hold a control character; were one made by hand, it must not become a second command."""
    if not line.isprintable() or line.count(">") != 1:
        raise ValueError("an address that cannot stand in an SMTP command")
    return f"{line}\r\n".encode()


def _mend_too_many(replies: tuple[SmtpReply, ...]) -> list[SmtpReply]:
    """552 for "too many recipients" is an old mistake for 452; read it as temporary (RFC 5321 4.5.3.1.10).

    Without an enhanced status it means that only after somebody was accepted; else it is a full mailbox.
    """
    first = next((place for place, reply in enumerate(replies) if reply.accepted), len(replies))
    return [
        replace(reply, code=452, status="4.5.3")
        if reply.code == 552 and _too_many(reply, after_others=place > first)
        else reply
        for place, reply in enumerate(replies)
    ]


def _too_many(reply: SmtpReply, *, after_others: bool) -> bool:
    return reply.status == "5.5.3" or (reply.status is None and after_others)


def _text(reply: SmtpReply) -> str:
    return f"{reply.status or ''} {reply.text}".strip()


def _failed(phase: str, reply: SmtpReply) -> SubmissionFailed:
    return SubmissionFailed(phase, reply.code, _text(reply))
