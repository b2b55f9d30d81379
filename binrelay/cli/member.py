"""`member add`, `remove`, `pause`, `resume`: edits of the YAML, and what a person is told of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from binrelay.cli.exits import Exit, complain
from binrelay.cli.standings import Present, as_listed, reason
from binrelay.cli.wording import counted
from binrelay.config.fields import MemberValues
from binrelay.model import Member, Network, Settings
from binrelay.records.members import Cause, Standing
from binrelay.roster.csv_cells import split_address
from binrelay.roster.draft import Draft, WouldNotBeValid, drafting
from binrelay.roster.entry import Entry
from binrelay.roster.replace import CannotWrite
from binrelay.roster.splice import CannotSplice
from binrelay.rules.membership import departed, joined, paused, resumed

_YES = frozenset(("y", "yes", "j", "ja", "o", "oui"))


@contextmanager
def editing(path: Path) -> Iterator[Draft]:
    """A draft of the configuration; what keeps it from being written ends the command with its reason."""
    try:
        with drafting(path, os.environ) as draft:
            yield draft
    except WouldNotBeValid as error:
        for problem in error.problems:
            complain(str(problem))
        complain("With this change the configuration would not be valid; nothing was changed.")
        sys.exit(Exit.CONFIG)
    except CannotSplice as error:
        complain(f"binrelay: {error}; nothing was changed")
        sys.exit(Exit.DATA)
    except CannotWrite as error:
        complain(f"binrelay: {error}")
        sys.exit(Exit.CANT_CREATE)


def chosen_network(settings: Settings, network_id: str | None) -> Network:
    """The one that is meant; ends the command where that is not clear."""
    known = ", ".join(network.id for network in settings.networks)
    if network_id is None and len(settings.networks) > 1:
        complain(f"There is more than one network; say which: --network ID. Known are: {known}")
        sys.exit(Exit.USAGE)
    wanted = settings.networks[0].id if network_id is None else network_id
    found = next((network for network in settings.networks if network.id == wanted), None)
    if found is None:
        complain(f'There is no network "{wanted}". Known are: {known}')
        sys.exit(Exit.USAGE)
    return found


def add_members(path: Path, network_id: str | None, texts: Sequence[str], *, details: Mapping[str, object]) -> None:
    if len(texts) > 1 and any(details.values()):
        complain("Details belong to one member; add the others without them.")
        sys.exit(Exit.USAGE)
    entries = [_entry(text, details) for text in texts]
    with editing(path) as draft:
        network = chosen_network(draft.settings, network_id)
        present = Present(draft.settings, network)
        _refuse_known(present, entries)
        back = [entry for entry in entries if _left(present, entry)]
        new = [entry for entry in entries if entry not in back]
        file = draft.add(network.id, new) if new else path
        settings = draft.write()
        present.write(
            joined(entry.address, present.network, language=network.language, now=present.now) for entry in back
        )
    for entry in entries:
        how = "had left by mail, and is back" if entry in back else str(file)
        say(f"{entry.address} is a member of {network.name} now ({how}).")
    _count(settings, network.id)


def _refuse_known(present: Present, entries: Sequence[Entry]) -> None:
    """Ends the command where somebody is a member already: the draft's own complaint would name a line that nobody has."""
    known = [entry for entry in entries if entry.address.key in present.network.roster and not _left(present, entry)]
    for entry in known:
        complain(f"{entry.address} is a member of {present.network.name} already; `binrelay member list` shows it.")
    if known:
        complain("Nothing was changed.")
        sys.exit(Exit.DATA)


def _left(present: Present, entry: Entry) -> bool:
    known = present.network.roster.get(entry.address.key)
    return known is not None and known.left


def _entry(text: str, details: Mapping[str, object]) -> Entry:
    """From what was typed; ends the command where that is no member."""
    address, name = split_address(text.strip())
    written: dict[str, object] = {key: value for key, value in details.items() if value}
    try:
        values = MemberValues.model_validate(
            {"address": address.spelled if address else text, **({"name": name} if name else {}), **written}
        )
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            complain(f"{text}: {fault['loc'][0]}: {fault['msg']}")
        sys.exit(Exit.DATA)
    return Entry(values.address, values.name, tuple(values.also), values.language, values.identity)


def remove_members(path: Path, network_id: str | None, texts: Sequence[str]) -> None:
    with editing(path) as draft:
        network = chosen_network(draft.settings, network_id)
        present = Present(draft.settings, network)
        members = _members(present, texts)
        draft.remove(network.id, [place for member in members for place in _places(network, member)])
        settings = draft.write()
        present.write(standing for member in members for standing in _ended(present, network, member))
    for member in members:
        say(f"{_known_as(member)} is no member of {network.name} any more.")
    _count(settings, network.id)


def _ended(present: Present, network: Network, member: Member) -> Iterator[Standing]:
    """What was kept of the member goes, too: who is added again one day begins anew."""
    standing = present.standing(member)
    if not _places(network, member):
        yield departed(member, present.network, cause=Cause.COORDINATOR, now=present.now)
    elif standing is not None:
        yield as_listed(standing)


def pause_members(path: Path, network_id: str | None, texts: Sequence[str], *, on: bool) -> None:
    """In the YAML, which has the last word again; of somebody who joined by mail, beside it."""
    with editing(path) as draft:
        network = chosen_network(draft.settings, network_id)
        present = Present(draft.settings, network)
        members = _members(present, texts)
        _refuse_left(present, members)
        places = [place for member in members for place in _places(network, member)]
        for place in places:
            if network.members[place].paused != on:
                draft.pause(network.id, place, on=on)
        settings = draft.write()
        present.write(standing for member in members for standing in _changed(present, network, member, on=on))
    done = "gets no bulletins until `member resume`" if on else "gets bulletins again"
    for member in members:
        say(f"{_known_as(member)} {done}{', as before' if member.paused == on else ''}.")
    _count(settings, network.id)


def _changed(present: Present, network: Network, member: Member, *, on: bool) -> Iterator[Standing]:
    standing = present.standing(member)
    if not _places(network, member):
        change = paused if on else resumed
        yield change(member, present.network, cause=Cause.COORDINATOR, now=present.now)
    elif standing is not None:
        yield as_listed(standing)


def _members(present: Present, texts: Sequence[str]) -> list[Member]:
    """Those who have these addresses, each once; ends the command where there is none."""
    found = []
    for text in texts:
        address, _ = split_address(text.strip())
        member = present.network.roster.get(address.key) if address else None
        if member is None:
            complain(f"{text} is no member of {present.network.name}; `binrelay member list` shows who is.")
            complain("Nothing was changed.")
            sys.exit(Exit.NO_USER)
        found.append(member)
    return list(dict.fromkeys(found))


def _refuse_left(present: Present, members: Sequence[Member]) -> None:
    for member in members:
        standing = present.standing(member)
        if member.left and standing is not None:
            complain(f"{member.address} is no member: {reason(standing)}. `binrelay member add` takes them in again.")
            complain("Nothing was changed.")
            sys.exit(Exit.NO_USER)


def _places(network: Network, member: Member) -> list[int]:
    """Where the YAML lists the member: once, or, of one who joined by mail, nowhere."""
    known = network.roster.get(member.address.key)
    return [] if known is None else [network.members.index(known)]


def _known_as(member: Member) -> str:
    """The address, and the others that come and go with it."""
    more = f" (also {', '.join(str(address) for address in member.also)})" if member.also else ""
    return f"{member.address}{more}"


def _count(settings: Settings, network_id: str) -> None:
    network = Present(settings, settings.network(network_id)).network
    members, active = len(network.members), len(network.active_members)
    held = f", {members - active} of them paused" if members != active else ""
    say(f"{network.name} has {counted(members, 'member')}{held}.")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        complain("Nobody is there to ask: say --yes to write, or --dry-run. Nothing was written.")
        sys.exit(Exit.USAGE)
    with suppress(EOFError):
        if input(f"{question} [y/N] ").strip().lower() in _YES:
            return True
    say("Nothing was written.")
    return False
