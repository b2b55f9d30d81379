"""`check`: the configuration, and with `--connect` both servers of every network as they answer now."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from binrelay.cli.exits import Exit, complain
from binrelay.cli.load import load
from binrelay.errors import BinrelayError
from binrelay.model import Network, Settings
from binrelay.setup.trial import Mailbox, try_imap, try_smtp
from binrelay.store.store import open_store
from binrelay.transport.oauth import TokenOf, Tokens
from binrelay.transport.system import SystemClock


def check_settings(path: Path, *, connect: bool) -> None:
    """Warnings exit 0; errors were raised by the loader; a server that cannot be used exits 75."""
    settings = load(path)
    members = sum(len(network.members) for network in settings.networks)
    networks = len(settings.networks)
    print_line(f"{settings.path}: {_count(networks, 'network')}, {_count(members, 'member')}: in order.")
    if connect and asyncio.run(_connect_all(settings)):
        sys.exit(Exit.TEMPORARY)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_line(text: str) -> None:
    sys.stdout.write(text + "\n")


async def _connect_all(settings: Settings) -> int:
    async with tokens_of(settings) as token_of:
        failures = 0
        for network in settings.networks:
            print_line(f"\n{network.id}:")
            failures += not await _imap(network, token_of)
            failures += not await _smtp(network, token_of)
    return failures


@asynccontextmanager
async def tokens_of(settings: Settings) -> AsyncIterator[TokenOf]:
    """The store is opened only where a login by token may have to write a new refresh token into it."""
    if not any(account.oauth2 for network in settings.networks for account in (network.imap, network.smtp)):
        yield lambda _: None
        return
    store = await open_store(settings.store)
    try:
        yield Tokens(store, SystemClock()).of
    finally:
        await store.close()


async def _imap(network: Network, token_of: TokenOf) -> bool:
    try:
        mailbox = await try_imap(network, token_of(network.imap))
    except BinrelayError as error:
        complain(f"  imap {network.imap.host}:{network.imap.port}: {error}")
        return False
    print_line(f"  imap {network.imap.host}:{network.imap.port}: logged in; {_wanted(mailbox.capabilities)}")
    print_line(f"  folders: {', '.join(mailbox.folders)}")
    _propose_pin(network, mailbox)
    return True


def _wanted(capabilities: Sequence[str]) -> str:
    offered = {each.upper() for each in capabilities}
    return ", ".join(
        f"{name} {'yes' if name in offered else 'no'}" for name in ("IDLE", "MOVE", "UIDPLUS", "NAMESPACE")
    )


def _propose_pin(network: Network, mailbox: Mailbox) -> None:
    """Names the servers whose Authentication-Results stand on top in recent mail: the provider's own, most often."""
    if not mailbox.judges:
        print_line("  authentication: no Authentication-Results in recent mail; our own DKIM check decides")
        print_line("                  run this again when mail has come in")
        return
    names = ", ".join(f"{server} ({count} of {mailbox.looked_at})" for server, count in mailbox.judges)
    print_line(f"  authentication: recent mail was judged by {names}")
    best = mailbox.judges[0][0]
    if best not in network.trusted_authserv_ids:
        print_line(f"  if that is your provider's server, pin it: trusted_authserv_ids: [{best}]")


async def _smtp(network: Network, token_of: TokenOf) -> bool:
    try:
        capabilities = await try_smtp(network, token_of(network.smtp))
    except BinrelayError as error:
        complain(f"  smtp {network.smtp.host}:{network.smtp.port}: {error}")
        return False
    print_line(
        f"  smtp {network.smtp.host}:{network.smtp.port}: accepted us; {', '.join(capabilities) or 'no extensions'}"
    )
    return True
