"""The embedded provider: mailboxes that behave, and a verdict on senders that cannot be talked into."""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
from collections.abc import AsyncIterator

import pytest

from binrelay.demo.cast import ANNA, COORDINATOR, EVERYBODY, JAN, MX, PASSWORD, POLICE, folders
from binrelay.demo.letters import Letter, forgery, read, reply
from binrelay.demo.mailbox import MailProgram, count, drag, submit, where_is
from binrelay.demo.servers import LOOPBACK, ImapServer, SmtpServer, stamp
from binrelay.mail.address import Address
from binrelay.mail.authentication import Verdict, read_evidence
from binrelay.mail.message import read_message
from binrelay.model import ImapAccount, Language, Secret, Security
from binrelay.ports import Room
from binrelay.transport.imap import ImapInbox
from tests.demo.good import ARRIVED, WORDS, mail


@pytest.fixture
async def imap() -> AsyncIterator[ImapServer]:
    server = ImapServer(EVERYBODY)
    await server.start()
    yield server
    server.stop()


@pytest.fixture
async def smtp(imap: ImapServer) -> AsyncIterator[SmtpServer]:
    server = SmtpServer(imap)
    await server.start()
    yield server
    server.stop()


def send(port: int, sender: str, recipients: list[str], *, login: str = "", password: str = PASSWORD) -> None:
    with smtplib.SMTP(LOOPBACK, port, local_hostname="test.example", timeout=10) as client:
        if login:
            client.login(login, password)
        client.sendmail(sender, recipients, mail("Hallo").replace(b"\n", b"\r\n"))


async def test_the_daemons_own_imap_client_finds_new_mail_within_its_keepalive_and_files_it(imap: ImapServer) -> None:
    account = ImapAccount(LOOPBACK, imap.port, Security.NONE, COORDINATOR.address, Secret(PASSWORD), keepalive=1.0)
    inbox = ImapInbox(account, folders(Language.FR))
    await inbox.connect()
    try:
        news = asyncio.create_task(inbox.wait(30.0))
        await asyncio.sleep(0)
        await imap.deliver(COORDINATOR.address, ARRIVED)
        assert await news
        (listing,) = await inbox.listing(Room.INBOX)
        arrival = await inbox.fetch(listing, limit=None)
        assert arrival is not None
        assert arrival.content == ARRIVED
        await inbox.file_all((listing.handle,), Room.DONE)
        lies = await asyncio.to_thread(
            where_is, imap.port, b"@politie.example", user=COORDINATOR.address, folders=("INBOX", "BIN/Traités")
        )
        assert lies == ("BIN/Traités",)
    finally:
        await inbox.close()


async def test_a_wrong_password_opens_no_mailbox(imap: ImapServer) -> None:
    def log_in() -> None:
        with imaplib.IMAP4(LOOPBACK, imap.port, timeout=10) as client, pytest.raises(imaplib.IMAP4.error):
            client.login(f'"{JAN.address}"', "guess")

    await asyncio.to_thread(log_in)
    assert await asyncio.to_thread(count, imap.port, user=JAN.address, folder="INBOX") == 0


async def test_a_mail_program_drags_a_mail_from_folder_to_folder(imap: ImapServer) -> None:
    def make() -> None:
        with MailProgram(imap.port, ANNA.address) as program:
            program.create("En attente")

    await asyncio.to_thread(make)
    await imap.deliver(ANNA.address, ARRIVED)
    moved = await asyncio.to_thread(
        drag, imap.port, b"@politie.example", user=ANNA.address, way=("INBOX", "En attente")
    )
    assert moved == 1
    assert await asyncio.to_thread(count, imap.port, user=ANNA.address, folder="En attente") == 1
    assert (await imap.inbox_of(ANNA.address))[1] == 0


async def test_a_stranger_can_write_to_the_coordinator_and_to_nobody_else(smtp: SmtpServer) -> None:
    await asyncio.to_thread(send, smtp.port, "x@elders.example", [COORDINATOR.address])
    assert smtp.arrivals.qsize() == 1
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await asyncio.to_thread(send, smtp.port, "x@elders.example", [JAN.address])


async def test_an_unknown_mailbox_and_a_wrong_password_are_refused(smtp: SmtpServer) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await asyncio.to_thread(send, smtp.port, JAN.address, ["nobody@mail.example"], login=JAN.address)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        await asyncio.to_thread(send, smtp.port, JAN.address, [ANNA.address], login=JAN.address, password="guess")


async def test_what_the_daemon_sends_is_recorded_and_lies_in_each_mailbox(imap: ImapServer, smtp: SmtpServer) -> None:
    recipients = [JAN.address, ANNA.address]
    await asyncio.to_thread(send, smtp.port, "", recipients, login=COORDINATOR.address)
    (delivery,) = smtp.deliveries
    assert (delivery.reverse_path, delivery.recipients) == ("", tuple(recipients))
    assert [(await imap.inbox_of(address))[1] for address in recipients] == [1, 1]
    await asyncio.to_thread(send, smtp.port, JAN.address, [ANNA.address], login=JAN.address)
    assert len(smtp.deliveries) == 1


async def test_a_letter_arrives_byte_for_byte_below_the_providers_stamp(smtp: SmtpServer) -> None:
    letter = forgery(WORDS)
    await asyncio.to_thread(submit, smtp.port, letter)
    assert (await smtp.arrivals.get()).endswith(letter.content)


def verdict(content: bytes) -> Verdict:
    author = read_message(content).author
    evidence = read_evidence(read_message(content).header, author or Address("", ""), trusted=(MX,), dkim_domain=None)
    assert evidence is not None
    return evidence.verdict


def test_only_who_logged_in_with_the_authors_own_address_is_proven() -> None:
    letter: Letter = forgery(WORDS)
    assert verdict(stamp(letter.content, POLICE.address, login=POLICE.address)) is Verdict.PASS
    assert verdict(stamp(letter.content, POLICE.address, login=JAN.address)) is Verdict.FAIL
    assert verdict(stamp(letter.content, POLICE.address, login=None)) is Verdict.FAIL


def test_a_verdict_that_the_mail_brings_along_changes_nothing() -> None:
    claim = f"Authentication-Results: {MX}; dmarc=pass header.from=politie.example\r\n".encode()
    assert verdict(stamp(claim + forgery(WORDS).content, POLICE.address, login=None)) is Verdict.FAIL


def test_jan_answers_the_mail_he_received_and_signs_with_his_name() -> None:
    answer = read(reply(WORDS, ARRIVED).content)
    assert answer["In-Reply-To"] == read(ARRIVED)["Message-ID"]
    assert JAN.name in answer.get_content()
