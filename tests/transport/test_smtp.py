"""Mail reaches exactly those it is for, and each recipient's fate is told as the server told it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from binrelay.errors import SubmissionFailed
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.transport.smtp import SmtpSubmitter
from tests.support.passage import submit_one
from tests.support.sink import Habits, RecordingSink
from tests.support.smtp_peer import account_for, address, envelope_for

CONTENT = b"Subject: Gele Polo\r\n\r\n.Let op\r\n..\r\n"
ANNA, BEN, CAS = address("anna@home.example"), address("ben@home.example"), address("cas@home.example")
ALL = Envelope(address("coordinator@bin.example"), (ANNA, BEN, CAS))


def submitter_for(port: int, *, connections: int = 1) -> SmtpSubmitter:
    return SmtpSubmitter(replace(account_for(port), connections=connections), ehlo_name="bin.example")


@pytest.mark.parametrize("pipelining", [True, False])
async def test_every_recipient_gets_the_mail_byte_for_byte(pipelining: bool) -> None:  # noqa: FBT001
    async with RecordingSink(Habits(pipelining=pipelining)) as sink:
        submitter = submitter_for(sink.port)
        replies = await submit_one(submitter, ALL, CONTENT)
        await submitter.close()
    assert [reply.code for reply in replies.values()] == [250, 250, 250]
    assert [(mail.mail_from, mail.rcpt_tos, mail.content) for mail in sink.deliveries] == [
        ("coordinator@bin.example", ("anna@home.example", "ben@home.example", "cas@home.example"), CONTENT)
    ]


@pytest.mark.parametrize("pipelining", [True, False])
async def test_one_refused_neighbour_does_not_cost_the_others_their_mail(pipelining: bool) -> None:  # noqa: FBT001
    refusals = {"anna@home.example": "550 5.1.1 no such user", "ben@home.example": "450 4.2.1 full"}
    async with RecordingSink(Habits(refusals=refusals, pipelining=pipelining)) as sink:
        submitter = submitter_for(sink.port)
        replies = await submit_one(submitter, ALL, CONTENT)
        await submitter.close()
    assert replies == {
        ANNA: SmtpReply(550, "5.1.1", "no such user"),
        BEN: SmtpReply(450, "4.2.1", "full"),
        CAS: SmtpReply(250, "2.0.0", "Ok: recorded"),
    }
    assert list(replies) == [ANNA, BEN, CAS]
    assert sink.recipients == ["cas@home.example"]


@pytest.mark.parametrize("pipelining", [True, False])
async def test_when_all_are_refused_the_connection_serves_the_next_mail(pipelining: bool) -> None:  # noqa: FBT001
    async with RecordingSink(Habits(refusals={"anna@home.example": "550 5.1.1 no"}, pipelining=pipelining)) as sink:
        submitter = submitter_for(sink.port)
        replies = await submit_one(submitter, envelope_for("anna@home.example"), CONTENT)
        await submit_one(submitter, envelope_for("ben@home.example"), CONTENT)
        await submitter.close()
    assert replies[ANNA].code == 550
    assert (sink.recipients, sink.connections) == (["ben@home.example"], 1)


async def test_too_many_recipients_defers_the_rest_and_serves_the_first() -> None:
    async with RecordingSink(Habits(max_recipients=2)) as sink:
        submitter = submitter_for(sink.port)
        replies = await submit_one(submitter, ALL, CONTENT)
        await submitter.close()
    assert [(reply.code, reply.status) for reply in replies.values()] == [
        (250, "2.0.0"),
        (250, "2.0.0"),
        (452, "4.5.3"),
    ]
    assert sink.recipients == ["anna@home.example", "ben@home.example"]


@pytest.mark.parametrize("refusal", ["451 4.3.0 later", "554 5.7.1 looks like spam"])
async def test_a_refused_content_is_told_of_everyone_who_was_accepted(refusal: str) -> None:
    async with RecordingSink(Habits(refusals={"anna@home.example": "550 5.1.1 no"})) as sink:
        sink.fail_next("DATA", refusal)
        submitter = submitter_for(sink.port)
        replies = await submit_one(submitter, ALL, CONTENT)
        await submitter.close()
    assert [reply.code for reply in replies.values()] == [550, int(refusal[:3]), int(refusal[:3])]
    assert sink.deliveries == []


async def test_the_null_path_is_written_as_such() -> None:
    async with RecordingSink() as sink:
        submitter = submitter_for(sink.port)
        await submit_one(submitter, Envelope(None, (ANNA,)), CONTENT)
        await submitter.close()
    assert sink.deliveries[0].mail_from == ""


async def test_eight_bit_and_size_are_announced() -> None:
    async with RecordingSink() as sink:
        submitter = submitter_for(sink.port)
        await submit_one(submitter, envelope_for("anna@home.example"), "Subject: x\r\n\r\néén\r\n".encode())
        await submitter.close()
    assert sink.deliveries[0].mail_options == ("SIZE=21", "BODY=8BITMIME")


async def test_a_mail_over_the_servers_limit_is_not_sent_and_blames_nobody() -> None:
    async with RecordingSink(Habits(size_limit=20)) as sink:
        submitter = submitter_for(sink.port)
        with pytest.raises(SubmissionFailed) as failure:
            await submit_one(submitter, ALL, CONTENT)
        await submitter.close()
    assert (failure.value.phase, failure.value.code) == ("mail", 552)


async def test_an_address_outside_ascii_goes_out_where_the_server_takes_it() -> None:
    async with RecordingSink() as sink:
        submitter = submitter_for(sink.port)
        await submit_one(submitter, envelope_for("josé@home.example", "ben@home.example"), CONTENT)
        await submitter.close()
    assert sink.recipients == ["josé@home.example", "ben@home.example"]
    assert "SMTPUTF8" in sink.deliveries[0].mail_options


async def test_an_address_outside_ascii_is_refused_alone_where_the_server_does_not() -> None:
    jose = address("josé@home.example")
    async with RecordingSink(Habits(smtputf8=False)) as sink:
        submitter = submitter_for(sink.port)
        replies = await submit_one(submitter, Envelope(None, (jose, BEN)), CONTENT)
        alone = await submit_one(submitter, Envelope(None, (jose,)), CONTENT)
        await submitter.close()
    assert [(replies[who].code, replies[who].status) for who in (jose, BEN)] == [(553, "5.6.7"), (250, "2.0.0")]
    assert alone[jose].code == 553
    assert sink.recipients == ["ben@home.example"]


async def test_smuggled_content_never_reaches_a_server() -> None:
    async with RecordingSink() as sink:
        submitter = submitter_for(sink.port)
        with pytest.raises(ValueError, match="CRLF"):
            await submit_one(submitter, ALL, b"Subject: x\r\n\r\n\n.\nMAIL FROM:<evil@x.example>\r\n")
        await submitter.close()
    assert sink.connections == 0


@pytest.mark.parametrize("forged", ["a@b.example>\r\nRCPT TO:<evil@x.example", "a@b.example> <evil@x.example"])
async def test_an_address_made_by_hand_cannot_smuggle_a_command(forged: str) -> None:
    async with RecordingSink() as sink:
        submitter = submitter_for(sink.port)
        with pytest.raises(ValueError, match="address"):
            await submit_one(submitter, Envelope(None, (Address(forged, forged),)), CONTENT)
        await submitter.close()
    assert sink.recipients == []


async def test_no_more_connections_are_opened_than_the_account_allows() -> None:
    async with RecordingSink(Habits(delay=0.01)) as sink:
        submitter = submitter_for(sink.port, connections=3)
        everyone = [f"m{number}@home.example" for number in range(20)]
        await asyncio.gather(*(submit_one(submitter, envelope_for(member), CONTENT) for member in everyone))
        await submitter.close()
    assert sorted(sink.recipients) == sorted(everyone)
    assert sink.connections == 3


async def test_an_idle_connection_is_closed_and_the_next_mail_opens_another() -> None:
    async with RecordingSink() as sink:
        submitter = submitter_for(sink.port)
        submitter.timeouts = replace(submitter.timeouts, idle=0.01)
        await submit_one(submitter, envelope_for("anna@home.example"), CONTENT)
        await sink.wait_until_left()
        await submit_one(submitter, envelope_for("ben@home.example"), CONTENT)
        await submitter.close()
    assert (len(sink.deliveries), sink.connections) == (2, 2)


async def test_a_connection_the_server_dropped_meanwhile_costs_no_mail() -> None:
    async with RecordingSink() as sink:
        submitter = submitter_for(sink.port)
        await submit_one(submitter, envelope_for("anna@home.example"), CONTENT)
        sink.hang_up()
        await submit_one(submitter, envelope_for("ben@home.example"), CONTENT)
        await submitter.close()
    assert sink.recipients == ["anna@home.example", "ben@home.example"]


async def test_a_cancelled_mail_leaves_no_connection_behind() -> None:
    async with RecordingSink(Habits(late_reply=5)) as sink:
        submitter = submitter_for(sink.port)
        task = asyncio.create_task(submit_one(submitter, envelope_for("anna@home.example"), CONTENT))
        await sink.wait_for(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await sink.wait_until_left()
        await submitter.close()
    assert sink.connections == 1


async def test_closing_lets_the_transaction_under_way_end() -> None:
    async with RecordingSink(Habits(late_reply=0.05)) as sink:
        submitter = submitter_for(sink.port)
        task = asyncio.create_task(submit_one(submitter, envelope_for("anna@home.example"), CONTENT))
        await sink.wait_for(1)
        await submitter.close()
        assert (await task)[ANNA].accepted
        with pytest.raises(SubmissionFailed):
            await submit_one(submitter, ALL, CONTENT)
