"""The demo's provider: an IMAP server and an SMTP server on loopback, in this process, with a mailbox for everybody.

Invariant: what the coordinator's mailbox is told about a sender (Authentication-Results) depends on who logged in, and
not on what a mail says about itself.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from binrelay.demo.cast import COORDINATOR, MX, PASSWORD, Person, person_at
from binrelay.mail.message import read_message

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail the SMTP server took from the daemon. `reverse_path` is "" for the null one."""

    reverse_path: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)


async def listen(start: Any, wanted: int) -> asyncio.Server:
    """`start(port)` on the wanted port, or on any free one where that is taken."""
    try:
        server: asyncio.Server = await start(wanted)
    except OSError:
        server = await start(0)
    return server


def port_of(server: asyncio.Server | None) -> int:
    return int(server.sockets[0].getsockname()[1]) if server else 0


class _ImapConfig(Config):
    @property
    def greeting(self) -> bytes:
        """Without this computer's name: looking that up may take seconds."""
        return b"binrelay demo"


class ImapServer:
    """Mailboxes in memory."""

    def __init__(self, people: Iterable[Person]) -> None:
        arguments = Namespace(
            host=LOOPBACK,
            port=0,
            debug=False,
            cert=None,
            key=None,
            tls=False,
            passlib_cfg=None,
            proxy_protocol=None,
            demo_data=False,
            demo_user="",
            demo_password="",
        )
        # Everybody may know the password; hashing it would only make each login slower.
        self._config = _ImapConfig.from_args(arguments, hash_context=Cleartext())
        self._login = Login(self._config)
        self._people = {person.address: person for person in people}
        self._boxes: dict[str, MailboxSet] = {}
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        return port_of(self._server)

    async def start(self, port: int = 0) -> None:
        self._config.apply_context()
        for address in self._people:
            user = UserMetadata(self._config, address, password=PASSWORD)
            await Identity(address, self._login, None, frozenset()).set(user)
            self._boxes[address] = MailboxSet()
            self._config.set_cache[address] = (self._boxes[address], FilterSet())
        talk = ProxyProtocolReader(self._config.proxy_protocol).get_callback(IMAPServer(self._login, self._config))
        self._server = await listen(lambda wanted: asyncio.start_server(talk, LOOPBACK, wanted), port)

    def stop(self) -> None:
        if self._server:
            self._server.close()

    def knows(self, address: str) -> bool:
        return address.lower() in self._boxes

    async def deliver(self, address: str, content: bytes) -> None:
        inbox = await self._boxes[address.lower()].get_mailbox("INBOX")
        await inbox.append(AppendMessage(content, datetime.now(UTC)), recent=True)

    async def inbox_of(self, address: str) -> tuple[int, int]:
        """UIDVALIDITY, and how many mails lie there."""
        inbox = await self._boxes[address].get_mailbox("INBOX")
        return inbox.uid_validity, (await inbox.snapshot()).exists


class _Session(SMTP):
    line_length_limit = 1024 * 1024  # mail programs write longer lines than RFC 5321 allows


class SmtpServer:
    """Takes mail for every mailbox. Who writes to others than the coordinator has to log in, as at any provider."""

    def __init__(self, mailboxes: ImapServer) -> None:
        self._mailboxes = mailboxes
        self._server: asyncio.Server | None = None
        self.deliveries: list[Delivery] = []
        self.arrivals: asyncio.Queue[bytes] = (
            asyncio.Queue()
        )  # what came for the coordinator's mailbox, as it lies there

    @property
    def port(self) -> int:
        return port_of(self._server)

    async def start(self, port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self._server = await listen(lambda wanted: loop.create_server(self._session, LOOPBACK, wanted), port)

    def stop(self) -> None:
        if self._server:
            self._server.close()

    def _session(self) -> SMTP:
        return _Session(
            self, hostname=MX, ident="binrelay demo", auth_require_tls=False, authenticator=self._authenticate
        )

    def _authenticate(self, *arguments: Any) -> AuthResult:
        given = arguments[-1]
        if not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        user, password = given.login.decode("utf-8", "replace"), given.password.decode("utf-8", "replace")
        known = self._mailboxes.knows(user) and password == PASSWORD
        return AuthResult(success=known, handled=False, auth_data=user.lower())

    async def handle_RCPT(self, _server: Any, session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        if not self._mailboxes.knows(address):
            return "550 5.1.1 Nobody of that address lives here"
        if not session.authenticated and address.lower() != COORDINATOR.address:
            return "550 5.7.1 Log in first"
        envelope.rcpt_tos.append(address.lower())
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        reverse_path = "" if envelope.mail_from in (None, "<>") else envelope.mail_from
        content = bytes(envelope.original_content)
        others = tuple(address for address in envelope.rcpt_tos if address != COORDINATOR.address)
        login = session.auth_data if session.authenticated else None
        if others and login == COORDINATOR.address:
            self.deliveries.append(Delivery(reverse_path, others, content))
        for address in others:
            await self._mailboxes.deliver(address, content)
        if COORDINATOR.address in envelope.rcpt_tos:
            stamped = stamp(content, reverse_path, login=login)
            await self._mailboxes.deliver(COORDINATOR.address, stamped)
            self.arrivals.put_nowait(stamped)
        return "250 2.0.0 Ok"

    async def handle_exception(self, error: Exception) -> str:
        """aiosmtpd would answer 500, and with the exception's text."""
        return f"451 4.3.0 {type(error).__name__}"


def stamp(content: bytes, reverse_path: str, *, login: str | None) -> bytes:
    """The mail as a provider hands it over: with its verdict on the sender above everything that came along."""
    author = read_message(content).author
    person = person_at(login) if login else None
    proven = author is not None and person is not None and author.key in person.addresses
    domain = author.domain if author else "invalid"
    trace = (
        f"Return-Path: <{reverse_path}>",
        f"Authentication-Results: {MX}; dmarc={'pass' if proven else 'fail'} header.from={domain}",
        f"Received: from [{LOOPBACK}] by {MX} with ESMTP; {format_datetime(datetime.now(UTC))}",
    )
    return "".join(f"{line}\r\n" for line in trace).encode() + content
