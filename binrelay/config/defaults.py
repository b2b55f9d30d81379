"""Defaults that depend on another key: folder names on the language, ports on the security. Pure."""

from __future__ import annotations

from binrelay.model import Language, Security

_FOLDERS = {
    Language.NL: ("Verwerkt", "Wacht", "Vrijgeven", "Geweigerd"),
    Language.EN: ("Done", "Held", "Release", "Rejected"),
    Language.FR: ("Traités", "En attente", "Libérer", "Refusés"),
    Language.DE: ("Erledigt", "Wartet", "Freigeben", "Abgelehnt"),
}
_PORTS = {
    "imap": {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143},
    "smtp": {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25},
}


def folder_names(language: Language) -> dict[str, str]:
    """The names of `done`, `held`, `release` and `rejected`."""
    return dict(zip(("done", "held", "release", "rejected"), _FOLDERS[language], strict=True))


def usual_port(protocol: str, security: Security) -> int:
    """Of `imap` or `smtp` (RFC 8314, 6409)."""
    return _PORTS[protocol][security]
