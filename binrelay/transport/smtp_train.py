"""Transactions of one mail behind each other on one open line, in as few flights as the server allows.

* PIPELINING and CHUNKING (RFC 2920, 3030), small content: whole transactions in one flight, content included;
* PIPELINING: MAIL, RCPT … and DATA in one flight, the next transaction's right behind the final dot. Over a fast line
  the departures of several contents are one commit;
* neither: command by command.

Invariant: the end of a content is written only after `Passage.depart` has put it on record; from there on nothing
short of a reply is taken for an outcome, and every place gets exactly one `ended`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from binrelay.errors import SubmissionFailed, SubmissionUncertain
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.ports.submission import Passage, Result
from binrelay.transport.smtp_commands import Script, write_script
from binrelay.transport.smtp_content import ReadyContent
from binrelay.transport.smtp_line import LineLost, SmtpLine, Timeouts
from binrelay.transport.smtp_transaction import CLOSING, START_INPUT, Opening, chunk_refused, conclude, failed, said

IN_VAIN = 64 * 1024  # octets of content that are cheap to send to a server that refuses the mail then
FLIGHT = 256 * 1024  # octets written ahead of the replies at most
TOGETHER = 0.02  # seconds: the departures of contents that leave within them are put on record at once


@dataclass(frozen=True, slots=True)
class Freight:
    """What a train carries. Places are indices of `envelopes`."""

    envelopes: Sequence[Envelope]
    content: ReadyContent
    passage: Passage


@dataclass(frozen=True, slots=True)
class Lost:
    """The line is gone; `untried` are places of which the server has heard nothing, or said that it heard no more."""

    error: SubmissionFailed
    untried: tuple[int, ...]


class Train:
    """Runs once. Leaves the line `in_use`, unfit for another, unless both sides agree that nothing is open."""

    def __init__(self, line: SmtpLine, freight: Freight, places: Sequence[int], *, timeouts: Timeouts) -> None:
        self._line = line
        self._content = freight.content
        self._freight = freight
        self._timeouts = timeouts
        self._phase = "mail"
        self._open = list(places)  # not ended yet, in order
        self._departed: set[int] = set()  # it is on record that their end is about to leave
        self._left: set[int] = set()  # the end of their content is on the way
        self._ahead = 0  # contents that would leave within `TOGETHER`, each as fast as the last did
        self._clean = True  # the server has no transaction open
        self._answered = False  # it has let a transaction end

    async def run(self) -> Lost | None:
        """None: every place has ended and the line is fit for more."""
        self._line.in_use = True
        scripts = self._scripts()
        try:
            async with asyncio.timeout(self._timeouts.transaction):
                await self._carry(scripts)
                if not self._clean:
                    await self._reset()
        except LineLost as error:
            return self._lost(error)
        except TimeoutError:
            return self._lost(LineLost("the transaction took too long"))
        self._line.in_use = False
        return None

    def _scripts(self) -> list[tuple[int, Script]]:
        """What is to be said; what need not be asked ends here."""
        scripts = []
        for place in tuple(self._open):
            try:
                script = write_script(self._freight.envelopes[place], self._content, self._line)
            except SubmissionFailed as error:
                self._end(place, error)
                continue
            if script.recipients:
                scripts.append((place, script))
            else:
                self._end(place, dict(script.barred))
        return scripts

    async def _carry(self, scripts: list[tuple[int, Script]]) -> None:
        if not self._line.offers("PIPELINING"):
            for place, script in scripts:
                await self._step_by_step(place, script)
            return
        if self._content.size <= IN_VAIN:
            room = max(1, FLIGHT // max(1, self._content.size))
            while scripts and self._line.offers("CHUNKING"):
                flight, scripts = scripts[:room], scripts[room:]
                scripts = await self._in_one_flight(flight) + scripts
        await self._behind_each_other(scripts)

    # ------------------------------------------------------------ whole transactions in one flight

    async def _in_one_flight(self, scripts: list[tuple[int, Script]]) -> list[tuple[int, Script]]:
        """Those for whom the server did not know BDAT after all."""
        allowed = await self._depart([place for place, _ in scripts])
        leaving = [(place, script) for place, script in scripts if place in allowed]
        if not leaving:
            return []
        self._line.write(b"".join(self._flight(leaving)))
        self._left.update(allowed)
        again = []
        for number, (place, script) in enumerate(leaving):
            if number:
                await self._reply("mail", self._timeouts.mail)  # of RSET
            if not await self._chunked(place, script):
                again.append((place, script))
        return again

    def _flight(self, scripts: list[tuple[int, Script]]) -> list[bytes]:
        """RSET before each but the first: whatever became of the one before, nothing of it is left (RFC 3030 2)."""
        pieces: list[bytes] = []
        for _, script in scripts:
            pieces += (b"RSET\r\n" if pieces else b"", script.mail, *script.rcpts, *self._content.chunk)
        return pieces

    async def _chunked(self, place: int, script: Script) -> bool:
        opening = await self._opening(script)
        end = await self._reply("dot", self._timeouts.dot)
        self._clean = end.accepted
        if chunk_refused(opening, end):
            self._line.forget("CHUNKING")
            self._left.discard(place)
            self._departed.discard(place)
            return False
        self._at_the_end(place, script, opening, end=end)
        return True

    # ------------------------------------------------------------ the next one's commands behind the dot

    async def _behind_each_other(self, scripts: list[tuple[int, Script]]) -> None:
        if not scripts:
            return
        loop = asyncio.get_running_loop()
        if not self._clean:
            await self._reset()
        following = [*(_commands(script) for _, script in scripts[1:]), b""]
        self._line.write(_commands(scripts[0][1]))
        for number, ((place, script), behind) in enumerate(zip(scripts, following, strict=True), 1):
            opening = await self._opening(script)
            data = await self._reply("data", self._timeouts.data)
            if data.code == START_INPUT and opening.anybody:
                began = loop.time()
                await self._send_content(place, [later for later, _ in scripts[number:]], behind)
                end = await self._reply("dot", self._timeouts.dot)
                self._ahead = int(TOGETHER / max(loop.time() - began, 0.001))
                self._at_the_end(place, script, opening, end=end)
            else:
                await self._refused(place, script, opening, data=data)
                self._line.write(behind)

    async def _send_content(self, place: int, later: Sequence[int] = (), behind: bytes = b"") -> None:
        for number, piece in enumerate(self._content.pieces):
            if number:
                await self._line.drain(self._timeouts.block)
            self._line.write(piece)
        # While the last piece is under way the departure is written down: the line need not wait for the disk.
        if place not in self._departed and not await self._depart([place], later):
            raise LineLost("the mail was stopped")  # in the middle of its content: it ends nowhere
        self._line.write(self._content.end + behind)
        self._left.add(place)

    async def _refused(self, place: int, script: Script, opening: Opening, *, data: SmtpReply) -> None:
        """Nobody got the content. The outcome is known: a line that breaks now changes nothing about it."""
        if opening.anybody:
            self._end(place, failed("data", data))
        else:
            self._conclude(place, script, opening, end=None)
        if data.code == START_INPUT:
            # 354 though it took no recipient: an empty mail ends DATA harmlessly (RFC 2920 3.1).
            self._line.write(b".\r\n")
            await self._reply("mail", self._timeouts.dot)
        await self._reset()

    # ------------------------------------------------------------ command by command

    async def _step_by_step(self, place: int, script: Script) -> None:
        self._line.write(script.mail)
        mail = await self._reply("mail", self._timeouts.mail)
        rcpts: list[SmtpReply] = []
        for command in script.rcpts if mail.accepted else ():
            self._line.write(command)
            rcpts.append(await self._reply("rcpt", self._timeouts.rcpt))
        opening = Opening(mail, tuple(rcpts))
        if not opening.anybody:
            await self._refused(place, script, opening, data=mail)
            return
        self._line.write(b"DATA\r\n")
        data = await self._reply("data", self._timeouts.data)
        if data.code != START_INPUT:
            await self._refused(place, script, opening, data=data)
            return
        await self._send_content(place)
        self._at_the_end(place, script, opening, end=await self._reply("dot", self._timeouts.dot))

    # ------------------------------------------------------------ what all ways share

    async def _opening(self, script: Script) -> Opening:
        mail = await self._reply("mail", self._timeouts.mail)
        return Opening(mail, tuple([await self._reply("rcpt", self._timeouts.rcpt) for _ in script.rcpts]))

    async def _depart(self, places: Sequence[int], later: Sequence[int] = ()) -> frozenset[int]:
        """Puts on record that their ends are about to leave. What was stopped meanwhile ends here.

        With them those of the `later` ones that follow at once: a commit for each would take longer than their way.
        """
        allowed = await self._freight.passage.depart((*places, *later[: self._ahead]))
        self._departed |= allowed
        for place in places:
            if place not in allowed:
                self._end(place, SubmissionFailed("stopped"))
        return allowed

    async def _reset(self) -> None:
        self._line.write(b"RSET\r\n")
        if not (await self._reply("mail", self._timeouts.reset)).accepted:
            raise LineLost("RSET was refused")
        self._clean = True

    async def _reply(self, phase: str, seconds: float) -> SmtpReply:
        """The next reply. 421 before the end ends everything: it may answer any command (RFC 5321 3.8, 4.2.1)."""
        self._phase = phase
        reply = await self._line.reply(seconds)
        if reply.code == CLOSING and phase != "dot":
            raise LineLost(said(reply), CLOSING)
        if 300 <= reply.code < 400 and (phase, reply.code) != ("data", START_INPUT):
            raise LineLost(f"unexpected reply {reply.code}")
        return reply

    def _at_the_end(self, place: int, script: Script, opening: Opening, *, end: SmtpReply) -> None:
        self._conclude(place, script, opening, end=end)
        if end.code == CLOSING:
            raise LineLost(said(end), CLOSING)

    def _conclude(self, place: int, script: Script, opening: Opening, *, end: SmtpReply | None) -> None:
        self._line.transactions += 1
        self._answered = True
        try:
            self._end(place, conclude(script, opening, end))
        except SubmissionFailed as error:
            self._end(place, error)

    def _end(self, place: int, result: Result) -> None:
        self._open.remove(place)
        self._freight.passage.ended(place, result)

    def _lost(self, error: LineLost) -> Lost:
        """Replies come in order: behind a 421 nothing was heard, behind a broken line nobody knows."""
        failure = SubmissionFailed(self._phase, error.code, error.text)
        for place in tuple(self._open):
            if place in self._left and error.code != CLOSING:
                self._end(place, SubmissionUncertain(error.text))
                if not self._answered:
                    self._line.forget("CHUNKING")  # some servers choke on it; the next try is a plain one
        if self._open and self._phase != "mail":
            self._end(self._open[0], failure)  # the others were not begun
        return Lost(failure, tuple(self._open))


def _commands(script: Script) -> bytes:
    return b"".join((script.mail, *script.rcpts, b"DATA\r\n"))
