"""What we say to a server is what its extensions allow, and no address can say more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.errors import SubmissionFailed
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope
from binrelay.transport.smtp_commands import Script, write_script, xtext
from binrelay.transport.smtp_content import make_ready
from tests.support.smtp_peer import address, envelope_for

CONTENT = make_ready(b"Subject: x\r\n\r\ny\r\n")
EIGHT_BIT = make_ready("Subject: x\r\n\r\né\r\n".encode())
ONE = replace(envelope_for("jan+test=x@home.example"), id="k7q4m2x9")


class Server:
    def __init__(self, *extensions: str, size_limit: int | None = None) -> None:
        self.size_limit = size_limit
        self._extensions = extensions

    def offers(self, extension: str) -> bool:
        return extension in self._extensions


def script(*extensions: str, envelope: Envelope = ONE, eight_bit: bool = False) -> Script:
    return write_script(envelope, EIGHT_BIT if eight_bit else CONTENT, Server(*extensions))


def test_a_plain_server_hears_plain_commands() -> None:
    plain = script()
    assert plain.mail == b"MAIL FROM:<coordinator@bin.example>\r\n"
    assert plain.rcpts == (b"RCPT TO:<jan+test=x@home.example>\r\n",)


def test_delivery_reports_are_asked_for_failures_alone_and_know_what_they_are_about() -> None:
    """RFC 3461 4, 5.2.7.1"""
    asked = script("DSN", "SIZE")
    assert asked.mail == b"MAIL FROM:<coordinator@bin.example> SIZE=17 RET=HDRS ENVID=k7q4m2x9\r\n"
    assert asked.rcpts == (
        b"RCPT TO:<jan+test=x@home.example> NOTIFY=FAILURE ORCPT=rfc822;jan+2Btest+3Dx@home.example\r\n",
    )


def test_nobody_reports_about_notices() -> None:
    never = script("DSN", envelope=replace(ONE, notify=False, reverse_path=None))
    assert never.mail == b"MAIL FROM:<>\r\n"
    assert never.rcpts == (b"RCPT TO:<jan+test=x@home.example> NOTIFY=NEVER\r\n",)


def test_eight_bits_are_announced_where_the_server_takes_them() -> None:
    assert b" BODY=8BITMIME\r\n" in script("8BITMIME", eight_bit=True).mail
    assert b"BODY" not in script("8BITMIME").mail
    assert b"BODY" not in script(eight_bit=True).mail


def test_an_address_outside_ascii_needs_smtputf8_and_costs_nobody_else_anything() -> None:
    both = replace(ONE, recipients=(address("josé@home.example"), address("ben@home.example")))
    able, unable = script("SMTPUTF8", "DSN", envelope=both), script("DSN", envelope=both)
    assert able.mail.endswith(b" SMTPUTF8 RET=HDRS ENVID=k7q4m2x9\r\n")
    assert "josé".encode() in able.rcpts[0]
    assert b"ORCPT" not in able.rcpts[0]
    assert [reply.code for reply in unable.barred.values()] == [553]
    assert unable.recipients == (address("ben@home.example"),)


def test_a_mail_over_the_servers_limit_is_not_sent_at_all() -> None:
    with pytest.raises(SubmissionFailed) as refused:
        write_script(ONE, CONTENT, Server("SIZE", size_limit=16))
    assert (refused.value.phase, refused.value.code) == ("mail", 552)


@pytest.mark.parametrize(
    "forged", ["a@b.example> NOTIFY=SUCCESS", "a@b.example>\r\nDATA", "<a@b.example", "a\n@b.example"]
)
def test_no_address_says_more_than_an_address(forged: str) -> None:
    with pytest.raises(ValueError, match="SMTP command"):
        script(envelope=replace(ONE, recipients=(Address(forged, forged),)))


def test_xtext_is_that_of_the_rfc() -> None:
    """RFC 3461 4"""
    assert (xtext("abc"), xtext("a+b=c"), xtext("a b")) == ("abc", "a+2Bb+3Dc", "a+20b")
