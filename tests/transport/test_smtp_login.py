"""No password leaves before the server proved who it is, and a wrong one is tried once."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from binrelay.errors import LoginRefused, SubmissionFailed
from binrelay.model import Secret, Security, SmtpAccount
from binrelay.transport.smtp import SmtpSubmitter
from tests.support.passage import submit_one
from tests.support.sink import Certificate, Habits, RecordingSink, make_certificate
from tests.support.smtp_peer import POLITE, SmtpPeer, account_for, envelope_for
from tests.support.token_server import FixedToken

CONTENT = b"Subject: Gele Polo\r\n\r\nLet op\r\n"
ONE = envelope_for("anna@home.example")
PASSWORD = "geheim-é-42"
LOGIN = ("coordinator@bin.example", PASSWORD)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


def secure(port: int, certificate: Certificate, security: Security = Security.TLS) -> SmtpAccount:
    return replace(
        account_for(port),
        security=security,
        ca_file=certificate.ca_file,
        username=LOGIN[0],
        password=Secret(PASSWORD),
        connections=4,
    )


def submitter_for(account: SmtpAccount) -> SmtpSubmitter:
    return SmtpSubmitter(account, ehlo_name="bin.example")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_mail_goes_out_over_verified_tls_with_one_login(certificate: Certificate, security: Security) -> None:
    habits = Habits(login=LOGIN, tls=certificate.server, implicit_tls=security is Security.TLS)
    async with RecordingSink(habits) as sink:
        submitter = submitter_for(secure(sink.port, certificate, security))
        for _ in range(2):
            await submit_one(submitter, ONE, CONTENT)
        await submitter.close()
    assert (len(sink.deliveries), sink.logins) == (2, ["PLAIN"])


async def test_a_large_mail_goes_through_tls_whole(certificate: Certificate) -> None:
    content = b"Subject: x\r\n\r\n" + (b"." * 98 + b"\r\n") * 50_000
    async with RecordingSink(Habits(login=LOGIN, tls=certificate.server, implicit_tls=True)) as sink:
        submitter = submitter_for(secure(sink.port, certificate))
        await submit_one(submitter, ONE, content)
        await submitter.close()
    assert sink.deliveries[0].content == content


async def test_an_oauth_token_is_shown_in_place_of_a_password(certificate: Certificate) -> None:
    habits = Habits(login=(LOGIN[0], "ya29.token"), tls=certificate.server)
    async with RecordingSink(habits) as sink:
        account = replace(secure(sink.port, certificate, Security.STARTTLS), password=None)
        submitter = SmtpSubmitter(account, ehlo_name="bin.example", access_token=FixedToken())
        await submit_one(submitter, ONE, CONTENT)
        await submitter.close()
    assert sink.logins == ["XOAUTH2"]


async def test_a_wrong_password_costs_one_attempt_however_many_connections_wait(certificate: Certificate) -> None:
    async with RecordingSink(Habits(login=(LOGIN[0], "other"), tls=certificate.server, implicit_tls=True)) as sink:
        submitter = submitter_for(secure(sink.port, certificate))
        outcomes = await asyncio.gather(
            *(submit_one(submitter, ONE, CONTENT) for _ in range(4)), return_exceptions=True
        )
        await submitter.close()
    assert [type(outcome) for outcome in outcomes] == [LoginRefused] * 4
    assert len({str(outcome) for outcome in outcomes}) == 1
    assert sink.logins == ["PLAIN"]


async def test_a_refused_login_tells_the_answer_and_not_the_password(certificate: Certificate) -> None:
    async with RecordingSink(Habits(login=(LOGIN[0], "other"), tls=certificate.server, implicit_tls=True)) as sink:
        with pytest.raises(LoginRefused, match="535") as refusal:
            await submit_one(submitter_for(secure(sink.port, certificate)), ONE, CONTENT)
    assert refusal.value.server == "smtp"
    assert PASSWORD not in repr(refusal.value)


@pytest.mark.parametrize(("reply", "error"), [("454 4.7.0 later", SubmissionFailed), ("534 5.7.9 app", LoginRefused)])
async def test_only_a_permanent_refusal_is_a_refused_login(reply: str, error: type[Exception]) -> None:
    manners = replace(POLITE, extensions=("AUTH PLAIN LOGIN",), replies={"AUTH": reply})
    async with SmtpPeer(manners) as peer:
        account = replace(account_for(peer.port), username="u", password=Secret("p"))
        with pytest.raises(error, match=reply[:3]):
            await submit_one(submitter_for(account), ONE, CONTENT)
    assert peer.said("AUTH") == 1


async def test_a_server_without_a_mechanism_of_ours_is_a_refused_login() -> None:
    async with SmtpPeer(replace(POLITE, extensions=("AUTH CRAM-MD5",))) as peer:
        account = replace(account_for(peer.port), username="u", password=Secret("p"))
        with pytest.raises(LoginRefused, match="neither"):
            await submit_one(submitter_for(account), ONE, CONTENT)
    assert peer.said("AUTH") == 0


async def assert_no_word_said(sink: RecordingSink, account: SmtpAccount, phase: str = "tls") -> None:
    with pytest.raises(SubmissionFailed) as failure:
        await submit_one(submitter_for(account), ONE, CONTENT)
    assert failure.value.phase == phase
    assert (sink.logins, sink.deliveries) == ([], [])


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_nobody_vouches_for_is_refused(certificate: Certificate, security: Security) -> None:
    habits = Habits(login=LOGIN, tls=certificate.server, implicit_tls=security is Security.TLS)
    async with RecordingSink(habits) as sink:
        await assert_no_word_said(sink, replace(secure(sink.port, certificate, security), ca_file=None))


async def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    other = make_certificate(tmp_path, "other.example")
    async with RecordingSink(Habits(login=LOGIN, tls=other.server, implicit_tls=True)) as sink:
        await assert_no_word_said(sink, secure(sink.port, other))


async def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    authority, server = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(server)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    async with RecordingSink(Habits(login=LOGIN, tls=server, implicit_tls=True)) as sink:
        await assert_no_word_said(sink, secure(sink.port, Certificate(server, tmp_path / "ca.pem")))


async def test_stripped_starttls_sends_neither_password_nor_mail(certificate: Certificate) -> None:
    async with RecordingSink(Habits(login=LOGIN)) as sink:
        await assert_no_word_said(sink, secure(sink.port, certificate, Security.STARTTLS))


async def test_plaintext_injected_behind_starttls_is_not_believed(certificate: Certificate) -> None:
    injected = b"250-evil.example\r\n250 AUTH EVIL\r\n"
    async with SmtpPeer(replace(POLITE, extensions=("STARTTLS",), tls=certificate.server, injected=injected)) as peer:
        account = replace(secure(peer.port, certificate, Security.STARTTLS), username=None)
        capabilities = await submitter_for(account).greet()
    assert capabilities == ("STARTTLS",)


async def test_a_missing_ca_file_is_named(certificate: Certificate, tmp_path: Path) -> None:
    account = replace(secure(1, certificate), ca_file=tmp_path / "gone.pem")
    with pytest.raises(SubmissionFailed, match="ca_file"):
        await submit_one(submitter_for(account), ONE, CONTENT)


async def test_greeting_shows_what_the_server_can_do_and_takes_leave(certificate: Certificate) -> None:
    async with RecordingSink(Habits(login=LOGIN, tls=certificate.server, implicit_tls=True)) as sink:
        capabilities = await submitter_for(secure(sink.port, certificate)).greet()
    assert {"PIPELINING", "SIZE 67108864", "8BITMIME"} <= set(capabilities)
    assert sink.logins == ["PLAIN"]


async def test_a_cancelled_opening_leaves_no_connection_behind() -> None:
    async with SmtpPeer(replace(POLITE, silent_at="EHLO")) as peer:
        task = asyncio.create_task(submit_one(submitter_for(account_for(peer.port)), ONE, CONTENT))
        await peer.spoken_to.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert peer.commands == ["EHLO bin.example"]


@pytest.mark.parametrize("refusal", ["500 what?", "502 5.5.1 not implemented"])
async def test_a_server_that_knows_no_ehlo_is_greeted_as_of_old(refusal: str) -> None:
    async with SmtpPeer(replace(POLITE, replies={"EHLO": refusal})) as peer:
        await submit_one(submitter_for(account_for(peer.port)), ONE, CONTENT)
    verbs = [command.partition(" ")[0] for command in peer.commands]
    assert verbs == ["EHLO", "HELO", "MAIL", "RCPT", "DATA"]


async def test_a_server_that_knows_no_ehlo_gets_nothing_where_the_line_is_to_be_encrypted(
    certificate: Certificate,
) -> None:
    """Whoever sits on the line can say that it knows no EHLO."""
    habits = replace(POLITE, extensions=("STARTTLS",), tls=certificate.server, replies={"EHLO": "502 not implemented"})
    async with SmtpPeer(habits) as peer:
        with pytest.raises(SubmissionFailed, match="STARTTLS"):
            await submit_one(submitter_for(secure(peer.port, certificate, Security.STARTTLS)), ONE, CONTENT)
    assert [command.partition(" ")[0] for command in peer.commands] == ["EHLO", "HELO"]


async def test_a_server_that_knows_no_ehlo_gets_no_mail_where_a_login_is_to_be_made() -> None:
    async with SmtpPeer(replace(POLITE, replies={"EHLO": "502 not implemented"})) as peer:
        account = replace(account_for(peer.port), username=LOGIN[0], password=Secret(PASSWORD))
        with pytest.raises(LoginRefused):
            await submit_one(submitter_for(account), ONE, CONTENT)
    assert [command.partition(" ")[0] for command in peer.commands] == ["EHLO", "HELO"]
