"""What a login by token needs, from the few words the admin writes. Pure.

The mapping's keys: `provider` (where given), `client_id`, `client_secret`, `refresh_token`, `token_url`, `scope`, and
for getting a refresh token `device_url` or `authorize_url`.
Without `client_secret` the app is a public one; without `refresh_token` it logs in as itself (client credentials).
"""

from __future__ import annotations

from collections.abc import Callable

from binrelay.config.fields import OAuth2Values, Provider
from binrelay.model import Secret

_GOOGLE_TOKENS = "https://oauth2.googleapis.com/token"
_MICROSOFT_TOKENS = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
_MICROSOFT_DEVICES = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode"
# Google gives mailboxes to no device code: there a browser is sent to a page.
_GOOGLE_PAGE = "https://accounts.google.com/o/oauth2/v2/auth"
_SCOPES = {
    (Provider.GOOGLE, "imap"): "https://mail.google.com/",
    (Provider.GOOGLE, "smtp"): "https://mail.google.com/",
    (Provider.MICROSOFT, "imap"): "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
    (Provider.MICROSOFT, "smtp"): "https://outlook.office.com/SMTP.Send offline_access",
}
_AS_ITSELF = "https://outlook.office365.com/.default"


class OAuth2Settings(dict[str, str]):
    """Keeps its tokens out of every traceback and log line."""

    def __repr__(self) -> str:
        return f"OAuth2Settings({', '.join(self)})"


def oauth2_settings(values: OAuth2Values, protocol: str, secret: Callable[[str], Secret | None]) -> OAuth2Settings:
    """`secret` fetches what stands under one of the keys; `protocol` is `imap` or `smtp`."""
    secrets = {key: secret(key) for key in ("client_id", "client_secret", "refresh_token")}
    settings = OAuth2Settings({key: found.value for key, found in secrets.items() if found})
    provider = values.provider
    if provider:
        settings["provider"] = provider.value
        settings |= _addresses(provider, values.tenant or "common")
        settings["scope"] = _scope(
            provider, protocol, as_itself=values.client_id is not None and not values.refresh_token
        )
    for key in ("token_url", "scope", "device_url", "authorize_url"):
        if written := getattr(values, key):
            settings[key] = written
    return settings


def _addresses(provider: Provider, tenant: str) -> dict[str, str]:
    if provider is Provider.GOOGLE:
        return {"token_url": _GOOGLE_TOKENS, "authorize_url": _GOOGLE_PAGE}
    return {
        "token_url": _MICROSOFT_TOKENS.format(tenant=tenant),
        "device_url": _MICROSOFT_DEVICES.format(tenant=tenant),
    }


def _scope(provider: Provider, protocol: str, *, as_itself: bool) -> str:
    if provider is Provider.MICROSOFT and as_itself:
        return _AS_ITSELF
    return _SCOPES[provider, protocol]
