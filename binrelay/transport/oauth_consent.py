"""A person's consent, once, for a refresh token: by a code typed elsewhere (RFC 8628), or by a page in a browser that hands
a code back in its address (RFC 6749 4.1 with RFC 7636: the code alone is worth nothing to who reads along).

Invariant: device codes, verifiers and tokens stand in no error; where a person is sent is https.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from binrelay.errors import PermanentError, TokenUnavailable
from binrelay.ports import Clock
from binrelay.transport.oauth_answer import Granted, answer_object, error_code, read_answer, read_seconds
from binrelay.transport.oauth_server import ask, post

# Nothing listens there: the browser may run on another machine. Providers let programs use any port of this address.
REDIRECT = "http://127.0.0.1:53682/"
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class ConsentRefused(PermanentError):
    """The message says what a person can do."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a person types where."""

    url: str
    user_code: str
    interval: float  # seconds between two questions
    lifetime: float
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """The page a person opens, and what makes its answer ours."""

    url: str
    state: str
    verifier: str = field(repr=False)


async def begin_device(settings: Mapping[str, str], scope: str, *, ca_file: Path | None = None) -> Device:
    """Raises ConsentRefused, TokenUnavailable."""
    form = {"client_id": settings["client_id"], "scope": scope}
    status, body = await post(settings["device_url"], form, ca_file=ca_file)
    if status != 200:
        raise ConsentRefused(f"the provider begins no login for this app ({status} {error_code(body)})".strip())
    values = answer_object(status, body)
    url = values.get("verification_uri", values.get("verification_url"))  # Google's name is the older one
    code, typed = values.get("device_code"), values.get("user_code")
    if not (isinstance(url, str) and isinstance(code, str) and isinstance(typed, str) and url.startswith("https://")):
        raise TokenUnavailable("the provider's answer holds no code to type")
    if not (url.isprintable() and typed.isprintable()):
        raise TokenUnavailable("the provider's answer holds control characters")
    interval = read_seconds(values.get("interval")) or 5.0
    return Device(url, typed, interval, read_seconds(values.get("expires_in")) or 900.0, code)


async def wait_for_device(
    settings: Mapping[str, str], device: Device, clock: Clock, *, ca_file: Path | None = None
) -> Granted:
    """Asks until a person has agreed. Raises ConsentRefused, TokenUnavailable."""
    form = {"grant_type": _DEVICE_GRANT, "device_code": device.code, **_client(settings)}
    interval, end = device.interval, clock.now() + device.lifetime
    while clock.now() < end:
        await clock.sleep(interval)
        status, body = await post(settings["token_url"], form, ca_file=ca_file)
        if status == 200:
            return read_answer(status, body)
        interval += _patience(error_code(body), status)
    raise ConsentRefused("nobody typed the code in time; run the command again")


def _patience(code: str, status: int) -> float:
    """Seconds to add to the pause (RFC 8628 3.5)."""
    match code:
        case "authorization_pending":
            return 0.0
        case "slow_down":
            return 5.0
        case "access_denied" | "authorization_declined":
            raise ConsentRefused("consent was refused at the provider's page")
        case "expired_token":
            raise ConsentRefused("nobody typed the code in time; run the command again")
        case _:
            raise ConsentRefused(f"the provider gives no token ({status} {code})".replace(" )", ")"))


def begin_visit(settings: Mapping[str, str], scope: str, *, state: str, verifier: str) -> Visit:
    """`state` and `verifier` are unguessable; the verifier has 43 to 128 letters and digits (RFC 7636 4.1)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "client_id": settings["client_id"],
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": scope,
        "state": state,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "access_type": "offline",  # Google: with a refresh token
        "prompt": "consent",  # and again, if one was given before
    }
    return Visit(f"{settings['authorize_url']}?{urlencode(asked)}", state, verifier)


def code_in(visit: Visit, pasted: str) -> str:
    """From the address that the browser ended at. Raises ConsentRefused."""
    values = parse_qs(urlsplit(pasted.strip()).query)
    if values.get("state") != [visit.state]:
        raise ConsentRefused("that address is not the answer to this page; copy the whole address, up to its end")
    if "code" not in values:
        raise ConsentRefused("consent was refused at the provider's page")
    return values["code"][0]


async def redeem(settings: Mapping[str, str], visit: Visit, code: str, *, ca_file: Path | None = None) -> Granted:
    """Raises Refused, TokenUnavailable."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    return await ask(
        settings["token_url"], {**form, "code_verifier": visit.verifier, **_client(settings)}, ca_file=ca_file
    )


def _client(settings: Mapping[str, str]) -> dict[str, str]:
    return {key: settings[key] for key in ("client_id", "client_secret") if key in settings}
