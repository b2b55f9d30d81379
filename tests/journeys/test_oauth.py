"""A network whose provider lets programs in by OAuth 2.0 only: consent once, then mail goes in and out, also after a
restart, although the provider replaces the refresh token each time."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.journeys.neighbourhood import MEMBERS, OFFICER, ROOT, Neighbourhood, mail
from tests.support.dovecot import Dovecot, Options
from tests.support.sink import make_certificate
from tests.support.token_server import Mood, TokenServer
from tests.support.typist import Typist

JAN = MEMBERS[0]


def write_configuration(hood: Neighbourhood, tokens: TokenServer, ca_file: Path) -> None:
    hood.configure()
    base = tokens.url.removesuffix("/token")
    oauth = (
        f"{{token_url: '{tokens.url}', device_url: '{base}/device', client_id: app-7, refresh_token: {{file: token}}}}"
    )
    text = hood.config.read_text()
    changed = text.replace("password: {secret: imap-password}", f"auth: {{oauth2: {oauth}}}, ca_file: '{ca_file}'")
    assert changed != text
    hood.config.write_text(changed)


async def with_servers(folder: Path, story: Callable[[Neighbourhood, TokenServer], None]) -> TokenServer:
    certificate = make_certificate(folder)
    async with TokenServer(certificate) as tokens:
        tokens.interval = 1
        options = Options(
            introspection=f"https://127.0.0.1:{tokens.port}/introspect?token=", introspection_ca=certificate.ca_file
        )

        def told() -> None:
            with Dovecot(options) as dovecot, Neighbourhood(dovecot, folder) as hood:
                tokens.user = hood.user
                write_configuration(hood, tokens, certificate.ca_file)
                story(hood, tokens)

        await asyncio.to_thread(told)
    return tokens


def gives_consent(hood: Neighbourhood, *, kept: Path | None = None, **environ: str) -> None:
    command = [sys.executable, "-m", "binrelay", "authorize", "-c", str(hood.config)]
    with Typist(command, {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400", **environ}) as typist:
        typist.sees("type ABCD-1234")
        typist.sees(f"Kept in {kept or hood.folder / 'token'}")
        typist.sees("binrelay check --connect")
        assert typist.ends() == 0
    assert "refresh-of-consent" not in typist.shown


def passes_a_bulletin_on(hood: Neighbourhood, *, number: int) -> None:
    hood.arrives(mail(OFFICER, f"Gele Polo {number}", "Wie?\n"))
    assert f"Gele Polo {number}" in hood.wait_for_mail_to(JAN, number=number)["Subject"]


async def test_consent_once_and_mail_goes_in_and_out(tmp_path: Path) -> None:
    def story(hood: Neighbourhood, tokens: TokenServer) -> None:
        tokens.says = ["authorization_pending"]
        gives_consent(hood)
        assert stat.S_IMODE((hood.folder / "token").stat().st_mode) == 0o600
        assert hood.command("check", "--connect").returncode == 0
        tokens.mood = Mood.REPLACES
        for number in (1, 2):
            hood.start()
            passes_a_bulletin_on(hood, number=number)
            assert hood.stop() == 0
        assert "refresh-" not in hood.log()
        assert "access-" not in hood.log()

    tokens = await with_servers(tmp_path, story)
    shown = [form["refresh_token"] for form in tokens.forms if "refresh_token" in form]
    assert shown[:2] == ["refresh-of-consent"] * 2
    assert len(set(shown[1:])) == len(shown[1:]) > 1  # each replaced token is shown once


async def test_consent_for_the_service_lands_where_systemd_takes_it_from(tmp_path: Path) -> None:
    def story(hood: Neighbourhood, _: TokenServer) -> None:
        named = hood.config.read_text()
        hood.config.write_text(
            re.sub(r"refresh_token: \{file: [^}]*\}", "refresh_token: {secret: oauth2-refresh-token}", named)
        )
        assert hood.config.read_text() != named
        (store := hood.folder / "credstore").mkdir(mode=0o700)
        gives_consent(hood, kept=store / "oauth2-refresh-token", CREDENTIALS_DIRECTORY=str(store))
        assert stat.S_IMODE((store / "oauth2-refresh-token").stat().st_mode) == 0o600

    await with_servers(tmp_path, story)


async def test_without_consent_the_daemon_says_which_file_is_missing(tmp_path: Path) -> None:
    def story(hood: Neighbourhood, _: TokenServer) -> None:
        told = hood.command("check")
        assert told.returncode == 78
        assert "refresh_token" in told.stderr
        assert "No such file" in told.stderr

    await with_servers(tmp_path, story)


async def test_a_consent_that_was_withdrawn_is_told_with_its_cure(tmp_path: Path) -> None:
    def story(hood: Neighbourhood, tokens: TokenServer) -> None:
        gives_consent(hood)
        tokens.mood = Mood.REVOKED
        told = hood.command("check", "--connect")
        assert told.returncode == 75
        assert "Get a new one with `binrelay authorize`" in told.stderr
        assert "refresh-of-consent" not in told.stderr + told.stdout

    await with_servers(tmp_path, story)


async def test_who_asks_for_consent_where_none_is_needed_is_told(tmp_path: Path) -> None:
    def story(hood: Neighbourhood, _: TokenServer) -> None:
        hood.configure()
        told = hood.command("authorize")
        assert told.returncode == 64
        assert "asks for consent" in told.stderr

    await with_servers(tmp_path, story)


async def test_consent_by_a_browser_on_another_machine(tmp_path: Path) -> None:
    def story(hood: Neighbourhood, tokens: TokenServer) -> None:
        hood.config.write_text(hood.config.read_text().replace("device_url", "authorize_url"))
        command = [sys.executable, "-m", "binrelay", "authorize", "-c", str(hood.config)]
        with Typist(command, {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400"}) as typist:
            typist.sees("Paste it here")
            page = next(
                line for line in typist.shown.splitlines() if line.startswith(tokens.url.removesuffix("/token"))
            )
            asked = parse_qs(urlsplit(page.strip()).query)
            tokens.challenge = asked["code_challenge"][0]
            typist.types(f"{asked['redirect_uri'][0]}?state={asked['state'][0]}&code=c-1")
            typist.sees(f"Kept in {hood.folder}/token")
            assert typist.ends() == 0

    await with_servers(tmp_path, story)
