"""`authorize`: a person's consent for a mail account that lets programs in by OAuth 2.0 only; the refresh token is put where
the configuration looks for it."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from binrelay.cli.exits import Exit, complain
from binrelay.cli.member import chosen_network
from binrelay.config import to_settings
from binrelay.config.document import Document, read_document
from binrelay.config.passwords import Keeper, read_password
from binrelay.config.yaml_file import Yaml, items
from binrelay.errors import BinrelayError
from binrelay.model import Network
from binrelay.roster.replace import CannotWrite, replace
from binrelay.transport.oauth_answer import Granted, Refused, cure
from binrelay.transport.oauth_consent import (
    REDIRECT,
    ConsentRefused,
    begin_device,
    begin_visit,
    code_in,
    redeem,
    wait_for_device,
)
from binrelay.transport.system import SystemClock


@dataclass(slots=True)
class _Consent:
    """One consent, for every account that the same app logs in to."""

    settings: Mapping[str, str]
    ca_file: Path | None
    scopes: list[str] = field(default_factory=list)
    places: list[Yaml] = field(default_factory=list)  # where the YAML looks for the token: {file: …} or {secret: …}

    @property
    def scope(self) -> str:
        return " ".join(dict.fromkeys(word for scope in self.scopes for word in scope.split()))


def authorize(path: Path, network_id: str | None) -> None:
    """Exits 64 where no login is by OAuth 2.0, 75 and 77 where there is no token."""
    document = read_document(path)
    settings = to_settings(document, environ=os.environ, optional_secrets=frozenset(("refresh_token",)))
    network = chosen_network(settings, network_id)
    consents = _consents(document, network)
    if not consents:
        complain(f"No login of {network.name} asks for consent: give one `auth: {{oauth2: …}}` with a refresh_token.")
        sys.exit(Exit.USAGE)
    for consent in consents:
        try:
            token = _ask(consent)
        except (ConsentRefused, Refused, BinrelayError) as error:
            text = cure(error.code, consent.settings.get("provider", "")) if isinstance(error, Refused) else str(error)
            complain(f"No token: {text}. Nothing was changed.")
            sys.exit(Exit.NO_PERMISSION if isinstance(error, ConsentRefused | Refused) else Exit.TEMPORARY)
        _keep(document, consent, token)
    _say(f"Now try both logins: binrelay check --connect -c {path}")


def _consents(document: Document, network: Network) -> Sequence[_Consent]:
    number = next(place for place, item in items(document.value.get("networks")) if _is(item, network.id))
    found: dict[tuple[str | None, ...], _Consent] = {}
    for server, account in (("imap", network.imap), ("smtp", network.smtp)):
        written = document.at(("networks", number, server, "auth", "oauth2"))
        place = _place(written)
        if account.oauth2 is None or place is None:
            continue
        known = tuple(account.oauth2.get(key) for key in ("token_url", "client_id"))
        consent = found.setdefault(known, _Consent(account.oauth2, account.ca_file))
        consent.scopes.append(account.oauth2.get("scope", ""))
        if place not in consent.places:
            consent.places.append(place)
    return tuple(found.values())


def _is(item: Yaml, network_id: str) -> bool:
    return isinstance(item, dict) and item.get("id") == network_id


def _place(written: Yaml) -> Yaml:
    """Where the refresh token is looked for; None: the app logs in as itself, or there is no OAuth."""
    if isinstance(written, str):
        return {"secret": "oauth2-refresh-token"}
    return written.get("refresh_token") if isinstance(written, dict) else None


def _ask(consent: _Consent) -> str:
    """Raises ConsentRefused, Refused, TokenUnavailable."""
    if "device_url" in consent.settings:
        granted = asyncio.run(_by_phone(consent))
    elif "authorize_url" in consent.settings:
        granted = _by_browser(consent)
    else:
        raise ConsentRefused("this provider needs a device_url or an authorize_url under oauth2")
    if granted.refresh_token is None:
        raise ConsentRefused("the provider gave no refresh token; its scope may lack offline access")
    return granted.refresh_token


async def _by_phone(consent: _Consent) -> Granted:
    device = await begin_device(consent.settings, consent.scope, ca_file=consent.ca_file)
    _say(f"Open {device.url} on any phone or computer, type {device.user_code}, and log in as the mail account.")
    _say("Waiting …")
    return await wait_for_device(consent.settings, device, SystemClock(), ca_file=consent.ca_file)


def _by_browser(consent: _Consent) -> Granted:
    state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
    visit = begin_visit(consent.settings, consent.scope, state=state, verifier=verifier)
    _say(f"Open this page in a browser and log in as the mail account:\n\n{visit.url}\n")
    _say(f"It ends at a page that does not open, {REDIRECT}… Copy the whole address of that page.")
    code = code_in(visit, input("Paste it here: "))
    return asyncio.run(redeem(consent.settings, visit, code, ca_file=consent.ca_file))


def _keep(document: Document, consent: _Consent, token: str) -> None:
    for place in consent.places:
        source = read_password(place)
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        if source.keeper is Keeper.FILE:
            _write(document.folder / source.value, token)
        elif source.keeper is Keeper.SECRET and credentials:
            _write(Path(credentials) / source.value, token)
        else:
            complain(f"Put this token where the configuration looks for it ({source.keeper.value}), and nowhere else:")
            _say(token)


def _write(file: Path, token: str) -> None:
    try:
        known = file.read_text(encoding="utf-8") if file.exists() else None
        replace(file, f"{token}\n", known=known)
        file.chmod(0o600)
    except (CannotWrite, OSError) as error:
        complain(f"{file}: cannot be written: {error}")
        sys.exit(Exit.CANT_CREATE)
    _say(f"Kept in {file}.")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
