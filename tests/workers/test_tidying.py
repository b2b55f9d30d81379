"""The folders that the daemon fills are emptied in time, of its own mail alone."""

from __future__ import annotations

import pytest

from binrelay.mail.scrub import Person
from binrelay.ports import Room
from binrelay.workers import tidying
from binrelay.workers.housekeeping import forget
from tests.rules.good import JAN, NETWORK
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office

NOW = 1_800_000_000.0
DAY = 86400.0
PROVEN = {"Authentication-Results": "mx.provider.example; dmarc=pass header.from=politie.example"}
REPORT = letter("jan@mail.example", "Lantaarn", "Stuk.\n")
BULLETIN = letter(OFFICER, "Gele Polo", "Wie?\n", fields=PROVEN)
FORGED = letter(OFFICER, "Wachtwoord", "Klik.\n")
BY_HAND = letter("tante@elders.example", "Recept", "Boter.\n")


@pytest.fixture
def house(office: Office) -> Office:
    office.clock.time = NOW
    return office


async def after(house: Office, days: float) -> None:
    house.clock.time += days * DAY
    await house.look()


async def arrive(house: Office, *contents: bytes) -> None:
    for content in contents:
        house.inbox.put(content, arrived=house.clock.time)
    await house.look()
    await house.send()


def events(house: Office) -> list[str]:
    return [name for name, _ in house.journal.events]


async def test_after_its_time_a_mail_that_was_passed_on_leaves_the_folder(house: Office) -> None:
    await arrive(house, REPORT)
    await after(house, 29)
    assert house.inbox.contents(Room.DONE) == [REPORT]
    await after(house, 2)
    assert house.inbox.contents(Room.DONE) == []
    assert "folders-emptied" in events(house)
    assert house.world.health.tidied == house.clock.time


async def test_a_held_mail_waits_for_ever_and_its_time_begins_when_it_is_rejected(house: Office) -> None:
    await arrive(house, FORGED)
    await after(house, 60)
    assert house.inbox.contents(Room.HELD) == [FORGED]
    house.inbox.drag(Room.REJECTED)
    await after(house, 1)
    await after(house, 28)
    assert house.inbox.contents(Room.REJECTED) == [FORGED]
    await after(house, 3)
    assert house.inbox.contents(Room.REJECTED) == []


async def test_what_a_person_put_there_by_hand_and_what_lies_in_inbox_stays(house: Office) -> None:
    house.inbox.put(BY_HAND, arrived=house.clock.time)
    house.inbox.put(letter("oom@elders.example", "Foto", "Kijk.\n"), room=Room.DONE, arrived=house.clock.time)
    await house.look()
    await after(house, 400)
    assert len(house.inbox.contents(Room.DONE)) == 1
    assert house.inbox.contents(Room.INBOX) == [BY_HAND]


async def test_what_somebody_had_erased_goes_from_every_folder_at_once(house: Office) -> None:
    await arrive(house, REPORT, BULLETIN)
    await house.store.erase(Person(JAN.addresses, JAN.name))
    house.inbox.drag(Room.HELD, here=Room.DONE)
    await after(house, 1)
    assert house.inbox.contents(Room.HELD) == []
    assert house.inbox.contents(Room.DONE) == [BULLETIN]
    assert await house.store.unwanted(NETWORK.id) == frozenset()


async def test_a_line_that_breaks_in_the_middle_leaves_the_rest_for_the_next_time(house: Office) -> None:
    mails = [letter("jan@mail.example", f"Lantaarn {number}", f"{number}\n") for number in range(5)]
    await arrive(house, *mails)
    house.clock.time += 31 * DAY
    while house.inbox.contents(Room.DONE):
        house.inbox.lines.step, house.inbox.lines.break_at = 0, 10
        await house.look()
        house.clock.time += 3601.0
    assert house.inbox.contents(Room.INBOX) == []


async def test_a_full_folder_is_emptied_a_little_at_a_time(house: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "AT_ONCE", 2)
    await arrive(house, *(letter("jan@mail.example", f"Lantaarn {number}", f"{number}\n") for number in range(5)))
    house.clock.time += 31 * DAY
    tidy = tidying.Tidying(house.world, house.inbox)
    left = []
    for _ in range(3):
        await tidy.some()
        left.append(len(house.inbox.contents(Room.DONE)))
    assert left == [3, 1, 0]
    assert tidy.patience(120.0) == 120.0


async def test_a_clock_that_was_set_a_year_ahead_empties_nothing(house: Office) -> None:
    await arrive(house, REPORT)
    house.clock.jump(365 * DAY)
    await house.look()
    await forget(house.world)
    assert house.inbox.contents(Room.DONE) == [REPORT]
    assert events(house).count("clock-doubted") == 1
    assert len(await house.store.kept_contents()) == 2
    house.clock.jump(-365 * DAY)
    await after(house, 0.5)
    await after(house, 1.1)
    assert "clock-believed" in events(house)
    assert house.inbox.contents(Room.DONE) == [REPORT]


async def test_what_is_kept_longest_is_known(house: Office) -> None:
    await arrive(house, REPORT)
    await forget(house.world)
    assert house.world.health.oldest == NOW
    house.clock.time += 31 * DAY
    await forget(house.world)
    assert house.world.health.oldest is None
    assert house.world.health.forgot == house.clock.time


async def test_what_a_stranger_wrote_is_counted_while_it_lies_there(house: Office) -> None:
    await arrive(house, BY_HAND)
    assert (await house.world.store.counts(NETWORK.id, NOW)).left == 1
    await after(house, 1)
    assert (await house.world.store.counts(NETWORK.id, NOW)).left == 1
    house.inbox.rooms[Room.INBOX].clear()
    await after(house, 1)
    assert (await house.world.store.counts(NETWORK.id, NOW)).left == 0
