"""aioimaplib's protocol made safe to wait for. It notices at once that the line is gone and never guesses at answers.

aioimaplib 2.0.3 tells nobody about a lost connection, reads answers by recursion, edits them and logs passwords and
mail. It is used for the commands, their states and tags; reading is done here.

Invariant: every byte received is counted, and after `fail()` nothing that arrives reaches a command.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections import deque

import aioimaplib

from binrelay.transport.imap_text import readable
from binrelay.transport.imap_wire import Response, ResponseReader

ANSWER_LIMIT = 8 * 2**20
"""Octets that may answer one command: eight times the largest piece of mail we ask for."""

_TAGGED = re.compile(rb"[A-Za-z0-9]+ (?:OK|NO|BAD)(?: |\Z)", re.IGNORECASE)
_GOODBYE = re.compile(rb"\* BYE\b ?", re.IGNORECASE)
_ARRIVED = re.compile(rb"\* \d+ EXISTS\b", re.IGNORECASE)
_REMOVED = re.compile(rb"\* (?:\d+ EXPUNGE|VANISHED)\b", re.IGNORECASE)

_LIBRARY_LOG = logging.getLogger(aioimaplib.IMAP4ClientProtocol.__module__)


class GuardedProtocol(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc] # the library has no types
    """One connection. `lost` is done, with the reason, as soon as it is of no more use."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        # At DEBUG the library writes commands and mail to its log: nobody may switch that on.
        _LIBRARY_LOG.disabled = True
        self.transport: asyncio.Transport | None = None
        self.capabilities: set[str] = set()
        self.lost: asyncio.Future[str] = loop.create_future()
        self.greeting: asyncio.Future[bytes] = loop.create_future()
        self.news = asyncio.Event()
        self.owed: deque[bytes] = deque()
        self._reader = ResponseReader()
        self._received = 0
        self._awaits_tls = False

    def fail(self, reason: str) -> None:
        """Gives the connection up, at once and for good."""
        if not self.lost.done():
            self.lost.set_result(reason)
        if self.transport is not None:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.fail("the connection broke" if exc else "the server closed the connection")

    def data_received(self, d: bytes) -> None:
        self._received += len(d)
        if self.lost.done():
            return
        if self._received > ANSWER_LIMIT:
            self.fail("an answer without end")
            return
        try:
            for response in self._reader.feed(d):
                self._take(response)
        except aioimaplib.AioImapException:  # its text may quote our command, and that the password
            self.fail("an answer to a command we did not give")
        except ValueError:
            self.fail("an answer that is not IMAP")
        if self._awaits_tls and not self._reader.empty:
            self.fail("data between STARTTLS and TLS")

    def _take(self, response: Response) -> None:
        text = response[0]
        if self.lost.done():
            return
        if self._awaits_tls:
            # Whoever sits on the line can write here what would later pass for the server's word (RFC 3501 6.2.1).
            self.fail("data between STARTTLS and TLS")
        elif not self.greeting.done():
            self.greeting.set_result(text)
        elif text.startswith(b"+"):
            self._continuation(text)
        elif text.startswith(b"* "):
            self._untagged(response)
        elif _TAGGED.match(text):
            self._response_done(text)
        else:
            raise ValueError("neither tagged nor untagged")

    def _response_done(self, line: bytes) -> None:
        command = self._pending()
        super()._response_done(line)
        if command is not None and command.name == "STARTTLS" and command.response.result.upper() == "OK":
            self._awaits_tls = True
            if self.transport is not None:
                self.transport.pause_reading()

    def _untagged(self, response: Response) -> None:
        text, command = response[0], self._pending()
        name = command.name if command is not None else ""
        if (goodbye := _GOODBYE.match(text)) and name != "LOGOUT":
            self.fail(f"the server said goodbye: {readable(text[goodbye.end() :])}")
        elif _ARRIVED.match(text) or (name in {"IDLE", "NOOP"} and _REMOVED.match(text)):
            # EXPUNGE elsewhere answers our own MOVE; EXISTS is news whatever it comes with, and comes only once.
            self.news.set()
        if command is not None and name != "IDLE":
            command.append_to_resp((text[2:], *response[1:]))

    def _continuation(self, line: bytes) -> None:
        command = self._pending()
        if self.owed:
            self._write(self.owed.popleft())
        elif self.has_pending_idle_command():
            super()._continuation(line)
        elif command is not None and command.name == "AUTHENTICATE":
            self._write(b"*")  # RFC 3501 6.2.2: a challenge we have no answer to cancels the exchange
        else:
            raise ValueError("asked to go on where nothing is left to say")

    def _pending(self) -> aioimaplib.Command | None:
        return self.pending_sync_command or next(iter(self.pending_async_commands.values()), None)

    def send(self, line: str, scrub: str | None = None) -> None:  # noqa: ARG002 - the library's signature; we log nothing
        self._received = 0
        self._write(line.encode())

    def _write(self, line: bytes) -> None:
        if self.transport is not None:
            self.transport.write(line + b"\r\n")

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Turns the connection into TLS after the server agreed to STARTTLS; forgets what it said before."""
        self.news.clear()
        self.capabilities = set()
        self._awaits_tls = False  # reading is paused since the answer: what comes next goes to TLS
        self.transport = await self.loop.start_tls(self.transport, self, context, server_hostname=host)
