"""A person's consent: by a code typed on a phone, or by the address that a browser ended at."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from binrelay.transport.oauth_answer import Refused
from binrelay.transport.oauth_consent import (
    REDIRECT,
    ConsentRefused,
    begin_device,
    begin_visit,
    code_in,
    redeem,
    wait_for_device,
)
from tests.support.sink import Certificate, make_certificate
from tests.support.token_server import Mood, TokenServer
from tests.workers.fakes import Clock


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


def settings(server: TokenServer) -> dict[str, str]:
    base = server.url.removesuffix("/token")
    return {
        "client_id": "app-7",
        "token_url": server.url,
        "device_url": f"{base}/device",
        "authorize_url": f"{base}/page",
    }


async def by_phone(server: TokenServer, certificate: Certificate, clock: Clock) -> str | None:
    device = await begin_device(settings(server), "mail offline_access", ca_file=certificate.ca_file)
    assert (device.url, device.user_code) == ("https://bin.example/go", "ABCD-1234")
    assert "device-secret" not in repr(device)
    granted = await wait_for_device(settings(server), device, clock, ca_file=certificate.ca_file)
    return granted.refresh_token


async def test_a_code_typed_on_a_phone_gives_a_refresh_token(certificate: Certificate) -> None:
    clock = Clock()
    began = clock.now()
    async with TokenServer(certificate) as server:
        server.says = ["authorization_pending", "slow_down", "authorization_pending"]
        assert await by_phone(server, certificate, clock) == "refresh-of-consent"
    assert server.forms[0] == {"client_id": "app-7", "scope": "mail offline_access"}
    assert clock.now() - began == pytest.approx(5 + 5 + 10 + 10)  # the pauses the server asked for


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["access_denied"], "refused"),
        (["authorization_declined"], "refused"),
        (["expired_token"], "in time"),
        (["authorization_pending"] * 400, "in time"),
        (["invalid_client"], "invalid_client"),
    ],
)
async def test_no_consent_is_said_with_its_reason(certificate: Certificate, said: list[str], told: str) -> None:
    async with TokenServer(certificate) as server:
        server.says = said
        with pytest.raises(ConsentRefused, match=told):
            await by_phone(server, certificate, Clock())


async def test_an_app_that_may_not_begin_is_told(certificate: Certificate) -> None:
    async with TokenServer(certificate, Mood.BAD_SCOPE) as server:
        with pytest.raises(ConsentRefused, match="400 invalid_scope"):
            await begin_device(settings(server), "mail", ca_file=certificate.ca_file)


async def test_a_browsers_last_address_gives_a_refresh_token(certificate: Certificate) -> None:
    async with TokenServer(certificate) as server:
        visit = begin_visit(settings(server), "mail", state="st-1", verifier="v" * 43)
        asked = parse_qs(urlsplit(visit.url).query)
        assert asked["redirect_uri"] == [REDIRECT]
        assert asked["code_challenge_method"] == ["S256"]
        server.challenge = asked["code_challenge"][0]
        code = code_in(visit, f" {REDIRECT}?state=st-1&code=c%2F1&scope=mail\n")
        granted = await redeem(settings(server), visit, code, ca_file=certificate.ca_file)
        assert granted.refresh_token == "refresh-of-consent"
        assert server.forms[-1]["code"] == "c/1"
        stolen = begin_visit(settings(server), "mail", state="st-1", verifier="w" * 43)
        with pytest.raises(Refused):
            await redeem(settings(server), stolen, code, ca_file=certificate.ca_file)


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("", "copy the whole address"),
        (f"{REDIRECT}?state=other&code=x", "copy the whole address"),
        (f"{REDIRECT}?code=x", "copy the whole address"),
        (f"{REDIRECT}?state=st-1&error=access_denied", "refused"),
    ],
)
def test_an_address_that_is_not_the_answer_is_told(pasted: str, told: str) -> None:
    base = {"client_id": "app-7", "authorize_url": "https://bin.example/page"}
    visit = begin_visit(base, "mail", state="st-1", verifier="v" * 43)
    with pytest.raises(ConsentRefused, match=told):
        code_in(visit, pasted)
