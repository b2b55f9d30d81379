"""`data`: everything kept about one person, to read or for programs (GDPR articles 15 and 20).

Invariant: it changes nothing, and shows no other member.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from binrelay.cli.exits import Exit, complain
from binrelay.cli.lines import write_line
from binrelay.cli.load import load
from binrelay.config.entries import Naming, find_namings
from binrelay.mail.address import Address, parse_address
from binrelay.model import Language, Network, Settings
from binrelay.records.dossier import Dossier
from binrelay.rules.account import Account, Entry, as_json, as_text
from binrelay.rules.desk import Desk
from binrelay.rules.membership import overlay
from binrelay.store.store import SqlStore, open_store
from binrelay.transport.system import SystemDice


def show_data(path: Path, written: str, *, as_json_lines: bool, language: str | None) -> None:
    """One account a network that knows the person; exit 66 where none does."""
    person = read_address(written)
    spoken = _language(language)
    settings = load(path, secrets=False, warn=False)
    accounts = [account for account in gather_accounts(settings, path, person) if not account.empty]
    if not accounts:
        complain(f"Nothing is kept about {person}, and {path} does not name it.")
        sys.exit(Exit.NO_INPUT)
    for account in accounts:
        if as_json_lines:
            write_line(as_json(account))
        else:
            desk = Desk(account.network, settings.phrases, account.now, SystemDice().token)
            sys.stdout.write(_readable(account, as_text(account, desk, spoken)))


def read_address(written: str) -> Address:
    """Ends the command (64) where it is none."""
    address = parse_address(written)
    if address is None:
        complain(f'"{written}" is not a mail address; write it as jan@mail.example')
        sys.exit(Exit.USAGE)
    return address


def _language(written: str | None) -> Language | None:
    if written is None or written in set(Language):
        return Language(written) if written else None
    complain(f'--language: "{written}" is not spoken here; write nl, en, fr or de')
    sys.exit(Exit.USAGE)


def gather_accounts(settings: Settings, path: Path, person: Address) -> list[Account]:
    """One a network; a member's other addresses are looked for too."""
    accounts = asyncio.run(_accounts(settings, person))
    found = find_namings(path, {each.key for account in accounts for each in account.addresses})
    return [replace(account, entries=_entries(found, account.network.id)) for account in accounts]


async def _accounts(settings: Settings, person: Address) -> list[Account]:
    store, now = await open_store(settings.store), time.time()
    try:
        return [await _account(store, each, person, now=now) for each in settings.networks]
    finally:
        await store.close()


async def _account(store: SqlStore, listed: Network, person: Address, *, now: float) -> Account:
    network = overlay(listed, await store.standings(listed.id), now)
    member = network.roster.get(person.key)
    addresses = member.addresses if member else (person,)
    dossiers = await store.dossiers(addresses, network.id)
    return Account(network, addresses, next(iter(dossiers), Dossier(network.id)), now)


def _entries(found: Sequence[Naming], network: str) -> tuple[Entry, ...]:
    return tuple(Entry(each.role, f"{each.place.file}:{each.place.line}") for each in found if each.network == network)


def _readable(account: Account, text: str) -> str:
    """The person's text, and above it what only the admin needs."""
    named = "".join(dict.fromkeys(f"# {entry.place}: {entry.role}\n" for entry in account.entries))
    return f"# {account.network.id}\n{named}\n{text}\n\n"
