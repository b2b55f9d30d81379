"""The daemon works with the network as it is now: what another process or the clock changed counts within seconds."""

from __future__ import annotations

from dataclasses import replace

from binrelay.records.members import Cause, State
from binrelay.rules.membership import departed, paused
from binrelay.workers.membership import renew
from tests.rules.good import JAN, NETWORK
from tests.workers.conftest import Office


def active(office: Office) -> set[str]:
    return {str(member.address) for member in office.world.network.active_members}


async def test_what_a_command_wrote_counts_at_the_next_look_and_is_told_once(office: Office) -> None:
    await office.store.stand((departed(JAN, NETWORK, cause=Cause.COORDINATOR, now=1.0),))
    await renew(office.world)
    assert str(JAN.address) not in active(office)
    network = office.world.network
    await renew(office.world)
    assert office.world.network is network
    assert [name for name, _ in office.journal.events] == ["members"]


async def test_a_pause_that_is_over_ends_without_anybody_doing_anything(office: Office) -> None:
    now = office.clock.now()
    await office.store.stand((paused(JAN, NETWORK, cause=Cause.OWN_WISH, now=now, until=now + 60),))
    await renew(office.world)
    assert str(JAN.address) not in active(office)
    office.clock.time += 60
    await renew(office.world)
    assert str(JAN.address) in active(office)
    assert not await office.store.standings(NETWORK.id)


async def test_an_edit_of_the_yaml_keeps_what_members_wished(office: Office) -> None:
    await office.store.stand((departed(JAN, NETWORK, cause=Cause.OWN_WISH, now=1.0),))
    office.world.listed = replace(NETWORK, max_size=1000)
    await renew(office.world)
    assert office.world.network.max_size == 1000
    assert str(JAN.address) not in active(office)
    assert [each.state for each in await office.store.standings()] == [State.LEFT]
