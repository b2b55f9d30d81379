"""A server that takes seven bits only is given no more, however it is spoken to (RFC 6152 3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.envelope import Envelope
from binrelay.transport.smtp import SmtpSubmitter
from tests.mail.outgoing import parsed
from tests.support.passage import Sender
from tests.support.smtp_peer import CHUNKING, NO_PIPELINING, POLITE, Manners, SmtpPeer, account_for, envelope_for

CONTENT = (
    "From: bin@home.example\r\nSubject: Polo\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nEén gele Polo\r\n"
).encode()
TWO: tuple[Envelope, ...] = tuple(envelope_for(f"m{number}@home.example") for number in range(2))


def seven(manners: Manners) -> Manners:
    return replace(manners, extensions=tuple(each for each in manners.extensions if each != "8BITMIME"))


async def contents_of(manners: Manners) -> tuple[list[bytes], int]:
    """What the server got, and how often it was told of eight bits."""
    async with SmtpPeer(manners) as peer:
        submitter = SmtpSubmitter(account_for(peer.port), ehlo_name="bin.example")
        sender = Sender()
        await submitter.submit(TWO, CONTENT, sender)
        await submitter.close()
    assert sender.codes() == [[250]] * 2
    return peer.contents, sum("BODY=8BITMIME" in command for command in peer.commands)


@pytest.mark.parametrize("manners", [CHUNKING, POLITE, NO_PIPELINING], ids=["chunking", "pipelining", "step by step"])
async def test_an_eight_bit_mail_is_the_same_mail_in_seven_bits(manners: Manners) -> None:
    contents, told = await contents_of(seven(manners))
    assert len(set(contents)) == 1, "each try has the same bytes"
    assert contents[0].isascii()
    assert parsed(contents[0]).get_content().splitlines() == ["Eén gele Polo"]
    assert told == 0


async def test_a_server_that_takes_eight_bits_gets_the_bytes_as_they_are() -> None:
    contents, told = await contents_of(POLITE)
    assert set(contents) == {CONTENT}
    assert told == 2
