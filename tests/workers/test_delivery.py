"""Everybody is reached once; nobody is blamed for a line; coordinators hear of what waits, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from binrelay.errors import LoginRefused, StoreError, SubmissionFailed, SubmissionUncertain
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.model import Delivery, Language
from binrelay.ports import Room
from binrelay.ports.submission import Passage
from binrelay.records import Claim, Departure, Kind, Mail, Outcome
from binrelay.store.store import SqlStore
from binrelay.workers.account import Account
from binrelay.workers.judge import Judge
from binrelay.workers.moderation import PATIENCE_WHILE_HELD, Moderation
from tests.rules.good import JAN, NETWORK
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office
from tests.workers.fakes import Provider

PROVEN = b"Authentication-Results: mx.provider.example; dmarc=pass header.from=politie.example\r\n"
POLO = PROVEN + letter(OFFICER, "Gele Polo")
EVERYBODY = sorted(str(member.address) for member in NETWORK.members)
ANNA = "anna@home.example"
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@pytest.fixture(autouse=True)
def long_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days pass here: an account that looks twice a minute for nothing takes a test long."""
    monkeypatch.setattr("binrelay.workers.account.LOOK", 900.0)


async def bulletin(office: Office) -> None:
    """One mail for all, over one connection."""
    network = office.world.network
    same = tuple(replace(member, language=Language.NL) for member in network.members)
    office.world.network = replace(network, members=same, smtp=replace(network.smtp, connections=1))
    office.inbox.put(POLO)
    await office.look()


def reached(office: Office) -> list[str]:
    return sorted(name for name in office.provider.recipients if name in EVERYBODY)


async def to_everybody(office: Office) -> None:
    """A mail that never grows too old."""
    await office.store.post([replace(NOTICE, recipients=tuple(member.address for member in NETWORK.members))])


def notices(office: Office) -> list[str]:
    """Subjects of what Anna got."""
    contents = [content for envelope, content in office.provider.taken if ANNA in map(str, envelope.recipients)]
    return [content.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode() for content in contents]


async def test_everybody_is_reached_once(office: Office) -> None:
    await bulletin(office)
    await office.send()
    assert reached(office) == EVERYBODY
    assert notices(office) == []


async def test_too_many_at_once_goes_on_at_once_and_is_remembered(office: Office) -> None:
    await bulletin(office)
    last = NETWORK.members[-1].address
    office.provider.answers[last] = SmtpReply(452, "4.5.3", "too many recipients")
    await office.later(0.0)
    assert str(last) not in office.provider.recipients
    known = await office.store.most_recipients("coordinator@provider", 0.0)
    assert known is not None
    assert known[0] == len(EVERYBODY) - 1
    del office.provider.answers[last]
    await office.send()
    assert reached(office) == EVERYBODY
    office.inbox.put(PROVEN + letter(OFFICER, "Rode Fiat"))
    await office.look()
    office.provider.taken.clear()
    await office.send()
    assert max(len(envelope.recipients) for envelope, _ in office.provider.taken) == len(EVERYBODY) - 1


@pytest.mark.parametrize("phase", ["mail", "data"])
async def test_a_mail_the_provider_refuses_waits_and_goes_out_when_it_is_dragged_to_release(
    office: Office, phase: str
) -> None:
    await bulletin(office)
    office.provider.next = [SubmissionFailed(phase, 550, "5.7.1 not your address")]
    await office.later(HOUR)
    assert reached(office) == []
    assert notices(office) == ["BIN Wilhelminapark: de provider neemt een mail niet aan"]
    office.inbox.drag(Room.RELEASE, Room.DONE)
    await office.look()
    await office.later(HOUR)
    assert reached(office) == EVERYBODY
    assert len(notices(office)) == 1, "the coordinators were told twice"
    assert office.inbox.contents(Room.DONE) == [POLO]


async def test_a_mail_the_provider_refuses_behind_its_content_waits_too(office: Office) -> None:
    await bulletin(office)
    spam = SmtpReply(554, "5.7.1", "looks like spam", to_all=True)
    office.provider.answers |= {member.address: spam for member in NETWORK.members}
    await office.later(HOUR)
    assert notices(office) == ["BIN Wilhelminapark: de provider neemt een mail niet aan"]
    office.provider.answers.clear()
    office.inbox.drag(Room.RELEASE, Room.DONE)
    await office.look()
    await office.later(HOUR)
    assert reached(office) == EVERYBODY


async def test_the_folders_are_looked_at_soon_while_a_coordinator_can_stop_a_bulletin_or_let_it_go(
    office: Office,
) -> None:
    moderation = Moderation(office.world, office.inbox, Judge(office.store.recall, office.verifier))
    assert await moderation.patience() == NETWORK.imap.keepalive
    await bulletin(office)
    assert await moderation.patience() == PATIENCE_WHILE_HELD, "it can be stopped"
    office.provider.next = [SubmissionFailed("mail", 550, "5.7.1 not your address")]
    await office.later(HOUR)
    assert await moderation.patience() == PATIENCE_WHILE_HELD, "it can be let go"
    office.inbox.drag(Room.RELEASE, Room.DONE)
    await office.look()
    await office.later(HOUR)
    assert await moderation.patience() == NETWORK.imap.keepalive


async def test_a_line_that_broke_behind_the_mail_is_tried_once_more_with_the_same_bytes(office: Office) -> None:
    await bulletin(office)
    office.provider.next = [SubmissionUncertain("gone")]
    await office.later(299.0)
    assert reached(office) == []
    await office.later(2.0)
    assert reached(office) == EVERYBODY
    assert notices(office) == []


async def test_after_a_second_broken_line_a_person_decides(office: Office) -> None:
    await bulletin(office)
    office.provider.next = [SubmissionUncertain("gone"), SubmissionUncertain("gone")]
    await office.later(2 * HOUR)
    assert office.provider.tries == 3, "two tries of the bulletin, one notice"
    assert notices(office) == ["BIN Wilhelminapark: niet zeker of een mail is aangekomen"]
    office.inbox.drag(Room.RELEASE, Room.DONE)
    await office.look()
    await office.send()
    assert reached(office) == EVERYBODY


async def test_a_crash_with_the_dot_on_its_way_waits_and_then_sends_the_same_bytes(office: Office) -> None:
    await bulletin(office)
    batch = await office.store.claim(Claim(NETWORK.id, "dead", office.clock.time, 50, 50, 50))
    assert batch is not None
    await office.store.record((), [Departure(batch.ids, "a", office.clock.time, 1)], owner="dead")
    await office.store.unclaim(wait=300.0)
    await office.later(299.0)
    assert reached(office) == []
    await office.send()
    assert reached(office) == EVERYBODY
    assert {content for _, content in office.provider.taken} == {batch.mail.content}


async def test_no_minute_holds_more_mails_than_the_provider_allows(office: Office) -> None:
    office.world.network = replace(
        NETWORK, delivery=Delivery.INDIVIDUAL, smtp=replace(NETWORK.smtp, messages_per_minute=2)
    )
    await bulletin(office)
    await office.later(5 * MINUTE)
    assert reached(office) == EVERYBODY
    moments = office.provider.moments
    assert all(later - earlier >= MINUTE for earlier, later in zip(moments, moments[2:], strict=False))


async def test_a_day_of_recipients_is_counted_through_a_restart(office: Office) -> None:
    office.world.network = replace(NETWORK, smtp=replace(NETWORK.smtp, recipients_per_day=2, max_recipients=1))
    await to_everybody(office)
    for hours in (1, 22):
        await office.later(hours * HOUR)
        assert len(reached(office)) == 2
    await office.later(2 * HOUR)
    assert reached(office) == EVERYBODY


@pytest.mark.parametrize("answer", [SmtpReply(450, "4.7.1", "slow down"), SmtpReply(421, "4.7.0", "later")])
async def test_a_server_that_says_slow_down_is_left_alone_for_a_while(office: Office, answer: SmtpReply) -> None:
    await bulletin(office)
    for member in NETWORK.members:
        office.provider.answers[member.address] = answer
    await office.store.post([replace(NOTICE, key=f"n{number}", recipients=(OTHER,)) for number in range(9)])
    await office.later(50.0)
    assert office.provider.tries == 1
    assert office.world.health.refused is not None
    office.provider.answers.clear()
    await office.send()
    assert reached(office) == EVERYBODY
    assert office.world.health.refused is None


async def test_a_neighbour_whose_server_greylists_us_keeps_nobody_else_waiting(office: Office) -> None:
    await bulletin(office)
    office.provider.answers[JAN.address] = SmtpReply(450, "4.7.1", "greylisted, try again later")
    await office.later(50.0)
    assert reached(office) == sorted(set(EVERYBODY) - {str(JAN.address)})
    assert office.world.health.refused is None
    office.provider.answers.clear()
    await office.send()
    assert reached(office) == EVERYBODY


async def test_a_refused_login_is_tried_four_times_and_then_once_a_day(office: Office) -> None:
    await office.store.post([NOTICE])
    office.provider.always = LoginRefused("smtp", "535 no")
    await office.later(50 * HOUR)
    events = [values for name, values in office.journal.events if name == "submission-failed"]
    assert [values["retry_in"] for values in events] == [300.0, 900.0, 3600.0, 86400.0, 86400.0, 86400.0]
    assert office.world.health.refused == "smtp: login refused: 535 no"
    office.provider.always = None
    await office.send()
    assert office.provider.recipients == [str(JAN.address)]


async def test_a_bulletin_that_is_late_is_told_once_and_after_a_day_it_waits_for_a_person(office: Office) -> None:
    await bulletin(office)
    office.provider.always = SubmissionFailed("connect", 0, "no route")
    await office.later(25 * HOUR)
    office.provider.always = None
    await office.later(HOUR)
    assert reached(office) == []
    assert sorted(notices(office)) == [
        "BIN Wilhelminapark: een bericht is een dag te laat en wacht op u",
        "BIN Wilhelminapark: een mail is te laat",
    ]
    office.inbox.drag(Room.RELEASE, Room.DONE)
    await office.look()
    await office.send()
    assert reached(office) == EVERYBODY


async def test_what_failed_just_before_a_crash_is_told_after_it(office: Office) -> None:
    await bulletin(office)
    batch = await office.store.claim(Claim(NETWORK.id, "dead", office.clock.time, 50, 50, 50))
    assert batch is not None
    gone = Outcome(batch.ids[:1], "failed", office.clock.time, 550, "5.1.1", "no such user")
    sent = Outcome(batch.ids[1:], "sent", office.clock.time, 250, None, "ok")
    await office.store.record([gone, sent], owner="dead")
    for _ in range(2):
        await office.send()
    assert len(notices(office)) == 1


async def test_a_mail_with_bytes_that_no_server_may_get_stops_nobody_else(office: Office) -> None:
    broken = replace(NOTICE, key="broken", content=b"Subject: x\n\nbare line feeds\n")
    await office.store.post([broken, NOTICE])
    await office.send()
    assert [envelope.recipients for envelope, _ in office.provider.taken] == [NOTICE.recipients]


OTHER = Address("anna@home.example", "anna@home.example")
NOTICE = Mail(
    key="notice",
    network=NETWORK.id,
    kind=Kind.NOTICE,
    message_id="notice@bin.example",
    reverse_path=None,
    verp=False,
    content=b"Subject: x\r\n\r\ny\r\n",
    recipients=(JAN.address,),
)


class FullDisk(Provider):
    """The database refuses to write from the moment that a mail is to be handed over."""

    async def submit(self, envelopes: Sequence[Envelope], content: bytes, passage: Passage) -> None:
        await self.store._database.read(lambda connection: connection.exec_driver_sql("PRAGMA query_only=ON"))
        await super().submit(envelopes, content, passage)

    store: SqlStore


async def test_where_nothing_can_be_written_down_nothing_leaves_and_the_daemon_is_told(office: Office) -> None:
    await bulletin(office)
    provider = FullDisk(office.clock)
    provider.store = office.store
    account = Account("coordinator@provider", office.world, provider)
    account.join(office.world)
    async with asyncio.timeout(20):
        with pytest.raises(StoreError):
            await account.run()
    assert provider.taken == []
