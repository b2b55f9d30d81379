"""A name server that does not answer holds up one mail, for an hour at most, and none of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.authentication import SignatureResult
from binrelay.ports import Room
from tests.rules.good import NETWORK
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office

POLO = letter(OFFICER, "Gele Polo")
TIP = letter("jan@mail.example", "Verdachte auto")
EVERYBODY = sorted(str(member.address) for member in NETWORK.members)
SILENCE = (SignatureResult("politie.example", "temperror", "s1"),)
GENUINE = (SignatureResult("politie.example", "pass", "s1"),)


@pytest.fixture
def unpinned(office: Office) -> Office:
    office.world.network = replace(NETWORK, trusted_authserv_ids=())
    office.verifier.found = SILENCE
    office.inbox.put(POLO)
    return office


def members_mailed(office: Office) -> list[str]:
    return sorted(name for name in office.provider.recipients if name in EVERYBODY)


async def test_a_mail_whose_key_cannot_be_looked_up_stays_where_it_is(unpinned: Office) -> None:
    await unpinned.look()
    await unpinned.send()
    assert unpinned.inbox.contents(Room.INBOX) == [POLO]
    assert unpinned.provider.recipients == []
    assert ("key-unreachable", {"network": NETWORK.id, "attempt": 1, "retry_in": 30}) in unpinned.journal.events


async def test_it_goes_out_once_the_name_server_answers(unpinned: Office) -> None:
    await unpinned.look()
    unpinned.clock.time += 40
    unpinned.verifier.found = GENUINE
    await unpinned.look()
    await unpinned.send()
    assert members_mailed(unpinned) == EVERYBODY
    assert unpinned.inbox.contents(Room.INBOX) == []


async def test_other_mails_go_on_meanwhile(unpinned: Office) -> None:
    unpinned.inbox.put(TIP)
    await unpinned.look()
    await unpinned.send(until=0)
    assert unpinned.inbox.contents(Room.INBOX) == [POLO]
    assert unpinned.inbox.contents(Room.DONE) == [TIP]


async def test_after_an_hour_of_trying_a_person_decides_whatever_was_restarted_meanwhile(unpinned: Office) -> None:
    for _ in range(13):
        await unpinned.look()  # each look is a new session, as after a restart
        assert unpinned.inbox.contents(Room.INBOX) == [POLO]
        unpinned.clock.time += 290
    await unpinned.look()
    assert [record.why for record in await unpinned.store.held()] == ["key-unreachable"]
    assert unpinned.inbox.contents(Room.HELD) == [POLO]


async def test_what_waited_too_long_can_be_released(unpinned: Office) -> None:
    await unpinned.look()
    unpinned.clock.time += 3700
    await unpinned.look()
    unpinned.inbox.drag(Room.RELEASE)
    await unpinned.look()
    await unpinned.send()
    assert members_mailed(unpinned) == EVERYBODY


async def test_a_daemon_that_was_off_for_hours_still_tries_for_its_hour(unpinned: Office) -> None:
    unpinned.clock.time += 7 * 3600
    await unpinned.look()
    assert unpinned.inbox.contents(Room.INBOX) == [POLO]


async def test_pauses_grow_and_end(unpinned: Office) -> None:
    for _ in range(10):
        await unpinned.look()
        unpinned.clock.time += 300
    pauses = [values["retry_in"] for name, values in unpinned.journal.events if name == "key-unreachable"]
    assert pauses == [30, 60, 120, 240, 480, 600, 600, 600, 600, 600]
