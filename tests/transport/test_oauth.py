"""Access tokens: fetched when needed, shared, replaced in time, and never shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from binrelay.errors import LoginRefused, StoreError, TokenUnavailable
from binrelay.model import ImapAccount, Security, SmtpAccount
from binrelay.store.store import open_store
from binrelay.transport import oauth_server
from binrelay.transport.oauth import Tokens, grant_key
from binrelay.transport.tls import AccessToken
from tests.support.sink import Certificate, make_certificate
from tests.support.smtp_peer import account_for
from tests.support.token_server import Mood, TokenServer
from tests.workers.fakes import Clock

SECRETS = {"client_id": "app-7", "client_secret": "hush-hush", "refresh_token": "refresh-1"}


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


class Memory:
    """A keeper that can be full."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.full = False

    async def refresh_token(self, key: str) -> str | None:
        return self.kept.get(key)

    async def keep_refresh_token(self, key: str, token: str) -> None:
        if self.full:
            raise StoreError("disk full")
        self.kept[key] = token


class Desk:
    """A token server, its client, and what an account is set to."""

    def __init__(self, server: TokenServer, certificate: Certificate) -> None:
        self.server, self.clock, self.keeper = server, Clock(), Memory()
        self.tokens = Tokens(self.keeper, self.clock)
        self.ca_file: Path | None = certificate.ca_file
        self.settings: dict[str, str] = {**SECRETS, "token_url": server.url}

    def smtp(self, **more: str) -> AccessToken:
        account: SmtpAccount = replace(account_for(1), oauth2={**self.settings, **more}, ca_file=self.ca_file)
        return known(self.tokens.of(account))

    def imap(self, **more: str) -> AccessToken:
        return known(self.tokens.of(imap_account({**self.settings, **more}, self.ca_file)))


def imap_account(oauth2: Mapping[str, str] | None, ca_file: Path | None, *, port: int = 1) -> ImapAccount:
    return ImapAccount("127.0.0.1", port, Security.NONE, "coordinator@bin.example", None, 120.0, ca_file, oauth2)


def known(token: AccessToken | None) -> AccessToken:
    assert token is not None
    return token


async def refusal(token: AccessToken) -> str:
    with pytest.raises(LoginRefused) as caught:
        await token()
    return caught.value.answer


async def test_a_token_is_fetched_once_and_used_until_five_minutes_before_its_end(certificate: Certificate) -> None:
    async with TokenServer(certificate) as server:
        desk = Desk(server, certificate)
        token = desk.smtp(scope="mail")
        first = await token()
        desk.clock.time += 3299
        assert await token() == first
        desk.clock.time += 2
        assert await token() != first
    expected = {**SECRETS, "grant_type": "refresh_token", "scope": "mail"}
    assert server.forms == [expected, expected]


@pytest.mark.parametrize(("lifetime", "good"), [(60, 29), ("3600", 3299), (None, 0), (-1, 0), ("soon", 0)])
async def test_a_short_or_unsaid_life_is_believed_with_care(
    certificate: Certificate, lifetime: object, good: int
) -> None:
    async with TokenServer(certificate) as server:
        server.lifetime = lifetime
        desk = Desk(server, certificate)
        await desk.smtp()()
        desk.clock.time += good
        await desk.smtp()()
        assert len(server.forms) == (1 if good else 2)


async def test_ten_logins_at_once_cost_one_refresh(certificate: Certificate) -> None:
    async with TokenServer(certificate) as server:
        desk = Desk(server, certificate)
        server.delay = 0.05
        tokens = await asyncio.gather(*(desk.smtp()() for _ in range(5)), *(desk.imap()() for _ in range(5)))
    assert len(set(tokens)) == len(server.forms) == 1


async def test_two_scopes_of_one_grant_never_show_a_refresh_token_twice(certificate: Certificate) -> None:
    async with TokenServer(certificate, Mood.REPLACES) as server:
        desk = Desk(server, certificate)
        server.delay = 0.05
        first, second = await asyncio.gather(desk.imap(scope="read")(), desk.smtp(scope="send")())
    assert first != second
    assert [form["refresh_token"] for form in server.forms] == ["refresh-1", "refresh-2"]


async def test_who_stops_waiting_does_not_stop_the_refresh(certificate: Certificate) -> None:
    async with TokenServer(certificate, Mood.REPLACES) as server:
        desk = Desk(server, certificate)
        server.delay = 0.1
        asking = asyncio.ensure_future(desk.smtp()())
        await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await desk.smtp()()
    assert len(server.forms) == 1
    assert list(desk.keeper.kept.values()) == ["refresh-2"]


async def test_a_replaced_refresh_token_outlives_a_restart(certificate: Certificate, tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/store.sqlite3"
    async with TokenServer(certificate, Mood.REPLACES) as server:
        settings = {**SECRETS, "token_url": server.url}
        for _ in range(3):
            store = await open_store(url)
            tokens = Tokens(store, Clock())
            await known(tokens.of(imap_account(settings, certificate.ca_file)))()
            await store.close()
    assert [form["refresh_token"] for form in server.forms] == ["refresh-1", "refresh-2", "refresh-3"]
    assert oct((tmp_path / "store.sqlite3").stat().st_mode & 0o777) == "0o600"


async def test_a_new_refresh_token_in_the_yaml_replaces_what_was_kept(certificate: Certificate) -> None:
    async with TokenServer(certificate) as server:
        server.refresh_tokens = {"fresh"}
        desk = Desk(server, certificate)
        desk.keeper.kept[grant_key(desk.settings)] = "refresh-9"
        desk.settings["refresh_token"] = "fresh"
        await desk.smtp()()
    assert server.forms[0]["refresh_token"] == "fresh"


async def test_a_token_that_another_process_replaced_meanwhile_is_found(certificate: Certificate) -> None:
    class Overtaken(Memory):
        async def refresh_token(self, key: str) -> str | None:
            answer = await super().refresh_token(key)
            self.kept[key] = "refresh-2"
            return answer

    async with TokenServer(certificate) as server:
        server.refresh_tokens = {"refresh-2"}
        desk = Desk(server, certificate)
        desk.tokens = Tokens(Overtaken(), desk.clock)
        await desk.smtp()()
    assert [form["refresh_token"] for form in server.forms] == ["refresh-1", "refresh-2"]


async def test_a_replacement_that_could_not_be_kept_is_kept_later(certificate: Certificate) -> None:
    async with TokenServer(certificate, Mood.REPLACES) as server:
        desk = Desk(server, certificate)
        desk.keeper.full = True
        for _ in range(2):
            with pytest.raises(StoreError):
                await desk.smtp()()
        desk.keeper.full = False
        await desk.smtp()()
    assert [form["refresh_token"] for form in server.forms] == ["refresh-1", "refresh-2"]


async def test_an_app_without_refresh_token_logs_in_as_itself(certificate: Certificate) -> None:
    async with TokenServer(certificate) as server:
        desk = Desk(server, certificate)
        del desk.settings["refresh_token"]
        await desk.smtp(scope="https://outlook.office365.com/.default")()
    assert server.forms[0]["grant_type"] == "client_credentials"
    assert "refresh_token" not in server.forms[0]


async def test_a_token_the_server_would_not_have_is_not_shown_again(certificate: Certificate) -> None:
    async with TokenServer(certificate) as server:
        token = Desk(server, certificate).smtp()
        first = await token()
        token.refused("another")
        assert await token() == first
        token.refused(first)
        assert await token() != first


async def test_a_revoked_grant_says_what_to_do(certificate: Certificate) -> None:
    async with TokenServer(certificate, Mood.REVOKED) as server:
        answer = await refusal(Desk(server, certificate).imap())
    assert "binrelay authorize" in answer
    assert "[invalid_grant]" in answer


async def test_google_ends_the_grants_of_an_app_on_testing(certificate: Certificate) -> None:
    async with TokenServer(certificate, Mood.REVOKED) as server:
        assert "7 days" in await refusal(Desk(server, certificate).smtp(provider="google"))


async def test_an_expired_app_secret_is_told_apart_by_microsofts_number(certificate: Certificate) -> None:
    async with TokenServer(certificate, Mood.SECRET_EXPIRED) as server:
        answer = await refusal(Desk(server, certificate).smtp())
    assert "client_secret" in answer
    assert "AADSTS7000222" in answer
    assert "hush-hush" not in answer


TEMPORARY = [
    Mood.BUSY, Mood.TOO_MANY, Mood.BAD_SCOPE, Mood.PAGE, Mood.REDIRECTS, Mood.NO_TOKEN, Mood.FORGED_TOKEN,
    Mood.MAC_TOKEN, Mood.ENDLESS, Mood.SILENT, Mood.HANGS_UP, Mood.DEEP,
]  # fmt: skip


@pytest.mark.parametrize("mood", TEMPORARY)
async def test_everything_else_is_trouble_that_passes(
    certificate: Certificate, mood: Mood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth_server, "LIMIT", 0.5)
    async with TokenServer(certificate, mood) as server:
        token = Desk(server, certificate).smtp()
        with pytest.raises(TokenUnavailable):
            await token()
        assert server.paths == ["/token"]
        server.mood = Mood.POLITE
        monkeypatch.setattr(oauth_server, "LIMIT", 10.0)
        assert await token()


async def test_secrets_are_not_sent_to_a_server_nobody_vouches_for(certificate: Certificate) -> None:
    async with TokenServer(certificate) as server:
        desk = Desk(server, certificate)
        desk.ca_file = None
        with pytest.raises(TokenUnavailable, match="certificate"):
            await desk.smtp()()
    assert server.forms == []


async def test_a_password_account_needs_no_token() -> None:
    assert Tokens(Memory(), Clock()).of(account_for(1)) is None


@pytest.mark.parametrize("mood", [Mood.REPLACES, Mood.REVOKED, Mood.SECRET_EXPIRED, Mood.HANGS_UP, Mood.FORGED_TOKEN])
async def test_no_log_and_no_error_shows_a_token_or_a_secret(
    certificate: Certificate, caplog: pytest.LogCaptureFixture, mood: Mood
) -> None:
    caplog.set_level(logging.DEBUG)
    async with TokenServer(certificate, mood) as server:
        try:
            await Desk(server, certificate).smtp()()
        except (LoginRefused, TokenUnavailable) as error:
            caplog.records.append(logging.makeLogRecord({"msg": f"{error!r} {error} {error.__cause__!r}"}))
    told = "\n".join(record.getMessage() for record in caplog.records)
    for secret in ("hush-hush", "refresh-1", "refresh-2", "access-1"):
        assert secret not in told
