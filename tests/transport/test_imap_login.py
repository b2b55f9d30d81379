"""Reaching the mailbox: TLS, names and passwords, and what must never be seen or believed on the way."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from binrelay.errors import LoginRefused, MailboxLost, MailboxRefused
from binrelay.model import ImapAccount, Secret, Security
from binrelay.ports import Room
from binrelay.transport.imap import ImapInbox
from tests.support.dovecot import Dovecot, Options
from tests.support.imap_peer import ImapPeer, Trick
from tests.support.token_server import FixedToken
from tests.transport.imap_desk import FOLDERS, QUICK, account_at, account_at_peer, connected, inbox_at

USERS = {
    "jane doe": 'a "quoted\\ pass word',
    "zoë@bin.example": "gehéim{5}",
    "plain": "secret",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot(Options(users=USERS)) as running:
        yield running


@pytest.fixture
def peer_tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return context, tmp_path / "ca.pem"


async def refusal(account: ImapAccount) -> BaseException:
    inbox = ImapInbox(account, FOLDERS)
    with pytest.raises((LoginRefused, MailboxLost, MailboxRefused)) as caught:
        await inbox.connect()
    return caught.value


@pytest.mark.parametrize(("user", "password"), USERS.items())
async def test_odd_names_and_passwords_are_understood(server: Dovecot, user: str, password: str) -> None:
    async with connected(account_at(server, user, password)) as inbox:
        assert list(await inbox.listing(Room.INBOX)) == []


@pytest.mark.parametrize(("security", "secured"), [(Security.TLS, True), (Security.STARTTLS, False)])
async def test_a_verified_connection_works(server: Dovecot, security: Security, secured: bool) -> None:  # noqa: FBT001
    account = replace(account_at(server, "plain"), security=security, port=server.tls_port if secured else server.port)
    server.append("plain", "INBOX", b"Subject: x\r\n\r\n" + b"y" * 2**20)
    async with connected(account) as inbox:
        assert "MOVE" in await inbox.capabilities()
        listing = (await inbox.listing(Room.INBOX))[-1]
        arrival = await inbox.fetch(listing, limit=None)
    assert arrival is not None
    assert len(arrival.content) == listing.size


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_nobody_vouches_for_is_refused(server: Dovecot, security: Security) -> None:
    port = server.tls_port if security is Security.TLS else server.port
    error = await refusal(replace(account_at(server, "plain"), security=security, port=port, ca_file=None))
    assert isinstance(error, MailboxLost)
    assert "certificate verify failed" in str(error)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_for_another_host_is_refused(server: Dovecot, security: Security) -> None:
    port = server.tls_port if security is Security.TLS else server.port
    error = await refusal(replace(account_at(server, "plain"), security=security, port=port, host="127.0.0.1"))
    assert isinstance(error, MailboxLost)
    assert "not valid for '127.0.0.1'" in str(error)


async def test_an_unreadable_ca_file_is_said(server: Dovecot) -> None:
    account = replace(account_at(server, "plain"), security=Security.TLS, ca_file=server.home / "missing.pem")
    assert isinstance(await refusal(account), MailboxLost)


async def test_a_wrong_password_is_refused_once_and_not_shown(server: Dovecot) -> None:
    error = await refusal(account_at(server, "plain", "hunter2"))
    assert isinstance(error, LoginRefused)
    assert error.server == "imap"
    assert "hunter2" not in str(error)


async def test_a_refusal_that_repeats_the_password_is_not_passed_on() -> None:
    async with ImapPeer(Trick.LOGIN_REFUSED) as peer:
        error = await refusal(account_at_peer(peer))
    assert isinstance(error, LoginRefused)
    assert "geheim" not in str(error)
    assert "AUTHENTICATIONFAILED" in error.answer


async def test_a_server_in_trouble_does_not_make_the_password_wrong() -> None:
    async with ImapPeer(Trick.LOGIN_UNAVAILABLE) as peer:
        error = await refusal(account_at_peer(peer))
    assert isinstance(error, MailboxLost)


async def test_a_server_without_login_gets_plain() -> None:
    async with ImapPeer(Trick.LOGIN_DISABLED) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
    assert not any(" LOGIN " in line for line in peer.said)


async def test_an_access_token_is_asked_for_at_each_login() -> None:
    async with ImapPeer() as peer:
        account = replace(account_at_peer(peer), password=None, oauth2={"provider": "google"})
        inbox = ImapInbox(account, FOLDERS, limits=QUICK, access_token=FixedToken())
        await inbox.connect()
        assert any(line.endswith(" AUTHENTICATE XOAUTH2") for line in peer.said)
        await inbox.close()
        peer.trick = Trick.TOKEN_REFUSED
        with pytest.raises(LoginRefused, match="AUTHENTICATIONFAILED"):
            await inbox.connect()


async def test_oauth2_without_a_token_is_refused_before_anything_is_sent() -> None:
    async with ImapPeer() as peer:
        error = await refusal(replace(account_at_peer(peer), oauth2={"provider": "google"}))
    assert isinstance(error, LoginRefused)
    assert peer.said == []


@pytest.mark.parametrize(
    ("username", "password"), [(None, Secret("x")), ("coordinator", None), ("coordinator", Secret("a\0b"))]
)
async def test_what_cannot_log_in_is_said(username: str | None, password: Secret | None) -> None:
    async with ImapPeer() as peer:
        error = await refusal(replace(account_at_peer(peer), username=username, password=password))
    assert isinstance(error, LoginRefused)
    assert not any(" LOGIN " in line for line in peer.said)


async def test_what_was_said_before_tls_is_not_believed(peer_tls: tuple[ssl.SSLContext, Path]) -> None:
    context, ca_file = peer_tls
    async with ImapPeer(Trick.INJECTS_BEFORE_TLS, tls=context) as peer:
        error = await refusal(replace(account_at_peer(peer), security=Security.STARTTLS, ca_file=ca_file))
    assert isinstance(error, MailboxLost)
    assert "between STARTTLS and TLS" in str(error)
    assert not any(" LOGIN " in line for line in peer.said)


@pytest.mark.parametrize("trick", [Trick.NO_STARTTLS, Trick.PREAUTH_BEFORE_TLS])
async def test_a_password_never_leaves_in_clear_where_tls_was_asked_for(trick: Trick) -> None:
    async with ImapPeer(trick) as peer:
        error = await refusal(replace(account_at_peer(peer), security=Security.STARTTLS))
    assert isinstance(error, MailboxLost | MailboxRefused)
    assert not any(" LOGIN " in line for line in peer.said)


async def test_no_log_shows_passwords_or_mail(server: Dovecot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aioimaplib").setLevel(logging.DEBUG)
    logging.getLogger("aioimaplib.aioimaplib").setLevel(logging.DEBUG)
    server.append("jane doe", "INBOX", b"Subject: x\r\n\r\ngele Polo\r\n")
    async with connected(account_at(server, "jane doe", USERS["jane doe"])) as inbox:
        await inbox.fetch((await inbox.listing(Room.INBOX))[-1], limit=None)
    assert not [record for record in caplog.records if record.name.startswith("aioimaplib")]
    assert "quoted" not in caplog.text
    assert "Polo" not in caplog.text
