"""`member add`, `remove`, `pause`, `resume`: edits of the YAML, and what a person is told of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.utils import parseaddr
from pathlib import Path

from pydantic import ValidationError

from binrelay.cli.exits import Exit, complain
from binrelay.config.fields import MemberValues
from binrelay.mail.address import parse_address
from binrelay.model import Member, Network, Settings
from binrelay.roster.draft import Draft, WouldNotBeValid, drafting
from binrelay.roster.entry import Entry
from binrelay.roster.replace import CannotWrite
from binrelay.roster.splice import CannotSplice


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
        file = draft.add(network.id, entries)
        settings = draft.write()
    for entry in entries:
        _say(f"{entry.address} is a member of {network.name} now ({file}).")
    _count(settings.network(network.id))


def _entry(text: str, details: Mapping[str, object]) -> Entry:
    """From what was typed; ends the command where that is no member."""
    name, address = _parts(text)
    written: dict[str, object] = {key: value for key, value in details.items() if value}
    try:
        values = MemberValues.model_validate({"address": address, **({"name": name} if name else {}), **written})
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            complain(f"{text}: {fault['loc'][0]}: {fault['msg']}")
        sys.exit(Exit.DATA)
    return Entry(values.address, values.name, tuple(values.also), values.language, values.identity)


def _parts(text: str) -> tuple[str, str]:
    """`Jan Jansen <jan@mail.example>` → its name and its address."""
    if "<" not in text:
        return "", text
    name, address = parseaddr(text)
    return (name, address) if address else ("", text)


def remove_members(path: Path, network_id: str | None, texts: Sequence[str]) -> None:
    with editing(path) as draft:
        network = chosen_network(draft.settings, network_id)
        places = [place_of(network, text) for text in texts]
        draft.remove(network.id, places)
        settings = draft.write()
    for place in dict.fromkeys(places):
        _say(f"{_known_as(network.members[place])} is no member of {network.name} any more.")
    _count(settings.network(network.id))


def pause_members(path: Path, network_id: str | None, texts: Sequence[str], *, on: bool) -> None:
    with editing(path) as draft:
        network = chosen_network(draft.settings, network_id)
        places = dict.fromkeys(place_of(network, text) for text in texts)
        todo = [place for place in places if network.members[place].paused != on]
        for place in todo:
            draft.pause(network.id, place, on=on)
        settings = draft.write()
    done = "gets no bulletins until `member resume`" if on else "gets bulletins again"
    for place in places:
        already = "" if place in todo else ", as before"
        _say(f"{_known_as(network.members[place])} {done}{already}.")
    _count(settings.network(network.id))


def place_of(network: Network, text: str) -> int:
    """The member who has that address; ends the command where there is none."""
    address = parse_address(_parts(text)[1])
    member = network.roster.get(address.key) if address else None
    if member is None:
        complain(f"{text} is no member of {network.name}; `binrelay member list` shows who is. Nothing was changed.")
        sys.exit(Exit.NO_USER)
    return network.members.index(member)


def _known_as(member: Member) -> str:
    """The address, and the others that come and go with it."""
    more = f" (also {', '.join(str(address) for address in member.also)})" if member.also else ""
    return f"{member.address}{more}"


def _count(network: Network) -> None:
    members, active = len(network.members), len(network.active_members)
    paused = f", {members - active} of them paused" if members != active else ""
    _say(f"{network.name} has {members} member{'s' if members != 1 else ''}{paused}.")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
