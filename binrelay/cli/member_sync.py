"""`member sync`: what members did by mail, written into the YAML when the admin wants it there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from binrelay.cli.load import load
from binrelay.cli.member import agreed, chosen_network, editing, say
from binrelay.cli.standings import Present, as_listed, reason
from binrelay.cli.wording import counted
from binrelay.model import Listed, Network
from binrelay.records.members import Standing, State
from binrelay.roster.entry import Entry


def sync_members(path: Path, network_id: str | None, *, ask: bool, write: bool) -> None:
    """A pause with an end stays beside the YAML: there it would not end."""
    settings = load(path, secrets=False, warn=False)
    network = chosen_network(settings, network_id)
    standings = Present(settings, network).standings
    todo = [each for each in standings if not _ends_by_itself(each)]
    for standing in standings:
        say(f"  {standing.address}: {_told(standing)}")
    if not todo:
        say(f"Nothing to write: the YAML of {network.name} has everything that came by mail.")
    elif not write:
        say("Nothing was written: this was a dry run.")
    elif not ask or agreed(f"Write {len(todo)} of these into the YAML of {network.name}?"):
        _write(path, network, todo)


def _ends_by_itself(standing: Standing) -> bool:
    return standing.state is State.PAUSED and standing.until is not None


def _told(standing: Standing) -> str:
    match standing.state:
        case State.JOINED:
            return "joined by mail → added"
        case State.ACTIVE:
            return "resumed by mail → not paused any more"
        case State.LEFT:
            return f"{reason(standing)} → removed"
        case _:
            return f"{reason(standing)} → {'stays as it is' if _ends_by_itself(standing) else 'paused'}"


def _write(path: Path, network: Network, standings: Sequence[Standing]) -> None:
    """Who comes in is written after who goes: two edits, so that they never meet in one place of the file."""
    listed = [each for each in standings if each.listed is not Listed.ABSENT]
    unlisted = [each for each in standings if each.listed is Listed.ABSENT]
    with editing(path) as draft:
        places = {each: _place(network, each) for each in listed}
        draft.remove(network.id, [place for each, place in places.items() if each.state is State.LEFT])
        for each, place in places.items():
            if each.state is not State.LEFT:
                draft.pause(network.id, place, on=each.state is State.PAUSED)
        draft.write()
    with editing(path) as draft:
        if unlisted:
            draft.add(network.id, [_entry(each, network) for each in unlisted])
        settings = draft.write()
    Present(settings, settings.network(network.id)).write(map(as_listed, standings))
    members = counted(len(settings.network(network.id).members), "member")
    say(f"Written. {network.name} has {members} in {path}.")


def _place(network: Network, standing: Standing) -> int:
    return network.members.index(network.roster[standing.address.key])


def _entry(standing: Standing, network: Network) -> Entry:
    language = None if standing.language is network.language else standing.language
    return Entry(standing.address, standing.name, language=language, paused=standing.state is State.PAUSED)
