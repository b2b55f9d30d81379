"""An IMAP server that misbehaves by name. For tests only.

It serves one small mailbox, and does one thing as no server should. What real servers do is tested on Dovecot.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

MAIL = b"Message-ID: <one@politie.example>\r\nSubject: 5* hotel * (open\r\n\r\nGele Polo gezien.\r\n"


class Trick(StrEnum):
    NONE = "behaves"
    BYE_GREETING = "greets with BYE and keeps the connection"
    NO_GREETING = "says nothing at all"
    CLOSED_BEFORE_GREETING = "closes before it greets"
    PREAUTH_BEFORE_TLS = "greets with PREAUTH"
    LOGIN_REFUSED = "answers NO to LOGIN, with what was sent"
    LOGIN_UNAVAILABLE = "answers NO [UNAVAILABLE] to LOGIN"
    LOGIN_DISABLED = "announces LOGINDISABLED and AUTH=PLAIN"
    TOKEN_REFUSED = "answers an access token with a challenge"
    CREATE_REFUSED = "answers NO to CREATE"
    NESTING_REFUSED = "answers NO to CREATE below a folder"
    HALF_A_TREE = "has one of our folders, and room for others below INBOX alone"
    NO_IDLE = "announces IDLE and answers BAD to it"
    NEVER_BEGINS_IDLE = "never answers IDLE"
    CLOSES_IN_IDLE = "closes once IDLE began"
    RESETS_IN_IDLE = "resets the connection once IDLE began"
    BYE_IN_IDLE = "says BYE in IDLE and keeps the connection"
    SILENT_AFTER_IDLE = "goes silent once IDLE began"
    SPEAKS_IN_IDLE = "announces a mail in IDLE"
    EXPUNGES_IN_IDLE = "announces a removed mail in IDLE"
    TRIVIAL_IN_IDLE = "tells flags and 'Still here' in IDLE"
    WRONG_TAG = "answers SEARCH under another tag"
    GARBAGE = "answers SEARCH with no IMAP"
    UNBALANCED = "answers FETCH with lists that do not end"
    ENDLESS_LINE = "answers SEARCH with a line that never ends"
    SILENT_SEARCH = "never answers SEARCH"
    SILENT_MOVE = "never answers MOVE"
    REFUSES_GONE = "answers NO to FETCH and MOVE of a mail that is gone"
    NO_CONTENT = "gives NIL for the content of a mail"
    UNDERSTATED_SIZE = "announces ten octets for every mail"
    BAD_DATES = "gives a nonsense INTERNALDATE"
    UNSOLICITED = "mixes FETCH of other mails and EXPUNGE into answers"
    NEWS_IN_FETCH = "announces a mail within the answer to FETCH"
    INJECTS_BEFORE_TLS = "sends a line behind its OK to STARTTLS"
    NO_STARTTLS = "answers BAD to STARTTLS"
    ONE_BYTE_AT_A_TIME = "sends each octet in a segment of its own"


class _Hangup(Exception):
    pass


@dataclass
class ImapPeer:
    """`async with ImapPeer(Trick.WRONG_TAG) as peer:` listens on `peer.port`; `said` holds the clients' lines."""

    trick: Trick = Trick.NONE
    tls: ssl.SSLContext | None = None  # for STARTTLS
    mails: dict[int, bytes] = field(default_factory=lambda: {7: MAIL})
    uidvalidity: int = 42
    said: list[str] = field(default_factory=list)
    port: int = 0
    idling: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._open: set[asyncio.Task[None]] = set()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await Conversation(self, reader, writer).run()
        except (_Hangup, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            self.said.append("(closed)")
        finally:
            self._open.discard(task)
            writer.transport.abort()


class Conversation:
    """One connection to a peer."""

    def __init__(self, peer: ImapPeer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._peer, self._reader, self._writer = peer, reader, writer
        self._trick = peer.trick
        self._commands: dict[str, Callable[[str, str], Awaitable[None]]] = {
            "LOGIN": self._login,
            "AUTHENTICATE": self._authenticate,
            "STARTTLS": self._starttls,
            "CREATE": self._create,
            "LIST": self._list,
            "IDLE": self._idle,
            "SEARCH": self._search,
            "FETCH": self._fetch,
            "MOVE": self._move,
        }

    async def run(self) -> None:
        await self._greet()
        while True:
            tag, _, rest = (await self._line()).partition(" ")
            name, _, arguments = rest.removeprefix("UID ").partition(" ")
            if command := self._commands.get(name):
                await command(tag, arguments)
            else:
                await self._simple(tag, name)

    async def _greet(self) -> None:
        greetings = {Trick.BYE_GREETING: "* BYE too many connections", Trick.PREAUTH_BEFORE_TLS: "* PREAUTH welcome"}
        if self._trick is Trick.CLOSED_BEFORE_GREETING:
            raise _Hangup
        if self._trick is not Trick.NO_GREETING:
            await self._say(greetings.get(self._trick, "* OK ready {5}"))

    async def _simple(self, tag: str, name: str) -> None:
        words = "IMAP4rev1 IDLE MOVE UIDPLUS"
        disabled = " LOGINDISABLED AUTH=PLAIN" if self._trick is Trick.LOGIN_DISABLED else ""
        untagged = {
            "CAPABILITY": f"* CAPABILITY {words}{disabled}",
            "SELECT": f"* {len(self._peer.mails)} EXISTS\r\n* OK [UIDVALIDITY {self._peer.uidvalidity}] valid",
            "LOGOUT": "* BYE until next time",
        }
        if name in untagged:
            await self._say(untagged[name])
        await self._say(f"{tag} OK [READ-WRITE] done")

    async def _login(self, tag: str, arguments: str) -> None:
        while match := re.search(r"\{(\d+)\}$", arguments):
            await self._say("+ go on")
            arguments += "\r\n" + (await self._reader.readexactly(int(match[1]))).decode() + await self._line()
        refusals = {
            Trick.LOGIN_REFUSED: f"NO [AUTHENTICATIONFAILED] not {arguments}",
            Trick.LOGIN_UNAVAILABLE: "NO [UNAVAILABLE] directory is down",
        }
        await self._say(f"{tag} {refusals.get(self._trick, 'OK [CAPABILITY IMAP4rev1] welcome')}")

    async def _authenticate(self, tag: str, _arguments: str) -> None:
        await self._say("+ ")
        await self._line()
        if self._trick is not Trick.TOKEN_REFUSED:
            return await self._say(f"{tag} OK welcome")
        await self._say("+ eyJzdGF0dXMiOiI0MDEifQ==")
        answer = await self._line()
        return await self._say(f"{tag} {'BAD' if answer else 'NO [AUTHENTICATIONFAILED]'} token expired")

    async def _starttls(self, tag: str, _arguments: str) -> None:
        if self._trick is Trick.NO_STARTTLS:
            return await self._say(f"{tag} BAD unknown command")
        extra = "\r\n* CAPABILITY IMAP4rev1 INJECTED" if self._trick is Trick.INJECTS_BEFORE_TLS else ""
        await self._say(f"{tag} OK begin{extra}")
        assert self._peer.tls is not None
        return await self._writer.start_tls(self._peer.tls)

    async def _list(self, tag: str, arguments: str) -> None:
        ours = self._trick is Trick.HALF_A_TREE and '"BIN' in arguments
        for name in ("BIN", "BIN/Verwerkt") if ours else ("",):
            await self._say(f'* LIST (\\HasChildren) "/" "{name}"')
        await self._say(f"{tag} OK done")

    async def _create(self, tag: str, arguments: str) -> None:
        nested = "/" in arguments.rstrip('"').rstrip("/")
        refuse = self._trick is Trick.CREATE_REFUSED or (self._trick is Trick.NESTING_REFUSED and nested)
        refuse = refuse or (self._trick is Trick.HALF_A_TREE and "INBOX" not in arguments)
        await self._say(f"{tag} NO not here" if refuse else f"{tag} OK done")

    async def _idle(self, tag: str, _arguments: str) -> None:
        if self._trick is Trick.NEVER_BEGINS_IDLE:
            return await self._silence()
        if self._trick is Trick.NO_IDLE:
            return await self._say(f"{tag} BAD unknown command")
        await self._say("+ idling")
        self._peer.idling.set()
        await self._misbehave_in_idle()
        await self._line()
        return await self._say(f"{tag} OK done")

    async def _misbehave_in_idle(self) -> None:
        lines = {
            Trick.BYE_IN_IDLE: "* BYE maintenance",
            Trick.SPEAKS_IN_IDLE: "* 2 EXISTS",
            Trick.EXPUNGES_IN_IDLE: "* 1 EXPUNGE",
            Trick.TRIVIAL_IN_IDLE: "* OK Still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 0 RECENT",
        }
        if self._trick is Trick.CLOSES_IN_IDLE:
            raise _Hangup
        if self._trick is Trick.RESETS_IN_IDLE:
            line = self._writer.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # no time to linger: RST
            raise _Hangup
        if self._trick is Trick.SILENT_AFTER_IDLE:
            await self._silence()
        if self._trick in lines:
            await self._say(lines[self._trick])

    async def _search(self, tag: str, _arguments: str) -> None:
        uids = " ".join(map(str, self._peer.mails))
        if self._trick is Trick.SILENT_SEARCH:
            return await self._silence()
        if self._trick is Trick.ENDLESS_LINE:
            while True:
                await self._say("* SEARCH " + "1 " * 50_000, end="")
        answers = {Trick.WRONG_TAG: "ZZ99 OK done", Trick.GARBAGE: "HTTP/1.1 400 Bad Request"}
        return await self._say(f"* SEARCH {uids}\r\n{answers.get(self._trick, f'{tag} OK done')}")

    async def _fetch(self, tag: str, arguments: str) -> None:
        asked = re.match(r"(?P<uid>\d+)\S* \((?P<items>.*)\)", arguments)
        assert asked is not None
        mail = self._peer.mails.get(int(asked["uid"]))
        if mail is None:
            return await self._say(f"{tag} {'NO no such mail' if self._trick is Trick.REFUSES_GONE else 'OK done'}")
        extras = {
            Trick.UNSOLICITED: '* 9 FETCH (UID 99 BODY[]<0> "another")\r\n* 3 FETCH (FLAGS (\\Seen))\r\n* 4 EXPUNGE',
            Trick.NEWS_IN_FETCH: "* 2 EXISTS",
        }
        if self._trick in extras:
            await self._say(extras[self._trick])
        await self._say(f"* 1 FETCH (UID {asked['uid']} {self._items(asked['items'], mail)})")
        return await self._say(f"{tag} OK done")

    def _items(self, asked: str, mail: bytes) -> str:
        if "BODY" not in asked:
            size = 10 if self._trick is Trick.UNDERSTATED_SIZE else len(mail)
            date = "31-Foo-2026" if self._trick is Trick.BAD_DATES else "24-Nov-2026 10:00:00 +0100"
            return f'RFC822.SIZE {size} INTERNALDATE "{date}"' + ("((" if self._trick is Trick.UNBALANCED else "")
        if self._trick is Trick.NO_CONTENT:
            return "BODY[]<0> NIL"
        span = re.search(r"<(\d+)\.(\d+)>", asked)
        offset, length = (int(span[1]), int(span[2])) if span else (0, len(mail))
        section = asked.partition("PEEK")[2].partition("<")[0]
        text = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in asked else mail
        piece = text[offset : offset + length].decode()
        return f"BODY{section}<{offset}> {{{len(piece)}}}\r\n{piece}"

    async def _move(self, tag: str, arguments: str) -> None:
        uid = int(arguments.partition(" ")[0])
        if self._trick is Trick.SILENT_MOVE:
            await self._silence()
        if self._trick is Trick.REFUSES_GONE and uid not in self._peer.mails:
            return await self._say(f"{tag} NO no such mail")
        self._peer.mails.pop(uid, None)
        return await self._say(f"* OK [COPYUID 1 {uid} 1] moved\r\n* 1 EXPUNGE\r\n{tag} OK done")

    async def _line(self) -> str:
        line = (await self._reader.readuntil(b"\r\n")).decode().removesuffix("\r\n")
        self._peer.said.append(line)
        return line

    async def _say(self, text: str, *, end: str = "\r\n") -> None:
        data = (text + end).encode()
        step = 1 if self._trick is Trick.ONE_BYTE_AT_A_TIME else len(data)
        for start in range(0, len(data), step):
            self._writer.write(data[start : start + step])
            await self._writer.drain()
            await asyncio.sleep(0)

    async def _silence(self) -> None:
        """Until the client hangs up."""
        await self._reader.read()
        raise _Hangup
