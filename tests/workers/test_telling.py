"""Coordinators hear of each held mail at once, however many of them there are."""

from __future__ import annotations

from dataclasses import replace

from binrelay.mail.address import Address
from binrelay.model import Coordinator
from tests.rules.good import ANNA, NETWORK
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office


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
