"""Whatever a server does, a recipient is never called served who was not, nor blamed for the line."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from binrelay.errors import SubmissionFailed, SubmissionUncertain
from binrelay.transport.smtp import SmtpSubmitter
from binrelay.transport.smtp_line import Timeouts
from tests.support import smtp_peer
from tests.support.passage import submit_one
from tests.support.proxy import Proxy
from tests.support.sink import RecordingSink
from tests.support.smtp_peer import NO_PIPELINING, POLITE, Manners, SmtpPeer, account_for, address, envelope_for

CONTENT = b"Subject: Gele Polo\r\n\r\n.Let op\r\n"
STUFFED = b"Subject: Gele Polo\r\n\r\n..Let op\r\n"
TWO = envelope_for("anna@home.example", "ben@home.example")
ANNA, BEN = TWO.recipients
IMPATIENT = Timeouts(
    connect=0.3, login=0.3, mail=0.3, rcpt=0.3, data=0.3, block=0.3, dot=0.3, reset=0.3, transaction=2, farewell=0.3
)


def submitter_for(port: int) -> SmtpSubmitter:
    submitter = SmtpSubmitter(account_for(port), ehlo_name="bin.example")
    submitter.timeouts = IMPATIENT
    return submitter


async def failure_from(manners: Manners) -> SubmissionFailed:
    async with SmtpPeer(manners) as peer:
        submitter = submitter_for(peer.port)
        with pytest.raises(SubmissionFailed) as failure:
            await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert peer.contents == [], "the content went out all the same"
    return failure.value


@pytest.mark.parametrize(
    ("step", "phase"),
    [
        ("GREETING", "connect"),
        ("EHLO", "ehlo"),
        ("MAIL", "mail"),
        ("RCPT", "rcpt"),
        ("DATA", "data"),
    ],
)
@pytest.mark.parametrize("manners", [POLITE, NO_PIPELINING], ids=["pipelining", "step by step"])
async def test_a_line_lost_before_the_dot_blames_nobody(manners: Manners, step: str, phase: str) -> None:
    failure = await failure_from(replace(manners, drops_at=step))
    assert (failure.phase, failure.code) == (phase, 0)


@pytest.mark.parametrize(
    ("step", "phase"),
    [("GREETING", "connect"), ("EHLO", "ehlo"), ("MAIL", "mail"), ("RCPT", "rcpt"), ("DATA", "data")],
)
async def test_a_silent_server_is_given_up_and_blames_nobody(step: str, phase: str) -> None:
    failure = await failure_from(replace(POLITE, silent_at=step))
    assert (failure.phase, failure.code) == (phase, 0)


@pytest.mark.parametrize(
    ("step", "phase"),
    [("GREETING", "greeting"), ("EHLO", "ehlo"), ("MAIL", "mail"), ("RCPT", "rcpt"), ("DATA", "data")],
)
async def test_421_before_the_dot_ends_the_attempt_for_everyone(step: str, phase: str) -> None:
    failure = await failure_from(replace(POLITE, replies={step: "421 4.3.2 going down"}))
    assert (failure.phase, failure.code, failure.text) == (phase, 421, "4.3.2 going down")


async def test_a_small_mail_cut_off_is_uncertain_for_its_dot_was_on_the_way() -> None:
    async with SmtpPeer(replace(POLITE, drops_at="CONTENT")) as peer:
        with pytest.raises(SubmissionUncertain):
            await submit_one(submitter_for(peer.port), TWO, CONTENT)


@pytest.mark.parametrize("manners", [smtp_peer.SILENT_AFTER_DOT, smtp_peer.DROPS_AFTER_DOT, smtp_peer.GARBLES_DOT])
async def test_no_answer_to_the_final_dot_is_uncertain_not_failed(manners: Manners) -> None:
    async with SmtpPeer(manners) as peer:
        submitter = submitter_for(peer.port)
        with pytest.raises(SubmissionUncertain):
            await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert len(peer.contents) == 1, "an uncertain mail was sent again"


async def test_421_to_the_final_dot_is_an_answer() -> None:
    async with SmtpPeer(replace(POLITE, replies={"DOT": "421 4.3.2 going down"})) as peer:
        submitter = submitter_for(peer.port)
        replies = await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert [reply.code for reply in replies.values()] == [421, 421]


@pytest.mark.parametrize(
    ("manners", "phase", "code"),
    [(smtp_peer.REFUSES_SENDER, "mail", 550), (smtp_peer.REFUSES_DATA, "data", 554)],
)
async def test_a_refused_sender_or_data_blames_no_recipient_and_keeps_the_line(
    manners: Manners, phase: str, code: int
) -> None:
    async with SmtpPeer(manners) as peer:
        submitter = submitter_for(peer.port)
        for _ in range(2):
            with pytest.raises(SubmissionFailed) as failure:
                await submit_one(submitter, TWO, CONTENT)
            assert (failure.value.phase, failure.value.code) == (phase, code)
        await submitter.close()
    assert (peer.connections, peer.said("RSET"), peer.contents) == (1, 2, [])


async def test_go_ahead_without_recipients_gets_an_empty_mail_and_all_stay_refused() -> None:
    async with SmtpPeer(smtp_peer.REFUSES_ALL_YET_GOES_AHEAD) as peer:
        submitter = submitter_for(peer.port)
        replies = await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert [(reply.code, reply.status) for reply in replies.values()] == [(550, "5.1.1")] * 2
    assert peer.contents == [b""]


async def test_garbage_for_an_answer_ends_the_connection() -> None:
    failure = await failure_from(smtp_peer.GARBLES_MAIL)
    assert failure.phase == "mail"


async def test_replies_cut_to_single_octets_are_paired_rightly() -> None:
    async with SmtpPeer(replace(smtp_peer.OCTET_BY_OCTET, takes_recipients=1)) as peer:
        submitter = submitter_for(peer.port)
        replies = await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert {who: reply.code for who, reply in replies.items()} == {ANNA: 250, BEN: 452}
    assert peer.contents == [STUFFED]


async def test_without_pipelining_no_command_is_sent_before_the_last_was_answered() -> None:
    async with SmtpPeer(replace(NO_PIPELINING, replies={"MAIL": "550 5.7.1 no"})) as peer:
        submitter = submitter_for(peer.port)
        with pytest.raises(SubmissionFailed):
            await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert [command.split(":")[0] for command in peer.commands] == ["EHLO bin.example", "MAIL FROM", "RSET", "QUIT"]


@pytest.mark.parametrize("too_many", ["552 too many recipients", "552 5.5.3 too many recipients"])
async def test_552_for_too_many_recipients_is_temporary(too_many: str) -> None:
    async with SmtpPeer(replace(POLITE, takes_recipients=1, too_many=too_many)) as peer:
        submitter = submitter_for(peer.port)
        replies = await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert (replies[ANNA].code, replies[BEN].code, replies[BEN].status) == (250, 452, "4.5.3")


@pytest.mark.parametrize("full", ["552 mailbox full", "552 5.2.2 mailbox full"])
async def test_552_for_a_full_mailbox_stays_permanent(full: str) -> None:
    async with SmtpPeer(replace(POLITE, takes_recipients=0, too_many=full, replies={"DATA": "503 no"})) as peer:
        submitter = submitter_for(peer.port)
        replies = await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert replies[ANNA].code == 552


async def test_an_idle_connection_closed_with_421_is_replaced_without_failing_the_mail() -> None:
    async with SmtpPeer() as peer:
        submitter = submitter_for(peer.port)
        await submit_one(submitter, TWO, CONTENT)
        peer.say(b"421 4.4.2 idle too long\r\n")
        await submit_one(submitter, TWO, CONTENT)
        await submitter.close()
    assert (peer.connections, peer.contents) == (2, [STUFFED, STUFFED])


async def test_a_server_that_takes_one_mail_a_connection_gets_one_a_connection() -> None:
    """Some close with 421 at the next MAIL; the mail is not to blame and goes over a new connection at once."""
    async with SmtpPeer(replace(POLITE, takes_mails=1)) as peer:
        submitter = submitter_for(peer.port)
        for _ in range(3):
            replies = await submit_one(submitter, TWO, CONTENT)
            assert all(reply.accepted for reply in replies.values())
        await submitter.close()
    assert (peer.connections, peer.contents) == (3, [STUFFED] * 3)


async def test_a_reset_in_the_middle_of_a_large_content_blames_nobody() -> None:
    content = b"Subject: x\r\n\r\n" + b"x" * 98 + b"\r\n" + (b"y" * 98 + b"\r\n") * 100_000
    async with RecordingSink() as sink, Proxy(sink.port, rate=2e6) as proxy:
        proxy.cut_after = 1_000_000
        with pytest.raises(SubmissionFailed) as failure:
            await submit_one(submitter_for(proxy.port), TWO, content)
    assert failure.value.phase == "data"
    assert sink.deliveries == []


async def test_a_server_that_stops_reading_is_given_up() -> None:
    content = b"Subject: x\r\n\r\n" + (b"y" * 98 + b"\r\n") * 200_000
    async with SmtpPeer() as peer, Proxy(peer.port) as proxy:
        submitter = submitter_for(proxy.port)
        task = asyncio.create_task(submit_one(submitter, TWO, content))
        await peer.content_begun.wait()
        proxy.blackhole()
        with pytest.raises((SubmissionFailed, SubmissionUncertain)):
            await task
    assert peer.contents == []


async def test_a_trickling_server_is_given_up_in_the_end() -> None:
    async with SmtpPeer(replace(POLITE, silent_at="DATA")) as peer:
        submitter = submitter_for(peer.port)
        submitter.timeouts = replace(IMPATIENT, data=60, transaction=0.2)
        with pytest.raises(SubmissionFailed) as failure:
            await submit_one(submitter, TWO, CONTENT)
    assert failure.value.text == "the transaction took too long"


async def test_nobody_listening_is_a_failed_connection() -> None:
    async with SmtpPeer() as peer:
        port = peer.port
    with pytest.raises(SubmissionFailed) as failure:
        await submit_one(submitter_for(port), TWO, CONTENT)
    assert failure.value.phase == "connect"


async def test_addresses_are_written_as_their_owner_spells_them() -> None:
    async with SmtpPeer() as peer:
        submitter = submitter_for(peer.port)
        await submit_one(submitter, replace(TWO, recipients=(address("Jan.Jansen@Home.Example"),)), CONTENT)
        await submitter.close()
    assert "RCPT TO:<Jan.Jansen@home.example>" in peer.commands
