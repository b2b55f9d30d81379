"""What a token server's answer means (RFC 6749 5.1, 5.2). Pure.

Invariant: no text made here holds a token, a secret, or words of the server other than an error's code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from binrelay.errors import BinrelayError, TokenUnavailable

_CODE = re.compile(r"[a-z_]{1,40}")
_MICROSOFT_CODE = re.compile(r"AADSTS\d{4,9}")
_TOKEN = re.compile(r"[\x21-\x7e]{1,65536}")  # RFC 6749 A.12; a space or a control character would forge the login line
_REFUSALS = {
    "invalid_grant": "the provider does not accept the refresh token any more: it expired, was revoked, or the password "
    "was changed. Get a new one with `binrelay authorize`",
    "invalid_client": "the provider does not know this app, or its client_secret has expired. Make a new secret in the "
    "provider's app registration and put it where `client_secret` says",
    "unauthorized_client": "the app may not log in this way. Allow it in the provider's app registration, then get a new "
    "refresh token with `binrelay authorize`",
}
_HINTS = {
    ("invalid_grant", "google"): " (Google ends it after 7 days while the app stands on `testing`: publish the app)",
}


@dataclass(frozen=True, slots=True)
class Granted:
    access_token: str
    lifetime: float | None  # seconds; None: not said
    refresh_token: str | None  # a new one in place of the one shown


class Refused(BinrelayError):
    """Asking again is of no use until a person has done something. `code`: RFC 6749 5.2, with Microsoft's number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_answer(status: int, body: bytes) -> Granted:
    """Raises Refused, TokenUnavailable."""
    values = answer_object(status, body)
    if status != 200:
        raise _error(status, values)
    token = values.get("access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise TokenUnavailable("the token server's answer holds no access token")
    kind = values.get("token_type", "bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise TokenUnavailable("the token server gave a token of another type than bearer")
    replaced = values.get("refresh_token")
    new = replaced if isinstance(replaced, str) and _TOKEN.fullmatch(replaced) else None
    return Granted(token, read_seconds(values.get("expires_in")), new)


def error_code(body: bytes) -> str:
    """RFC 6749 5.2, RFC 8628 3.5; "" where the answer names none."""
    values = answer_object(0, body)
    word = values.get("error")
    return word if isinstance(word, str) and _CODE.fullmatch(word) else ""


def cure(code: str, provider: str) -> str:
    """What a person does about a refusal."""
    word = code.partition(" ")[0]
    return f"{_REFUSALS[word]}{_HINTS.get((word, provider), '')} [{code}]"


def answer_object(status: int, body: bytes) -> dict[str, object]:
    """Raises TokenUnavailable where the answer is no JSON object."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise TokenUnavailable(f"the token server answered {status} and no JSON object")
    return values


def _error(status: int, values: dict[str, object]) -> BinrelayError:
    word = values.get("error")
    code = word if isinstance(word, str) and _CODE.fullmatch(word) else ""
    number = _MICROSOFT_CODE.search(str(values.get("error_description", "")))
    said = f"{code} {number[0]}" if number else code
    if code in _REFUSALS and 400 <= status < 500:
        return Refused(said)
    return TokenUnavailable(f"the token server answered {status} {said}".rstrip())


def read_seconds(value: object) -> float | None:
    """None where it is no sensible number; some servers write the number as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**9:
        return None
    return float(value)
