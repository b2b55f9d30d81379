"""The breaker: a mail that nothing caused, and nothing leaves any more."""

from __future__ import annotations

from dataclasses import replace

from binrelay.ports import Room
from binrelay.records import Kind
from binrelay.workers.breaker import Breaker, leave_word
from tests.rules.good import NETWORK
from tests.store.values import MAIL
from tests.workers.conftest import Office

UNCAUSED = replace(MAIL, key="ZZZZ9999/reply", kind=Kind.REPLY, network=NETWORK.id)


async def test_a_mail_that_no_arrival_caused_stops_the_network_until_a_person_looks(office: Office) -> None:
    breaker = Breaker(office.world)
    assert await breaker.closed()
    await office.store.post([UNCAUSED])
    office.clock.time += 1
    assert not await breaker.closed()
    assert office.world.health.stopped == "unexplained"
    assert [name for name, _ in office.journal.events] == ["sending-stopped"]
    office.world.due.clear()
    office.clock.time += 7200
    assert not await Breaker(office.world).closed()
    await office.store.restart(NETWORK.id)
    office.clock.time += 1
    assert await breaker.closed()


async def test_the_mailbox_holds_one_word_about_it(office: Office) -> None:
    office.world.health.stopped = "too-many"
    for _ in range(2):
        await leave_word(office.world, office.inbox)
    assert len(office.inbox.contents(Room.HELD)) == 1
    office.world.health.stopped = None
    await leave_word(office.world, office.inbox)
    assert office.world.told_stopped is None
