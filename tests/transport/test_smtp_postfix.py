"""What holds against our own servers holds against Postfix too."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from binrelay.mail.envelope import Envelope
from binrelay.transport.smtp import SmtpSubmitter
from tests.support import postfix
from tests.support.passage import submit_one
from tests.support.postfix import Postfix
from tests.support.sink import RecordingSink
from tests.support.smtp_peer import account_for, address

pytestmark = pytest.mark.skipif(not postfix.installed(), reason="needs Postfix and root")
CONTENT = b"From: coordinator@bin.example\r\nSubject: Gele Polo\r\n\r\n.Let op\r\n..\r\n"


@pytest.fixture
async def sink() -> AsyncIterator[RecordingSink]:
    async with RecordingSink() as recording:
        yield recording


async def test_postfix_takes_a_flight_refuses_one_neighbour_and_delivers_the_rest(sink: RecordingSink) -> None:
    settings = {"smtpd_recipient_limit": "3", "smtpd_recipient_overshoot_limit": "100"}
    server = Postfix(default=f"smtp:[127.0.0.1]:{sink.port}", settings=settings)
    recipients = tuple(address(f"m{number}@home.example") for number in range(5))
    with server:
        submitter = SmtpSubmitter(replace(account_for(server.port), connections=2), ehlo_name="bin.example")
        assert "PIPELINING" in await submitter.greet()
        replies = await submit_one(submitter, Envelope(recipients[0], recipients), CONTENT)
        again = await submit_one(submitter, Envelope(None, recipients[3:]), CONTENT)
        await submitter.close()
        while len(sink.recipients) < 5:
            await sink.wait_for(len(sink.deliveries) + 1)
    assert [reply.code for reply in replies.values()] == [250, 250, 250, 452, 452]
    assert [reply.code for reply in again.values()] == [250, 250]
    assert sorted(sink.recipients) == [str(recipient) for recipient in recipients]
    assert all(mail.content.endswith(b"\r\n\r\n.Let op\r\n..\r\n") for mail in sink.deliveries)


async def test_one_address_can_take_another_way(sink: RecordingSink) -> None:
    async with RecordingSink() as elsewhere:
        routes = {"coordinator@bin.example": f"smtp:[127.0.0.1]:{elsewhere.port}"}
        with Postfix(default=f"smtp:[127.0.0.1]:{sink.port}", transports=routes) as server:
            await asyncio.to_thread(_send, server.port, "coordinator@bin.example")
            await elsewhere.wait_for(1)
    assert elsewhere.recipients == ["coordinator@bin.example"]
    assert sink.deliveries == []


def _send(port: int, recipient: str) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("politie@politie.example", [recipient], CONTENT)
