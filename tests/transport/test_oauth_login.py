"""Logging in by token: at a real Dovecot that asks the token server, and at a submission server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from binrelay.errors import LoginRefused, MailboxLost, SubmissionFailed
from binrelay.model import ImapAccount, Security, SmtpAccount
from binrelay.ports import Room
from binrelay.transport.imap import ImapInbox
from binrelay.transport.oauth import Tokens
from binrelay.transport.smtp import SmtpSubmitter
from tests.support.dovecot import Dovecot, Options
from tests.support.passage import submit_one
from tests.support.sink import Habits, RecordingSink, make_certificate
from tests.support.smtp_peer import account_for, envelope_for
from tests.support.token_server import USER, Mood, TokenServer
from tests.transport.imap_desk import FOLDERS
from tests.transport.test_oauth import SECRETS, Memory, imap_account
from tests.workers.fakes import Clock


@dataclass
class Provider:
    """A mail server that takes the tokens of its own token server."""

    tokens: TokenServer
    mail: Dovecot
    client: Tokens
    account: ImapAccount

    def inbox(self) -> ImapInbox:
        return ImapInbox(self.account, FOLDERS, access_token=self.client.of(self.account))


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncIterator[Provider]:
    certificate = make_certificate(tmp_path)
    async with TokenServer(certificate) as tokens:
        introspection = f"https://127.0.0.1:{tokens.port}/introspect?token="
        with Dovecot(Options(introspection=introspection, introspection_ca=certificate.ca_file)) as mail:
            oauth2 = {**SECRETS, "token_url": tokens.url}
            account = imap_account(oauth2, certificate.ca_file, port=mail.port)
            yield Provider(tokens, mail, Tokens(Memory(), Clock()), account)


async def test_a_mailbox_opens_with_a_token(provider: Provider) -> None:
    inbox = provider.inbox()
    await inbox.connect()
    assert list(await inbox.listing(Room.INBOX)) == []
    await inbox.close()


async def test_a_token_that_was_withdrawn_is_replaced_at_the_next_login(provider: Provider) -> None:
    inbox = provider.inbox()
    await inbox.connect()
    provider.tokens.good.clear()
    with pytest.raises(LoginRefused, match="AUTHENTICATIONFAILED"):
        await inbox.connect()
    await inbox.connect()
    assert len(provider.tokens.forms) == 2
    await inbox.close()


async def test_a_token_server_in_trouble_is_a_lost_mailbox_and_not_a_wrong_password(provider: Provider) -> None:
    provider.tokens.mood = Mood.BUSY
    with pytest.raises(MailboxLost, match="503"):
        await provider.inbox().connect()


async def test_a_revoked_grant_is_a_refused_login(provider: Provider) -> None:
    provider.tokens.mood = Mood.REVOKED
    with pytest.raises(LoginRefused, match="binrelay authorize"):
        await provider.inbox().connect()


def smtp_account(server: TokenServer, sink: RecordingSink, ca_file: Path) -> SmtpAccount:
    oauth2 = {**SECRETS, "token_url": server.url}
    account = replace(account_for(sink.port), security=Security.STARTTLS, username=USER)
    return replace(account, oauth2=oauth2, ca_file=ca_file)


async def test_a_mail_is_submitted_with_a_token(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    habits = Habits(login=(USER, "access-1"), tls=certificate.server)
    async with TokenServer(certificate) as server, RecordingSink(habits) as sink:
        account = smtp_account(server, sink, certificate.ca_file)
        submitter = SmtpSubmitter(account, ehlo_name="bin.example", access_token=Tokens(Memory(), Clock()).of(account))
        await submit_one(submitter, envelope_for("jan@mail.example"), b"Subject: x\r\n\r\ny\r\n")
        await submitter.close()
    assert sink.logins == ["XOAUTH2"]
    assert len(sink.deliveries) == 1


async def test_a_refused_submission_token_is_replaced_and_trouble_is_temporary(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    habits = Habits(login=(USER, "access-2"), tls=certificate.server)
    async with TokenServer(certificate) as server, RecordingSink(habits) as sink:
        account = smtp_account(server, sink, certificate.ca_file)
        submitter = SmtpSubmitter(account, ehlo_name="bin.example", access_token=Tokens(Memory(), Clock()).of(account))
        with pytest.raises(LoginRefused):
            await submitter.greet()
        server.mood = Mood.BUSY
        with pytest.raises(SubmissionFailed, match="503"):
            await submitter.greet()
        server.mood = Mood.POLITE
        server.forms.pop()
        await submitter.greet()
        await submitter.close()
