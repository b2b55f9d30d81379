"""The same story with a real Postfix on both sides: it delivers to the mailbox by LMTP, and it takes what the daemon sends."""

from __future__ import annotations

import smtplib
from pathlib import Path

from tests.journeys.neighbourhood import COORDINATOR, MEMBERS, OFFICER, PROVEN, Neighbourhood, answer, mail
from tests.support.dovecot import Dovecot
from tests.support.postfix import Postfix

JAN = MEMBERS[0]
TAKEN_OVER = (
    b"Received: from mail.politie.example (mail.politie.example [192.0.2.25])\r\n"
    b"\tby mx.provider.example with ESMTPS id 4Xyz; Tue, 24 Nov 2026 09:00:01 +0100\r\n"
)


def by_smtp(port: int, sender: str, content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(sender, [COORDINATOR], content)


def by_lmtp(port: int, sender: str, content: bytes) -> None:
    """The provider's filter: it has added its verdict on top of what it took over, and hands on."""
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.sendmail(sender, [COORDINATOR], content)


def verdict() -> bytes:
    return PROVEN.format(domain="politie.example").encode() + TAKEN_OVER


def test_bulletin_reply_and_answer_through_postfix_and_dovecot(dovecot: Dovecot, tmp_path: Path) -> None:
    with Neighbourhood(dovecot, tmp_path) as hood:
        hood.user = COORDINATOR
        routes = {COORDINATOR: f"lmtp:[127.0.0.1]:{dovecot.lmtp_port}"}
        with Postfix(default=f"smtp:[127.0.0.1]:{hood.provider.port}", transports=routes) as postfix:
            hood.smtp_port = postfix.port
            hood.start()
            by_lmtp(dovecot.lmtp_port, OFFICER, verdict() + mail(OFFICER, "Gele Polo", "Wie?\n", proven=False))
            bulletin = hood.wait_for_mail_to(JAN)
            assert bulletin["Received"], "Postfix carried it"
            by_smtp(postfix.port, JAN, answer(bulletin, JAN, "Hij stond bij mij.", proven=False))
            reply = hood.wait_for_mail_to(OFFICER)
            by_lmtp(dovecot.lmtp_port, OFFICER, verdict() + answer(reply, OFFICER, "Dank u.", proven=False))
            private = hood.wait_for_mail_to(JAN, number=3)
            hood.quiet()
            hood.stop()
        assert "Dank u." in private.get_content()
        assert sorted(hood.provider.recipients) == sorted([*MEMBERS, OFFICER, JAN, JAN])


def test_a_verdict_that_the_sender_brought_along_proves_nothing(dovecot: Dovecot, tmp_path: Path) -> None:
    with Neighbourhood(dovecot, tmp_path) as hood:
        hood.user = COORDINATOR.replace("coordinator", "coordinator2")
        hood.start()
        forged = PROVEN.format(domain="politie.example").encode() + mail(OFFICER, "Nep", "Klik.\n", proven=False)
        hood.arrives(TAKEN_OVER + forged)
        hood.wait_for_folder("BIN/Wacht")
        hood.quiet()
        assert not hood.sent_to(JAN)


def test_an_address_that_postfix_refuses_is_recorded_and_the_others_get_their_mail(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    with Neighbourhood(dovecot, tmp_path) as hood:
        checks = "inline:{ {piet@mail.example = REJECT 5.1.1 no such user} }"
        settings = {"smtpd_recipient_restrictions": f"check_recipient_access {checks}, permit_mynetworks, reject"}
        with Postfix(default=f"smtp:[127.0.0.1]:{hood.provider.port}", settings=settings) as postfix:
            hood.smtp_port = postfix.port
            hood.start()
            hood.arrives(mail(OFFICER, "Gele Polo", "Wie?\n"))
            hood.wait_for_mail_to(JAN)
            notice = hood.wait_for_mail_to("anna@home.example")
            hood.quiet()
            hood.stop()
        assert "piet@mail.example" not in hood.provider.recipients
        assert "1 van 4" in notice.get_content()
        assert "piet" not in notice.as_string()
