"""Coordinators hear of each held mail at once, however many of them there are, and of what a crash left untold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.address import Address
from binrelay.model import Coordinator
from binrelay.ports import Room
from binrelay.records import Claim, Outcome
from tests.rules.good import ANNA, NETWORK
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office
from tests.workers.test_delivery import EVERYBODY, bulletin, long_looks, notices, reached

__all__ = ["long_looks"]  # a fixture for each test here, too


async def test_four_coordinators_hear_of_each_of_three_doubtful_mails_at_once(office: Office) -> None:
    more = (Coordinator(Address(f"{name}@home.example", f"{name}@home.example")) for name in ("bert", "carla", "dirk"))
    office.world.network = replace(NETWORK, coordinators=(ANNA, *more))
    for number in range(3):
        office.inbox.put(letter(OFFICER, f"Wachtwoorden {number}"))
        await office.look()
    await office.send(until=1.0)
    assert [office.provider.recipients.count(f"{name}@home.example") for name in ("anna", "bert", "carla", "dirk")] == [
        3
    ] * 4


@pytest.mark.parametrize("crash", ["before the rest was held", "before the word was written"])
async def test_what_a_provider_refused_just_before_a_crash_is_told_after_it_and_goes_out_when_released(
    office: Office, crash: str
) -> None:
    await bulletin(office)
    batch = await office.store.claim(Claim(NETWORK.id, "dead", office.clock.time, 50, 50, 50))
    assert batch is not None
    refused = Outcome(batch.ids, "held", office.clock.time, 550, None, "5.7.1 not your address")
    await office.store.record([refused], owner="dead")
    if crash == "before the word was written":
        await office.store.hold(batch.mail.key, "refused")
    for _ in range(2):
        await office.send()
    assert notices(office) == ["BIN Wilhelminapark: de provider neemt een mail niet aan"]
    office.inbox.drag(Room.RELEASE, Room.DONE)
    await office.look()
    await office.send()
    assert reached(office) == EVERYBODY
