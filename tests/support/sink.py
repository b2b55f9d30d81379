"""A submission server that records what it is given, with refusals, AUTH and TLS as a test wants them.

Invariant: `deliveries` holds exactly the mails that were answered 250, in order, byte for byte. Runs inside an event
loop (`async with`), beside a synchronous test (`with`: in a thread), or as a process: `python -m tests.support.sink`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

_OCTETS = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail that was accepted. `mail_from` is "" for the null reverse-path."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    content: bytes = field(repr=False)
    mail_options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate and the file with the CA that vouches for it."""

    server: ssl.SSLContext
    ca_file: Path


def make_certificate(folder: Path, host: str = "127.0.0.1") -> Certificate:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(server)
    ca_file = folder / f"ca-{host}.pem"
    authority.cert_pem.write_to_path(ca_file)
    return Certificate(server, ca_file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the sink treats its clients. Delays are seconds."""

    refusals: Mapping[str, str] = field(default_factory=dict)  # recipient → "550 5.1.1 no such user"
    max_recipients: int | None = None  # the next one in a transaction gets 452 4.5.3
    login: tuple[str, str] | None = None  # username, password or OAuth token; MAIL is refused without it
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False  # TLS from the first byte; else STARTTLS
    pipelining: bool = True
    smtputf8: bool = True
    size_limit: int = _OCTETS
    delay: float = 0.0  # before a mail is taken
    late_reply: float = 0.0  # between taking a mail and saying so
    folder: Path | None = None  # each delivery as N.eml and N.json too


class _Session(SMTP):
    """aiosmtpd's protocol with room for long lines; tells the sink of its connections."""

    line_length_limit = 1024 * 1024

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.sessions.discard(self)
        self.event_handler.changed.set()
        super().connection_lost(error)


class _Handler:
    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.deliveries: list[Delivery] = []
        self.changed = asyncio.Event()
        self.once: dict[str, list[str]] = {}
        self.sessions: set[_Session] = set()
        self.connections = 0
        self.logins: list[str] = []  # the mechanism of each attempt

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, name: str, lines: list[str]) -> list[str]:  # noqa: N802
        self.connections += 1
        session.host_name = name
        ours = ["250-ENHANCEDSTATUSCODES"] + (["250-PIPELINING"] if self.habits.pipelining else [])
        theirs = [line for line in lines[1:] if self.habits.login or not line.startswith("250-AUTH")]
        return [*lines[:1], *ours, *theirs]

    async def handle_MAIL(self, _server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if self.habits.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if refusal := self._once("MAIL"):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        refusal = self._once("RCPT") or self.habits.refusals.get(address)
        if refusal:
            return refusal
        if self.habits.max_recipients is not None and len(envelope.rcpt_tos) >= self.habits.max_recipients:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.habits.delay)
        if refusal := self._once("DATA"):
            return refusal
        mail_from = "" if envelope.mail_from == "<>" else envelope.mail_from
        options = tuple(envelope.mail_options)
        self._record(Delivery(mail_from, tuple(envelope.rcpt_tos), envelope.original_content, options))
        await asyncio.sleep(self.habits.late_reply)
        return "250 2.0.0 Ok: recorded"

    async def handle_exception(self, error: Exception) -> str:
        """aiosmtpd would answer 500 with the exception's text."""
        return f"451 4.3.0 {type(error).__name__}"

    async def auth_XOAUTH2(self, _server: Any, arguments: list[str]) -> AuthResult:  # noqa: N802
        self.logins.append("XOAUTH2")
        user, token = self.habits.login or ("", "")
        expected = f"user={user}\1auth=Bearer {token}\1\1".encode()
        return AuthResult(success=base64.b64decode(arguments[1]) == expected, handled=False)

    def authenticate(self, *arguments: Any) -> AuthResult:
        mechanism, given = arguments[-2:]
        self.logins.append(mechanism)
        known = isinstance(given, LoginPassword) and (given.login.decode(), given.password.decode())
        return AuthResult(success=known == self.habits.login, handled=False)

    def _once(self, command: str) -> str | None:
        waiting = self.once.get(command)
        return waiting.pop(0) if waiting else None

    def _record(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        if self.habits.folder:
            _write(self.habits.folder, len(self.deliveries), delivery)
        self.changed.set()


def _write(folder: Path, number: int, delivery: Delivery) -> None:
    """The .json comes last and by rename: who sees it finds the mail whole."""
    (folder / f"{number:06}.eml").write_bytes(delivery.content)
    envelope = {"mail_from": delivery.mail_from, "rcpt_tos": delivery.rcpt_tos}
    unfinished = folder / f"{number:06}.part"
    unfinished.write_text(json.dumps(envelope))
    unfinished.rename(folder / f"{number:06}.json")


class RecordingSink:
    """`async with RecordingSink(...) as sink`, or plain `with` from a test without an event loop."""

    def __init__(self, habits: Habits | None = None, *, port: int = 0) -> None:
        self.habits = habits or Habits()
        self.port = port
        self._handler = _Handler(self.habits)
        self._server: asyncio.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def deliveries(self) -> list[Delivery]:
        return self._handler.deliveries

    @property
    def recipients(self) -> list[str]:
        """Everyone who got a mail, once for each copy."""
        return [recipient for delivery in self.deliveries for recipient in delivery.rcpt_tos]

    @property
    def connections(self) -> int:
        """How many said EHLO; a second one after STARTTLS counts too."""
        return self._handler.connections

    @property
    def logins(self) -> list[str]:
        return self._handler.logins

    def fail_next(self, command: str, reply: str) -> None:
        """The next MAIL, RCPT or DATA (its final dot) is answered so, once."""
        self._handler.once.setdefault(command, []).append(reply)

    async def wait_for(self, number: int) -> None:
        """Until that many deliveries were recorded."""
        await self._until(lambda: len(self.deliveries) >= number)

    async def wait_until_left(self) -> None:
        """Until no connection is open."""
        await self._until(lambda: not self._handler.sessions)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._handler.changed.clear()
            await self._handler.changed.wait()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        implicit = self.habits.tls if self.habits.implicit_tls else None
        self._server = await loop.create_server(self._make_session, "127.0.0.1", self.port, ssl=implicit)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
        talks = [session._handler_coroutine for session in self._handler.sessions if session._handler_coroutine]
        self.hang_up()
        for talk in talks:
            talk.cancel()  # one whose TLS handshake broke off would wait for ever
        await asyncio.gather(*talks, return_exceptions=True)

    def hang_up(self) -> None:
        """Drops every connection, as a server does that restarts."""
        for session in tuple(self._handler.sessions):
            if isinstance(session.transport, asyncio.Transport) and not session.transport.is_closing():
                session.transport.abort()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop and self._thread:
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join()

    async def _serve(self, started: threading.Event) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        async with self:
            started.set()
            await self._ended.wait()

    def _make_session(self) -> _Session:
        starttls = None if self.habits.implicit_tls else self.habits.tls
        return _Session(
            self._handler,
            hostname="sink.example",
            ident="sink",
            data_size_limit=self.habits.size_limit,
            enable_SMTPUTF8=self.habits.smtputf8,
            tls_context=starttls,
            auth_require_tls=starttls is not None,
            authenticator=self._handler.authenticate,
            auth_exclude_mechanism=None if self.habits.login else ["PLAIN", "LOGIN", "XOAUTH2"],
            loop=asyncio.get_running_loop(),
        )


async def serve(habits: Habits, port: int) -> None:
    """Until the process is ended; prints `ready PORT` once it listens."""
    async with RecordingSink(habits, port=port) as sink:
        print(f"ready {sink.port}", flush=True)  # noqa: T201
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.sink")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before a mail is taken")
    parser.add_argument("--late-reply", type=float, default=0.0, help="seconds between taking a mail and saying so")
    parser.add_argument("--max-recipients", type=int)
    given = parser.parse_args()
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    habits = Habits(
        folder=given.folder, delay=given.delay, late_reply=given.late_reply, max_recipients=given.max_recipients
    )
    asyncio.run(serve(habits, given.port))


if __name__ == "__main__":
    main()
