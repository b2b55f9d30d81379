"""Access tokens in place of passwords (OAuth 2.0, RFC 6749): by refresh token (6), or the app as itself (4.4).

Invariants: a token or a secret leaves for the token server alone, over verified TLS, and stands in no error and no log;
one refresh serves all who wait for it, and goes on when they do not; a refresh token that the provider replaced is kept
before the access token that came with it is used, so that a restart knows it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from binrelay.errors import LoginRefused, TokenUnavailable
from binrelay.model import ImapAccount, SmtpAccount
from binrelay.ports import Clock
from binrelay.transport.oauth_answer import Granted, Refused, cure
from binrelay.transport.oauth_server import ask
from binrelay.transport.tls import AccessToken

TokenOf = Callable[[ImapAccount | SmtpAccount], AccessToken | None]
MARGIN = 300.0  # seconds before its end from which a token is not used for a new login any more


class Keeper(Protocol):
    """Where replaced refresh tokens outlive the process; the store is one. `key` names the grant and tells nothing."""

    async def refresh_token(self, key: str) -> str | None: ...

    async def keep_refresh_token(self, key: str, token: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Usable:
    token: str
    until: float  # Unix time


class Tokens:
    """Access tokens for any number of accounts. Accounts that were given the same grant share it, and its tokens."""

    def __init__(self, keeper: Keeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock
        self._grants: dict[tuple[object, ...], _Grant] = {}

    def of(self, account: ImapAccount | SmtpAccount) -> AccessToken | None:
        """What the account's login asks; None where it logs in by password."""
        if account.oauth2 is None:
            return None
        settings = dict(account.oauth2)
        scope = settings.pop("scope", "")
        identity = (*sorted(settings.items()), account.ca_file)
        grant = self._grants.setdefault(identity, _Grant(settings, account.ca_file, self._keeper, clock=self._clock))
        return _AccountToken(grant, scope, "imap" if isinstance(account, ImapAccount) else "smtp")


class _AccountToken:
    """`AccessToken` for one scope of a grant."""

    def __init__(self, grant: _Grant, scope: str, server: str) -> None:
        self._grant, self._scope, self._server = grant, scope, server

    async def __call__(self) -> str:
        try:
            return await self._grant.access_token(self._scope)
        except Refused as refused:
            raise LoginRefused(self._server, cure(refused.code, self._grant.provider)) from None

    def refused(self, token: str) -> None:
        self._grant.forget(self._scope, token)


class _Grant:
    """What one set of secrets entitles to, scope by scope."""

    def __init__(self, settings: Mapping[str, str], ca_file: Path | None, keeper: Keeper, *, clock: Clock) -> None:
        self.provider = settings.get("provider", "")
        self._settings = settings
        self._ca_file = ca_file
        self._keeper = keeper
        self._clock = clock
        self._key = grant_key(settings)
        self._turn = asyncio.Lock()  # two refreshes at once would use a refresh token twice: some providers revoke it
        self._unkept: str | None = None  # a replacement that could not be written down yet
        self._usable: dict[str, _Usable] = {}
        self._renewing: dict[str, asyncio.Task[str]] = {}

    async def access_token(self, scope: str) -> str:
        """Raises Refused, TokenUnavailable, StoreError."""
        usable = self._usable.get(scope)
        if usable is not None and self._clock.now() < usable.until:
            return usable.token
        task = self._renewing.get(scope)
        if task is None:
            task = self._renewing[scope] = asyncio.get_running_loop().create_task(self._renew(scope))
            task.add_done_callback(lambda done: self._renewed(scope, done))
        return await asyncio.shield(task)

    def forget(self, scope: str, token: str) -> None:
        """The server would not have this one, whatever its end was said to be."""
        usable = self._usable.get(scope)
        if usable is not None and usable.token == token:
            del self._usable[scope]

    def _renewed(self, scope: str, task: asyncio.Task[str]) -> None:
        self._renewing.pop(scope, None)
        if not task.cancelled():
            task.exception()  # seen, also where nobody waits any more

    async def _renew(self, scope: str) -> str:
        async with self._turn:
            granted = await self._ask(scope)
        if granted.lifetime is not None:
            # Half of a short life: a token that lives five minutes would otherwise be fetched for every login.
            margin = min(MARGIN, granted.lifetime / 2)
            self._usable[scope] = _Usable(granted.access_token, self._clock.now() + granted.lifetime - margin)
        return granted.access_token

    async def _ask(self, scope: str) -> Granted:
        if "refresh_token" not in self._settings:
            return await self._post({"grant_type": "client_credentials"}, scope)
        token = await self._current()
        try:
            return await self._refresh(token, scope)
        except Refused:
            newer = await self._current()
            if newer == token:
                raise
        return await self._refresh(newer, scope)  # another process had it replaced in the meantime

    async def _current(self) -> str:
        if self._unkept is not None:
            await self._keep(self._unkept)
        return await self._keeper.refresh_token(self._key) or self._settings["refresh_token"]

    async def _refresh(self, token: str, scope: str) -> Granted:
        granted = await self._post({"grant_type": "refresh_token", "refresh_token": token}, scope)
        if granted.refresh_token not in {None, token}:
            await self._keep(str(granted.refresh_token))
        return granted

    async def _keep(self, token: str) -> None:
        self._unkept = token
        await self._keeper.keep_refresh_token(self._key, token)
        self._unkept = None

    async def _post(self, form: Mapping[str, str], scope: str) -> Granted:
        client = {key: self._settings[key] for key in ("client_id", "client_secret") if key in self._settings}
        asked = {**form, **client, **({"scope": scope} if scope else {})}
        url = self._settings.get("token_url")
        if url is None:
            raise TokenUnavailable("there is no token_url")
        return await ask(url, asked, ca_file=self._ca_file)


def grant_key(settings: Mapping[str, str]) -> str:
    """Names what the admin wrote: a new refresh token in the YAML is a new grant, and older replacements are void."""
    parts = (settings.get(part, "") for part in ("token_url", "client_id", "refresh_token"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
