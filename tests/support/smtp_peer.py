"""A scripted SMTP server that misbehaves by name. `Manners()` is polite; `replace()` one fact to be rude.

Invariant: it takes commands strictly in order and notes each, so that a test can see what was said on the line.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from binrelay.mail.address import Address, parse_address
from binrelay.mail.envelope import Envelope
from binrelay.model import Security, SmtpAccount

_POLITE = {
    "GREETING": "220 peer.example ESMTP",
    "STARTTLS": "220 2.0.0 go ahead",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 go ahead",
    "DOT": "250 2.0.0 taken",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 bye",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Steps are GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, CONTENT (before its end), DOT, RSET, QUIT."""

    extensions: tuple[str, ...] = ("PIPELINING", "SIZE 50000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
    replies: Mapping[str, str] = field(
        default_factory=dict
    )  # step → reply without line end, in place of the polite one
    drops_at: str | None = None  # hangs up in place of an answer
    silent_at: str | None = None  # answers nothing from there on
    takes_recipients: int | None = None  # the rest gets `too_many`
    too_many: str = "452 4.5.3 too many recipients"
    octet_by_octet: bool = False
    tls: ssl.SSLContext | None = None
    injected: bytes = b""  # plaintext in the same segment as the answer to STARTTLS
    takes_mails: int | None = None  # a connection; the next MAIL gets 421
    refuses: Mapping[str, str] = field(default_factory=dict)  # address → reply to its RCPT
    stops_after: int | None = None  # hangs up in place of the reply to the content of the mail after that many


POLITE = Manners()
REFUSES_SENDER = replace(POLITE, replies={"MAIL": "550 5.7.1 not your address", "RCPT": "503 no", "DATA": "503 no"})
REFUSES_DATA = replace(POLITE, replies={"DATA": "554 5.7.1 no"})
REFUSES_ALL_YET_GOES_AHEAD = replace(POLITE, replies={"RCPT": "550 5.1.1 no", "DOT": "554 5.5.1 no recipients"})
SILENT_AFTER_DOT = replace(POLITE, silent_at="DOT")
DROPS_AFTER_DOT = replace(POLITE, drops_at="DOT")
GARBLES_MAIL = replace(POLITE, replies={"MAIL": "HTTP/1.1 400 Bad Request"})
GARBLES_DOT = replace(POLITE, replies={"DOT": "HTTP/1.1 400 Bad Request"})
OCTET_BY_OCTET = replace(POLITE, octet_by_octet=True)
CHUNKING = replace(POLITE, extensions=(*POLITE.extensions, "CHUNKING"))
WITH_DSN = replace(POLITE, extensions=(*POLITE.extensions, "DSN"))
NO_PIPELINING = replace(POLITE, extensions=("SIZE 50000000", "8BITMIME"))


def account_for(port: int) -> SmtpAccount:
    """An account on loopback without TLS or login, over one connection."""
    return SmtpAccount(
        host="127.0.0.1",
        port=port,
        security=Security.NONE,
        username=None,
        password=None,
        max_recipients=50,
        messages_per_minute=None,
        recipients_per_day=None,
        connections=1,
    )


def address(text: str) -> Address:
    parsed = parse_address(text)
    assert parsed is not None, text
    return parsed


def envelope_for(*recipients: str) -> Envelope:
    return Envelope(address("coordinator@bin.example"), tuple(map(address, recipients)))


class _HungUp(Exception):
    """The script says to drop the line here."""


class SmtpPeer:
    """`async with SmtpPeer(manners) as peer`. `commands` and `contents` are in the order they came."""

    def __init__(self, manners: Manners = POLITE) -> None:
        self.manners = manners
        self.port = 0
        self.commands: list[str] = []
        self.contents: list[bytes] = []  # as written, dot-stuffed, without the final dot
        self.connections = 0
        self.spoken_to = asyncio.Event()  # the first command came
        self.content_begun = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
        self.hang_up()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def say(self, words: bytes) -> None:
        """Unasked, on every open connection."""
        for writer in self._writers:
            writer.write(words)

    def hang_up(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()

    def said(self, verb: str) -> int:
        """How often clients said it."""
        return sum(command.upper().startswith(verb) for command in self.commands)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._writers.add(writer)
        try:
            await _Talk(self, reader, writer).run()
        except (_HungUp, OSError, asyncio.IncompleteReadError):
            writer.close()  # the script, or the client, ended the talk
        finally:
            self._writers.discard(writer)
            writer.transport.abort()


class _Talk:
    """One connection."""

    def __init__(self, peer: SmtpPeer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._peer = peer
        self._reader, self._writer = reader, writer
        self._manners = peer.manners
        self._recipients = 0
        self._mails = 0
        self._taken = 0  # recipients of this transaction

    async def run(self) -> None:
        await self._answer("GREETING")
        while True:
            command = (await self._reader.readuntil(b"\r\n")).decode().removesuffix("\r\n")
            self._peer.commands.append(command)
            self._peer.spoken_to.set()
            await self._obey(command.split(" ")[0].split(":")[0].upper())

    async def _obey(self, verb: str) -> None:
        match verb:
            case "EHLO":
                await self._greet()
            case "STARTTLS":
                await self._start_tls()
            case "MAIL":
                self._recipients = self._taken = 0
                self._mails += 1
                enough = self._manners.takes_mails is not None and self._mails > self._manners.takes_mails
                await self._answer("MAIL", "421 4.7.0 enough for one connection" if enough else None)
            case "RCPT":
                self._recipients += 1
                limit = self._manners.takes_recipients
                over = limit is not None and self._recipients > limit
                reply = self._manners.too_many if over else self._manners.refuses.get(self._named())
                self._taken += not (reply or self._manners.replies.get("RCPT", "2")).startswith(("4", "5"))
                await self._answer("RCPT", reply)
            case "DATA":
                await self._take_content()
            case "BDAT":
                await self._take_chunk()
            case "RSET":
                self._recipients = self._taken = 0
                await self._answer("RSET")
            case "QUIT":
                await self._answer("QUIT")
                raise _HungUp
            case _:
                await self._answer(verb if verb in _POLITE else "RSET")

    def _named(self) -> str:
        return self._peer.commands[-1].partition("<")[2].partition(">")[0]

    async def _greet(self) -> None:
        lines = ["peer.example", *self._manners.extensions]
        text = "\r\n".join(f"250{'-' if line is not lines[-1] else ' '}{line}" for line in lines)
        await self._answer("EHLO", self._manners.replies.get("EHLO", text))

    async def _start_tls(self) -> None:
        self._writer.write(b"220 2.0.0 go ahead\r\n" + self._manners.injected)
        assert self._manners.tls is not None
        await self._writer.start_tls(self._manners.tls)

    async def _take_content(self) -> None:
        answer = self._manners.replies.get("DATA", _POLITE["DATA"])
        await self._answer("DATA")
        if not answer.startswith("354"):
            return
        self._misbehave_at("CONTENT")
        lines = [await self._reader.readuntil(b"\r\n")]
        self._peer.content_begun.set()
        while lines[-1] != b".\r\n":
            lines.append(await self._reader.readuntil(b"\r\n"))
        self._peer.contents.append(b"".join(lines[:-1]))
        await self._answer("DOT")

    async def _take_chunk(self) -> None:
        """Reads the octets whatever comes of them (RFC 3030 2)."""
        if "BDAT" in self._manners.replies:
            await self._answer("BDAT")
            return
        self._misbehave_at("CONTENT")
        content = await self._reader.readexactly(int(self._peer.commands[-1].split()[1]))
        self._peer.content_begun.set()
        if not self._taken:
            self._writer.write(b"503 5.5.1 nobody to take it\r\n")
            return
        self._peer.contents.append(content)
        self._taken = 0
        await self._answer("DOT")

    async def _answer(self, step: str, reply: str | None = None) -> None:
        self._misbehave_at(step)
        if step == "DOT" and self._manners.stops_after is not None and self._mails > self._manners.stops_after:
            raise _HungUp
        if self._manners.silent_at == step:
            await self._reader.read()  # until the client gives up
            raise _HungUp
        answer = reply or self._manners.replies.get(step) or _POLITE[step]
        data = f"{answer}\r\n".encode()
        for piece in [data[at : at + 1] for at in range(len(data))] if self._manners.octet_by_octet else [data]:
            self._writer.write(piece)
            await self._writer.drain()
            await asyncio.sleep(0)
        if answer.startswith("421"):
            raise _HungUp

    def _misbehave_at(self, step: str) -> None:
        if self._manners.drops_at == step:
            raise _HungUp
