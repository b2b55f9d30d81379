"""Who is a member now: what members do by mail, and what failing mail does, laid over the YAML. Pure.

Invariant: the YAML stays the admin's. A standing counts while the YAML says of that member what it said when the standing
was made; an admin who edits the entry afterwards (adds, removes, pauses, resumes it) has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from binrelay.mail.address import Address
from binrelay.model import Language, Listed, Member, Network
from binrelay.records.members import Cause, Standing, State


def overlay(network: Network, standings: Sequence[Standing], now: float) -> Network:
    """The network as it is at this moment; `network` is what the YAML says."""
    counting = {each.address.key: current(each, network, now) for each in standings}
    counting = {key: each for key, each in counting.items() if each.state is not State.AS_LISTED}
    if not counting:
        return network
    known = [_laid_over(member, counting) for member in network.members]
    known += [_unlisted(each, network) for each in counting.values() if each.listed is Listed.ABSENT]
    return replace(
        network,
        members=tuple(member for member in known if not member.left),
        roster={address.key: member for member in known if _is_hidden(member, network) for address in member.addresses},
    )


def _is_hidden(member: Member, network: Network) -> bool:
    """Who the YAML keeps off the roster (a coordinator who gets bulletins) stays off it."""
    return member.listed is Listed.ABSENT or member.address.key in network.roster


def current(standing: Standing, network: Network, now: float) -> Standing:
    """The standing as it counts now: itself, or what is left of it after the admin's edit or the end of a pause."""
    if standing.listed is not listed(standing.address, network) or _has_another_role(standing, network):
        return replace(standing, state=State.AS_LISTED)
    if standing.state is State.PAUSED and standing.until is not None and standing.until <= now:
        return _active(standing, since=standing.until)
    return standing


def outlived(network: Network, standings: Sequence[Standing], now: float) -> tuple[Standing, ...]:
    """What the store is to keep in place of standings that no longer count."""
    return tuple(now_is for each in standings if (now_is := current(each, network, now)) != each)


def listed(address: Address, network: Network) -> Listed:
    """What the YAML says of this address; `network` may be the effective one just as well."""
    member = network.roster.get(address.key)
    absent = Listed.ACTIVE if _is_reading_coordinator(address, network) else Listed.ABSENT
    return member.listed if member else absent


def paused(member: Member, network: Network, *, cause: Cause, now: float, until: float | None = None) -> Standing:
    """No bulletins until then, or until somebody says so."""
    return replace(_standing(member, network, cause, now=now), state=State.PAUSED, until=until)


def resumed(member: Member, network: Network, *, cause: Cause, now: float) -> Standing:
    """Bulletins again, whatever the member was paused for."""
    return _active(_standing(member, network, cause, now=now), since=now)


def departed(member: Member, network: Network, *, cause: Cause, now: float) -> Standing:
    """No member any more. Of somebody who is not in the YAML nothing is kept at all."""
    state = State.AS_LISTED if member.listed is Listed.ABSENT else State.LEFT
    return replace(_standing(member, network, cause, now=now), state=state)


def joined(address: Address, network: Network, *, language: Language, now: float) -> Standing:
    """A member whom a coordinator let in; also one who had left and whom the YAML still lists."""
    known = network.roster.get(address.key)
    if known is not None:
        return resumed(known, network, cause=Cause.COORDINATOR, now=now)
    member = Member(address, None, (), language, network.identity, listed=Listed.ABSENT)
    return replace(_standing(member, network, Cause.COORDINATOR, now=now), state=State.JOINED)


def _standing(member: Member, network: Network, cause: Cause, *, now: float) -> Standing:
    own = member.listed is Listed.ABSENT
    return Standing(
        network=network.id,
        address=member.address,
        state=State.ACTIVE,
        cause=cause,
        since=now,
        listed=member.listed,
        name=member.name if own else None,
        language=member.language if own else None,
    )


def _active(standing: Standing, *, since: float) -> Standing:
    """Neither paused nor gone; a row is kept only where the YAML says otherwise."""
    states = {Listed.ACTIVE: State.AS_LISTED, Listed.PAUSED: State.ACTIVE, Listed.ABSENT: State.JOINED}
    return replace(standing, state=states[standing.listed], since=since, until=None)


def _laid_over(member: Member, counting: Mapping[str, Standing]) -> Member:
    """A standing is found by any address: the admin may have swapped which of them bulletins go to."""
    standing = next((counting[each.key] for each in member.addresses if each.key in counting), None)
    return member if standing is None else _with_state(member, standing.state)


def _with_state(member: Member, state: State) -> Member:
    return replace(member, paused=state is State.PAUSED, left=state is State.LEFT)


def _unlisted(standing: Standing, network: Network) -> Member:
    member = Member(
        address=standing.address,
        name=standing.name,
        also=(),
        language=standing.language or network.language,
        identity=network.identity,
        listed=Listed.ABSENT,
    )
    return _with_state(member, standing.state)


def _is_reading_coordinator(person: Address, network: Network) -> bool:
    return any(each.bulletins and each.address == person for each in network.coordinators)


def _has_another_role(standing: Standing, network: Network) -> bool:
    """An address that the YAML has given another role since is no member's any more.

    A coordinator who gets the bulletins is spared them for one reason only: they come back.
    """
    person = standing.address
    spared = standing.cause is Cause.FAILING and _is_reading_coordinator(person, network)
    return (
        person == network.address
        or (not spared and any(coordinator.address == person for coordinator in network.coordinators))
        or any(partner.writes(person) for partner in network.partners)
    )
