"""`erase`: one person goes from the configuration, the database and the folders, for good (GDPR article 17).

Invariant: nothing goes before it was shown and agreed to; what could not be done is said, with what to type for it, and
the exit code is 75 until a search finds nothing any more.
"""

from __future__ import annotations

import asyncio
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from binrelay.cli.check import tokens_of
from binrelay.cli.data import gather_accounts, read_address
from binrelay.cli.exits import Exit, complain
from binrelay.cli.load import load
from binrelay.cli.member import editing
from binrelay.cli.wording import counted
from binrelay.config.entries import Naming, find_namings
from binrelay.errors import BinrelayError
from binrelay.mail.address import Address
from binrelay.mail.scrub import Person
from binrelay.model import Network, Settings
from binrelay.rules.account import Account
from binrelay.store.place import database_path
from binrelay.store.store import SqlStore, open_store
from binrelay.transport.imap import ImapInbox
from binrelay.transport.system import read_status, status_path
from binrelay.workers.erasure import Erased, Swept, erase_rows, sweep

_MEMBER = "a member"
_DAEMON_READS = 10.0  # seconds in which a running daemon has read an edit of the configuration


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    address: Address
    also: tuple[Address, ...]
    name: str | None
    yes: bool


def erase_person(path: Path, written: str, *, also: Sequence[str], name: str | None, yes: bool) -> None:
    """Exits 0 where nothing is left, 75 where something is, 65 for an address with another role, 64 without a yes."""
    asked = Asked(read_address(written), tuple(read_address(each) for each in also), name, yes)
    settings = load(path, warn=False)
    accounts = gather_accounts(settings, path, asked.address)
    person = _person(asked, accounts)
    namings = find_namings(path, {each.key for each in person.addresses})
    _refuse_other_roles(namings)
    _show(person, accounts, namings)
    if not yes and not _agreed():
        say("Nothing was changed.")
        return
    left = [*_leave_configuration(path, settings, person), *asyncio.run(_erase(settings, person))]
    _finish(path, person, left)


def _person(asked: Asked, accounts: Sequence[Account]) -> Person:
    """All addresses of the member, and the name that the configuration knows."""
    addresses = dict.fromkeys(
        (asked.address, *(each for account in accounts for each in account.addresses), *asked.also)
    )
    names = (account.member.name for account in accounts if account.member and account.member.name)
    return Person(tuple(addresses), asked.name or next(names, None))


def _refuse_other_roles(namings: Sequence[Naming]) -> None:
    others = [each for each in namings if each.role != _MEMBER]
    for each in others:
        complain(f"{each.place.file}:{each.place.line}: this address is {each.role}; take it out there first.")
    if others:
        sys.exit(Exit.DATA)


def _show(person: Person, accounts: Sequence[Account], namings: Sequence[Naming]) -> None:
    say("This goes, for good:")
    say(f"  {', '.join(map(str, person.addresses))}{f' ({person.name})' if person.name else ''}")
    # A member with several addresses has one entry.
    for line in dict.fromkeys(
        f"{each.place.file}:{each.place.line}: the entry as {each.role} of {each.network}" for each in namings
    ):
        say(f"  {line}")
    for account in accounts:
        kept = account.dossier
        say(
            f"  {account.network.id}: {counted(len(kept.arrivals), 'mail')} written, {len(kept.received)} received, "
            f"{counted(len(kept.talks), 'conversation')}, {counted(len(kept.bounces), 'mail')} that came back"
        )
        say(f"  {account.network.id}: in the folders every mail of theirs, of their conversations, or that shows them")
    say("Not gone: mail that others have received already, the inbox, backups.")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        complain("Say --yes to erase without being asked; nothing was changed.")
        sys.exit(Exit.USAGE)
    sys.stdout.write("Erase it all? Type yes: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() == "yes"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _leave_configuration(path: Path, settings: Settings, person: Person) -> list[str]:
    """Takes the entries out of the YAML, and waits until a running daemon knows: else it would write to them again."""
    keys = {address.key for address in person.addresses}
    with editing(path) as draft:
        found = {
            network.id: [
                place for place, member in enumerate(network.members) if keys & {a.key for a in member.addresses}
            ]
            for network in draft.settings.networks
        }
        for network, places in found.items():
            if places:
                draft.remove(network, places)
        if any(found.values()):
            draft.write()
    if not any(found.values()):
        return []
    say("Taken out of the configuration.")
    if _wait_for_daemon(settings):
        return []
    return ["The running daemon has not read the configuration yet; see `binrelay status`."]


def _wait_for_daemon(settings: Settings) -> bool:
    """False: it runs, and has not read the configuration in time."""
    database, began = database_path(settings.store), time.time()
    if database is None:
        time.sleep(_DAEMON_READS)  # several may run, on other machines too
        return True
    while time.time() - began < _DAEMON_READS:
        status = read_status(status_path(database))
        if status is None or time.time() - float(str(status["written"])) > _DAEMON_READS or _read_since(status, began):
            return True
        time.sleep(0.2)
    return False


def _read_since(status: dict[str, object], moment: float) -> bool:
    from datetime import datetime

    config = status.get("config")
    loaded = config.get("loaded") if isinstance(config, dict) else None
    return loaded is not None and datetime.fromisoformat(str(loaded)).timestamp() >= int(moment)


async def _erase(settings: Settings, person: Person) -> list[str]:
    """What is left to do, a line each."""
    store = await open_store(settings.store)
    try:
        await store.erase(person)  # first what is quick: from here on nothing goes out to them
        left = [
            line for network in settings.networks for line in await _mailbox(store, settings, network, person=person)
        ]
        return [*_rows(await erase_rows(store, person)), *left]
    finally:
        await store.close()


def _rows(erased: Erased) -> list[str]:
    say("Database: erased and written anew.")
    left = [
        f"Mail {each} of somebody else still waits and shows the person: decide about it (binrelay held list), or let it go out."
        for each in erased.waiting
    ]
    found = sum(number for _, number in erased.columns)
    if found:
        left.append(f"{found} rows in {', '.join(name for name, _ in erased.columns)} still show the person.")
    if not left:
        say("Database: searched to the end, nothing left.")
    return left


async def _mailbox(store: SqlStore, settings: Settings, network: Network, *, person: Person) -> list[str]:
    try:
        async with tokens_of(settings) as token_of:
            inbox = ImapInbox(network.imap, network.folders, access_token=token_of(network.imap))
            return _folders(network, await _look_through(inbox, store, network, person=person))
    except BinrelayError as error:
        return [f"{network.id}: the mailbox could not be reached ({error}); its folders still hold their mails."]


async def _look_through(inbox: ImapInbox, store: SqlStore, network: Network, *, person: Person) -> Swept:
    from rich.progress import Progress

    with Progress(transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(f"{network.id}: looking through the folders", total=None)
        try:
            await inbox.connect()
            return await sweep(inbox, store, network, person=person, progress=lambda: bar.advance(task))
        finally:
            await inbox.close()


def _folders(network: Network, swept: Swept) -> list[str]:
    say(f"{network.id}: {counted(swept.removed, 'mail')} deleted from the folders for good.")
    if swept.inbox:
        say(f"{network.id}: {swept.inbox} mails in the inbox show the person; they are people's own and stay.")
    left = (
        (swept.marked, "are marked as deleted; let a mail program clean up (expunge) the folders"),
        (swept.waiting, "of others wait in the folder of held mail and show the person: decide about them"),
        (swept.by_hand, "that a person put into the folders show the person: delete them by hand"),
    )
    return [f"{network.id}: {number} mails {what}." for number, what in left if number]


def _finish(path: Path, person: Person, left: Sequence[str]) -> None:
    if not left:
        say("Done. In backups the person goes when those are deleted.")
        return
    for line in left:
        complain(line)
    first, *more = (str(each) for each in person.addresses)
    words = ["binrelay", "erase", first, *(word for each in more for word in ("--also", each))]
    words += ["--name", person.name] if person.name else []
    complain(f"Then run it again: {shlex.join([*words, '-c', str(path)])}")
    sys.exit(Exit.TEMPORARY)
