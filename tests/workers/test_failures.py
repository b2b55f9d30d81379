"""Mail that keeps coming back: the neighbour is paused, the coordinators hear of it once, and writing ends it."""

from __future__ import annotations

from binrelay.mail.envelope import SmtpReply
from binrelay.ports import Room
from binrelay.workers.failures import judge_failures
from binrelay.workers.membership import renew
from tests.journeys.neighbourhood import read
from tests.rules.good import ANNA, FATIMA, JAN, NETWORK, PIET
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office
from tests.workers.test_intake import PROVEN

DAY = 86400.0
COORDINATOR = str(ANNA.address)
UNKNOWN = SmtpReply(550, "5.1.1", "no such user")
REPORT = """\
--b

It failed.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {who}
Action: failed
Status: {status}

--b
Content-Type: message/rfc822

Message-ID: <{mail}>

Text
--b--
"""


def report(who: str, mail: str, *, status: str = "5.1.1") -> bytes:
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    text = REPORT.format(who=who, status=status, mail=mail)
    return letter("mailer-daemon@mx.example", f"Undelivered {mail} {who}", text, kind=kind)


async def bulletin(office: Office, subject: str) -> str:
    """Sends one; its Message-ID."""
    office.inbox.put(PROVEN + letter(OFFICER, subject), arrived=office.clock.now())
    await office.look()
    await office.send()
    _, content = next(each for each in reversed(office.provider.taken) if subject.encode() in each[1])
    (line,) = [line for line in content.split(b"\r\n") if line.startswith(b"Message-ID:")]
    return line.decode().partition("<")[2].rstrip(">")


async def look_again(office: Office) -> None:
    await office.look()
    await judge_failures(office.world)
    await office.send()


def paused(office: Office) -> set[str]:
    return {str(member.address) for member in office.world.network.members if member.paused}


async def test_a_neighbour_whose_mail_is_refused_on_two_days_is_paused_and_told_of_once(office: Office) -> None:
    office.provider.answers[JAN.address] = UNKNOWN
    for subject in ("Gele Polo", "Blauwe Golf"):
        await bulletin(office, subject)
        for _ in range(2):
            await look_again(office)
        office.clock.time += DAY
    assert paused(office) == {str(JAN.address)}
    told = [content for envelope, content in office.provider.taken if COORDINATOR in map(str, envelope.recipients)]
    assert sum("komt mail aan één lid steeds terug" in read(content).get_content() for content in told) == 1
    assert not any(str(JAN.address).encode() in content for content in told)
    await bulletin(office, "Rode Fiat")
    assert str(JAN.address) not in [
        str(each)
        for envelope, content in office.provider.taken
        if b"Rode Fiat" in content
        for each in envelope.recipients
    ]


async def test_reports_that_come_back_later_count_the_same(office: Office) -> None:
    for subject in ("Gele Polo", "Blauwe Golf"):
        mail = await bulletin(office, subject)
        office.inbox.put(report(str(PIET.address), mail), arrived=office.clock.now())
        await look_again(office)
        office.clock.time += DAY
    assert paused(office) == {str(PIET.address)}


async def test_who_writes_again_is_a_member_like_everybody(office: Office) -> None:
    await test_reports_that_come_back_later_count_the_same(office)
    office.inbox.put(letter(f"Piet <{PIET.also[0]}>", "Ik ben er weer"), arrived=office.clock.now())
    await look_again(office)
    assert paused(office) == set()
    await renew(office.world)
    assert not await office.store.standings(NETWORK.id)


async def test_a_report_about_a_mail_we_never_sent_stays_for_the_coordinator_and_counts_for_nobody(
    office: Office,
) -> None:
    for day in range(3):
        stranger = report("unknown@elsewhere.example", f"stolen{day}@bin-wilhelminapark.example")
        office.inbox.put(stranger, arrived=office.clock.now())
        await look_again(office)
        office.clock.time += DAY
    assert len(office.inbox.contents(Room.INBOX)) == 3
    assert paused(office) == set()
    assert office.provider.taken == []


async def test_a_forged_report_that_only_knows_an_address_pauses_nobody(office: Office) -> None:
    for subject in ("Gele Polo", "Blauwe Golf", "Rode Fiat"):
        await bulletin(office, subject)
        office.inbox.put(report(str(FATIMA.address), f"{subject[:4]}@forged.example"), arrived=office.clock.now())
        await look_again(office)
        office.clock.time += DAY
    assert paused(office) == set()


async def test_spam_refusals_pause_nobody(office: Office) -> None:
    for subject in ("Gele Polo", "Blauwe Golf", "Rode Fiat"):
        mail = await bulletin(office, subject)
        office.inbox.put(report(str(JAN.address), mail, status="5.7.1"), arrived=office.clock.now())
        await look_again(office)
        office.clock.time += DAY
    assert paused(office) == set()
