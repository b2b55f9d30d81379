"""What comes round by the clock is told once, through restarts and through clocks that jump."""

from __future__ import annotations

from dataclasses import replace

from binrelay.model import DigestTime
from binrelay.ports import Room
from binrelay.rules.schedule import DAY, WEEK
from binrelay.workers import rounds
from tests.rules.good import NETWORK
from tests.rules.letters import letter
from tests.workers.conftest import Office
from tests.workers.test_intake import FORGED, POLO, PROVEN

ANNA = "anna@home.example"


async def told(office: Office) -> int:
    await rounds.once(office.world)
    await office.send(until=1.0)
    return office.provider.recipients.count(ANNA)


async def test_what_waits_is_told_again_after_a_day_then_weekly_until_it_is_decided(office: Office) -> None:
    office.world.network = replace(NETWORK, digest=None)
    office.inbox.put(FORGED)
    await office.look()
    assert await told(office) == 1  # the notice
    office.clock.time += DAY
    assert await told(office) == 2
    assert await told(office) == 2
    office.clock.time += WEEK
    assert await told(office) == 3
    (record,) = await office.store.held(NETWORK.id)
    await office.store.reject(record.id)
    office.clock.time += 4 * WEEK
    assert await told(office) == 3


async def test_the_letter_of_the_week_comes_once_after_a_whole_absence_and_when_the_clock_jumps(
    office: Office,
) -> None:
    office.inbox.put(POLO)
    await office.look()
    assert await told(office) == 0  # nothing is told of the time before us
    office.clock.time += 3 * WEEK
    assert await told(office) == 1
    assert await told(office) == 1
    office.clock.time -= DAY / 2
    assert await told(office) == 1
    office.clock.time += WEEK + DAY
    assert await told(office) == 2


async def test_the_letter_can_be_left_out_or_moved(office: Office) -> None:
    office.inbox.put(POLO)
    await office.look()
    await office.send()
    office.clock.time += WEEK
    office.world.network = replace(NETWORK, digest=None)
    assert await told(office) == 0
    office.world.network = replace(NETWORK, digest=DigestTime(2, 0))
    assert await told(office) == 1


async def test_a_partner_who_asked_hears_once_to_how_many_a_bulletin_went(office: Office) -> None:
    police, *others = NETWORK.partners
    office.world.network = replace(NETWORK, partners=(replace(police, tell_count=True), *others))
    office.inbox.put(POLO)
    office.inbox.put(PROVEN.replace(b"politie", b"utrecht") + letter("Raad <v@utrecht.example>", "Markt"))
    await office.look()
    await told(office)
    await told(office)
    await told(office)
    assert [name for name in office.provider.recipients if name.endswith("politie.example")] == [
        "wijkagent@politie.example"
    ]
    assert "utrecht.example" not in "".join(office.provider.recipients)


async def test_both_coordinators_may_decide_and_the_first_decision_stands(office: Office) -> None:
    office.inbox.put(FORGED)
    await office.look()
    office.inbox.drag(Room.REJECTED)
    await office.look()
    office.inbox.put(FORGED, room=Room.RELEASE)
    await office.look()
    await office.send()
    assert [name for name in office.provider.recipients if name != ANNA] == []
    assert office.inbox.contents(Room.RELEASE) == []
    assert b"al afgehandeld" in b"".join(content for _, content in office.provider.taken if b"binrelay" in content)
