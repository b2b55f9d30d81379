"""One mailbox, taken in: once each, whatever breaks, and one bad mail never blocks the next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.ports import Handle, Listing, Room
from binrelay.records import Plan
from binrelay.rules.decision import Why
from binrelay.rules.desk import Desk
from binrelay.rules.plan import Case, make_plan
from binrelay.workers.intake import MOST_MAILS, MOST_OCTETS, portions
from tests.rules.good import NETWORK
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office

PROVEN = b"Authentication-Results: mx.provider.example; dmarc=pass header.from=politie.example\r\n"
POLO = PROVEN + letter(OFFICER, "Gele Polo")
FORGED = letter(OFFICER, "Wachtwoorden")
EVERYBODY = sorted(str(member.address) for member in NETWORK.members)
STEPS = 14  # points at which the line can break while one bulletin is taken in


@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_wherever_the_line_breaks_everybody_gets_the_bulletin_once(office: Office, step: int) -> None:
    office.inbox.put(POLO)
    office.lines().break_at = step
    await office.look()
    await office.look()
    await office.send()
    assert sorted(office.provider.recipients) == EVERYBODY
    assert office.inbox.contents(Room.DONE) == [POLO]
    assert office.inbox.contents(Room.INBOX) == []


@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_wherever_the_line_breaks_a_released_mail_goes_out_once(office: Office, step: int) -> None:
    office.inbox.put(FORGED)
    await office.look()
    office.inbox.drag(Room.RELEASE)
    office.lines().step, office.lines().break_at = 0, step
    await office.look()
    await office.look()
    await office.send()
    members = sorted(name for name in office.provider.recipients if name in EVERYBODY)
    assert members == EVERYBODY
    assert office.inbox.contents(Room.DONE) == [FORGED]


async def test_the_steps_of_one_bulletin_are_all_tried(office: Office) -> None:
    office.inbox.put(POLO)
    await office.look()
    assert office.lines().step <= STEPS


async def test_a_mail_that_cannot_be_taken_in_is_set_aside_the_third_time_and_the_next_goes_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(case: Case, desk: Desk) -> Plan:
        if b"Struikelblok" in case.message.content and case.decision.why is not Why.POISON:
            raise RecursionError
        return make_plan(case, desk)

    monkeypatch.setattr("binrelay.workers.intake.make_plan", stumbling)
    office.inbox.put(PROVEN + letter(OFFICER, "Struikelblok"))
    office.inbox.put(POLO)
    for _ in range(3):
        await office.look()
    await office.send()
    assert sorted(name for name in office.provider.recipients if name in EVERYBODY) == EVERYBODY
    assert len(office.inbox.contents(Room.HELD)) == 1
    assert [record.why for record in await office.store.held()] == ["poison"]
    assert "anna@home.example" in office.provider.recipients


async def test_a_mail_over_the_limit_waits_and_its_author_is_told(office: Office) -> None:
    office.world.network = replace(NETWORK, max_size=2000)
    office.inbox.put(PROVEN + letter(OFFICER, "Foto's", "x" * 70 + "\n" + "y" * 3000 + "\n"))
    await office.look()
    await office.send()
    assert [record.why for record in await office.store.held()] == ["too-large"]
    assert sorted(office.provider.recipients) == ["anna@home.example", "wijkagent@politie.example"]


async def test_a_mail_over_the_limit_can_be_released_by_dragging(office: Office) -> None:
    office.world.network = replace(NETWORK, max_size=2000)
    office.inbox.put(PROVEN + letter(OFFICER, "Foto's", ("y" * 70 + "\n") * 40))
    await office.look()
    office.inbox.drag(Room.RELEASE)
    await office.look()
    await office.send()
    assert sorted(name for name in office.provider.recipients if name in EVERYBODY) == EVERYBODY
    assert not await office.store.held()


async def test_a_mail_that_would_name_a_neighbour_waits_and_cannot_be_released(office: Office) -> None:
    office.inbox.put(PROVEN + letter(OFFICER, "Getuige", "Bel jan@mail.example.\n"))
    await office.look()
    assert [record.why for record in await office.store.held()] == ["names-a-member"]
    office.inbox.drag(Room.RELEASE)
    await office.look()
    await office.send()
    assert len(office.inbox.contents(Room.HELD)) == 1
    assert set(office.provider.recipients) == {"anna@home.example"}


async def test_a_released_mail_is_not_released_again_by_a_copy(office: Office) -> None:
    office.inbox.put(FORGED)
    await office.look()
    office.inbox.drag(Room.RELEASE)
    office.inbox.put(FORGED, room=Room.RELEASE)
    await office.look()
    await office.send()
    assert sorted(name for name in office.provider.recipients if name in EVERYBODY) == EVERYBODY


async def test_a_delivery_report_never_goes_out_even_when_it_is_dragged_to_release(office: Office) -> None:
    report = letter(
        "mailer-daemon@mx.example", "Undelivered", kind='multipart/report; report-type=delivery-status; boundary="b"'
    )
    report += b"--b\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    report += b"Final-Recipient: rfc822; gone@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    office.inbox.put(report, room=Room.RELEASE)
    await office.look()
    await office.send()
    assert office.provider.recipients == []


async def test_a_message_that_cannot_be_taken_in_is_logged_by_its_place(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(*_: object) -> Plan:
        raise ValueError("cannot read jan@mail.example, Jan de Vries: Gele Polo")

    monkeypatch.setattr("binrelay.workers.intake.make_plan", stumbling)
    office.inbox.put(b"From: jan@mail.example\r\nSubject: Gele Polo\r\n\r\nx")
    await office.look()
    stumbled = [values for name, values in office.journal.events if name == "stumbled"]
    assert [values["error"] for values in stumbled] == ["ValueError"]
    assert not [values for values in stumbled if "jan@mail.example" in str(values) or "Polo" in str(values)]
    assert str(stumbled[0]["place"]).startswith("binrelay/workers/intake.py:")


@pytest.mark.parametrize("step", range(1, 40, 3))
async def test_wherever_the_line_breaks_amid_many_each_is_taken_in_once(office: Office, step: int) -> None:
    mails = [PROVEN + letter(OFFICER, f"Bericht {number}") for number in range(5)]
    for mail in mails:
        office.inbox.put(mail)
    office.lines().break_at = step
    await office.look()
    await office.look()
    await office.send()
    assert sorted(office.provider.recipients) == sorted(EVERYBODY * 5)
    assert sorted(office.inbox.contents(Room.DONE)) == sorted(mails)
    assert office.inbox.contents(Room.INBOX) == []


async def test_many_mails_are_under_way_in_portions_that_fit_into_memory() -> None:
    listings = [Listing(Handle(Room.INBOX, 1, uid), size, 0.0) for uid, size in enumerate([10_000] * 120 + [9_000_000])]
    some = list(portions(listings))
    assert [listing for portion in some for listing in portion] == listings
    assert all(len(portion) <= MOST_MAILS for portion in some)
    assert all(sum(each.size for each in portion) <= MOST_OCTETS for portion in some if len(portion) > 1)
