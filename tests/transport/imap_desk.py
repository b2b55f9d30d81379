"""What the IMAP tests share: an account, an inbox that is connected, an inbox at a peer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from binrelay.model import Folders, ImapAccount, Secret, Security
from binrelay.transport.imap import ImapInbox
from binrelay.transport.imap_session import Limits
from tests.support.dovecot import Dovecot
from tests.support.imap_peer import ImapPeer

FOLDERS = Folders(root="BIN", done="Verwerkt", held="Wacht & zie é", release="Vrijgeven", rejected="Geweigerd")
QUICK = Limits(connect=5.0, command=0.3, renewal=0.3, poll=0.05)


def account_at(server: Dovecot, user: str, password: str = "secret") -> ImapAccount:
    return ImapAccount(
        host="localhost",
        port=server.port,
        security=Security.NONE,
        username=user,
        password=Secret(password),
        keepalive=120.0,
        ca_file=server.ca_file,
    )


def account_at_peer(peer: ImapPeer) -> ImapAccount:
    return ImapAccount(
        host="127.0.0.1",
        port=peer.port,
        security=Security.NONE,
        username="coordinator",
        password=Secret("geheim woord"),
        keepalive=120.0,
    )


@asynccontextmanager
async def connected(account: ImapAccount, *, folders: Folders = FOLDERS) -> AsyncIterator[ImapInbox]:
    inbox = ImapInbox(account, folders, limits=Limits(poll=0.05))
    await inbox.connect()
    try:
        yield inbox
    finally:
        await inbox.close()


@asynccontextmanager
async def inbox_at(peer: ImapPeer, *, limits: Limits = QUICK) -> AsyncIterator[ImapInbox]:
    """Not connected yet, and impatient."""
    inbox = ImapInbox(account_at_peer(peer), FOLDERS, limits=limits)
    try:
        yield inbox
    finally:
        await inbox.close()
