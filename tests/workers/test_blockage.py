"""One mail that the server does not give, or that no program can take in, keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from binrelay.errors import SubmissionFailed
from binrelay.ports import Arrival, Listing, Room
from binrelay.records import Plan
from binrelay.rules.desk import Desk
from binrelay.rules.plan import Case, make_plan
from tests.rules.good import NETWORK
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office

PROVEN = b"Authentication-Results: mx.provider.example; dmarc=pass header.from=politie.example\r\n"
POLO = PROVEN + letter(OFFICER, "Gele Polo")
DAMAGED = PROVEN + letter(OFFICER, "Struikelblok")
FORGED = letter(OFFICER, "Wachtwoorden")
EVERYBODY = sorted(str(member.address) for member in NETWORK.members)
ANNA = "anna@home.example"


def members_mailed(office: Office) -> list[str]:
    return sorted(name for name in office.provider.recipients if name in EVERYBODY)


async def test_a_mail_that_the_server_never_gives_stays_where_it_is_and_the_next_goes_out(office: Office) -> None:
    office.inbox.withheld.add(office.inbox.put(DAMAGED))
    office.inbox.put(POLO)
    for _ in range(7):
        await office.look()
    await office.send()
    assert members_mailed(office) == EVERYBODY
    assert office.inbox.contents(Room.INBOX) == [DAMAGED]
    assert office.provider.recipients.count(ANNA) == 1, "a coordinator hears of it once"


async def test_a_mail_over_which_the_server_breaks_the_line_keeps_no_other_waiting(office: Office) -> None:
    office.inbox.put(PROVEN + letter(OFFICER, "Rode Fiat"))
    office.inbox.deadly.add(office.inbox.put(DAMAGED))
    office.inbox.put(POLO)
    for _ in range(8):
        await office.look()
    await office.send()
    assert members_mailed(office) == sorted(2 * EVERYBODY)
    assert office.inbox.contents(Room.INBOX) == [DAMAGED]
    assert office.provider.recipients.count(ANNA) == 1, "a coordinator hears of it once"
    assert not office.world.cautious


async def test_a_mail_that_takes_too_long_keeps_no_other_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("binrelay.workers.care.MESSAGE_LIMIT", 1.0)
    monkeypatch.setattr("binrelay.workers.intake.SMALL", 0)
    endless = office.inbox.put(DAMAGED)
    office.inbox.put(POLO)
    fetch = office.inbox.fetch

    async def slowly(listing: Listing, *, limit: int | None) -> Arrival | None:
        if listing.handle.uid == endless:
            try:
                await asyncio.sleep(60)
            finally:
                office.inbox.lines.gone = True
        return await fetch(listing, limit=limit)

    monkeypatch.setattr(office.inbox, "fetch", slowly)
    for _ in range(4):
        await office.look()
        office.inbox.lines.gone = False
    await office.send()
    assert members_mailed(office) == EVERYBODY
    assert office.inbox.contents(Room.INBOX) == [DAMAGED]


async def test_a_mail_that_the_server_gives_a_little_later_is_taken_in(office: Office) -> None:
    office.inbox.withheld.add(office.inbox.put(POLO))
    await office.look()
    office.inbox.withheld.clear()
    await office.look()
    await office.send()
    assert members_mailed(office) == EVERYBODY


@pytest.mark.parametrize("room", [Room.HELD, Room.REJECTED])
async def test_a_damaged_mail_in_a_folder_keeps_no_bulletin_waiting(office: Office, room: Room) -> None:
    office.inbox.put(FORGED)
    await office.look()
    office.inbox.withheld.add(office.inbox.put(DAMAGED, room=room))
    office.inbox.put(POLO)
    assert await office.look() == "the test has seen enough"
    await office.send()
    assert members_mailed(office) == EVERYBODY


def stumbling(case: Case, desk: Desk) -> Plan:
    if case.facts.approved:
        raise RecursionError
    return make_plan(case, desk)


async def test_a_release_by_command_that_fails_is_told_and_stops_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("binrelay.workers.moderation.make_plan", stumbling)
    office.inbox.put(FORGED)
    await office.look()
    (record,) = await office.store.held()
    assert await office.store.request(record.id, "release")
    assert await office.look() == "the test has seen enough"
    assert await office.store.requests(NETWORK.id) == ()
    await office.send()
    assert [each.id for each in await office.store.held()] == [record.id]
    assert office.provider.recipients == [ANNA, ANNA]


async def test_a_mail_that_was_too_large_is_released_whole_also_after_the_limit_was_raised(office: Office) -> None:
    office.world.network = replace(NETWORK, max_size=2000)
    office.inbox.put(PROVEN + letter(OFFICER, "Foto's", ("y" * 70 + "\n") * 40))
    await office.look()
    office.world.network = NETWORK
    (record,) = await office.store.held()
    await office.store.request(record.id, "release")
    await office.look()
    await office.send()
    assert members_mailed(office) == EVERYBODY
    bulletins = [content for to, content in office.provider.taken if str(to.recipients[0]) in EVERYBODY]
    assert {content.count(b"y" * 70) for content in bulletins} == {40}


@pytest.mark.parametrize("room", [Room.RELEASE, Room.HELD, Room.REJECTED])
async def test_a_mail_in_a_folder_that_breaks_the_line_each_time_is_told_and_left_alone(
    office: Office, room: Room
) -> None:
    office.inbox.put(FORGED)
    await office.look()
    office.inbox.deadly.add(office.inbox.put(DAMAGED, room=room))
    for _ in range(6):
        assert await office.look() == "closed by the server"
    office.inbox.put(POLO)
    assert await office.look() == "the test has seen enough"
    await office.send()
    assert members_mailed(office) == EVERYBODY
    assert DAMAGED in office.inbox.contents(room)
    assert office.provider.recipients.count(ANNA) == 2, "the coordinator hears of the forged one, and of this one once"


async def test_a_mail_in_release_that_takes_too_long_keeps_no_session_busy(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("binrelay.workers.care.MESSAGE_LIMIT", 0.1)
    endless = office.inbox.put(DAMAGED, room=Room.RELEASE)
    fetch, asked = office.inbox.fetch, []

    async def slowly(listing: Listing, *, limit: int | None) -> Arrival | None:
        if listing.handle.uid == endless:
            asked.append(endless)
            await asyncio.sleep(60)
        return await fetch(listing, limit=limit)

    monkeypatch.setattr(office.inbox, "fetch", slowly)
    for _ in range(5):
        await office.look()
    assert len(asked) == 3
    await office.send()
    assert office.provider.recipients == [ANNA]


async def test_a_full_mailbox_keeps_no_mail_waiting_and_nobody_gets_one_twice(office: Office) -> None:
    office.inbox.full = True
    office.inbox.put(POLO)
    office.inbox.put(FORGED)
    await office.look()
    office.inbox.put(PROVEN + letter(OFFICER, "Rode Fiat"))
    await office.look()
    await office.send()
    assert members_mailed(office) == sorted(2 * EVERYBODY)
    assert office.world.health.trouble == "MailboxRefused"
    office.inbox.drag(Room.RELEASE, Room.INBOX)
    await office.look()
    await office.send()
    assert members_mailed(office) == sorted(3 * EVERYBODY), "the forged mail, which a coordinator vouched for"
    office.inbox.full = False
    await office.look()
    assert [len(office.inbox.contents(room)) for room in (Room.INBOX, Room.RELEASE, Room.DONE)] == [0, 0, 3]
    assert office.world.health.trouble is None


async def test_a_released_mail_that_a_full_mailbox_does_not_move_is_not_released_anew_with_each_connection(
    office: Office,
) -> None:
    office.inbox.put(FORGED)
    await office.look()
    office.inbox.drag(Room.RELEASE, Room.HELD)
    office.inbox.full = True
    await office.look()
    office.provider.always = SubmissionFailed("mail", 550, "5.7.1 not your address")
    await office.send()
    office.provider.always = None
    for _ in range(3):
        await office.look()
        await office.send()
    assert not members_mailed(office), "nobody asked for it again"
    office.inbox.full = False
    await office.look()
    assert office.inbox.contents(Room.DONE) == [FORGED]
    office.inbox.drag(Room.RELEASE, Room.DONE)
    await office.look()
    await office.send()
    assert members_mailed(office) == EVERYBODY
