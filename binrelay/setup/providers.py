"""Servers of the mail providers that networks use. Pure.

Only what their own pages say; everybody else is asked from DNS (`discovery`) and confirmed by a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from binrelay.model import Security


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    security: Security

    def __str__(self) -> str:
        return f"{self.host}:{self.port} ({self.security})"


class Login(StrEnum):
    PASSWORD = "password"  # noqa: S105 - a word
    APP_PASSWORD = "app-password"  # noqa: S105 - made in the account's settings, once two-step login is on
    MICROSOFT = "microsoft"  # OAuth 2.0 alone


@dataclass(frozen=True, slots=True)
class Mailer:
    """One provider. Limits are what it lets through; None: it does not say."""

    name: str
    imap: Server
    smtp: Server
    login: Login = Login.PASSWORD
    max_recipients: int | None = None
    recipients_per_day: int | None = None


def _tls(host: str, port: int) -> Server:
    return Server(host, port, Security.TLS)


def _starttls(host: str) -> Server:
    return Server(host, 587, Security.STARTTLS)


_GOOGLE = Mailer("Gmail", _tls("imap.gmail.com", 993), _tls("smtp.gmail.com", 465), Login.APP_PASSWORD, 100, 500)
_WORKSPACE = Mailer("Google Workspace", _GOOGLE.imap, _GOOGLE.smtp, Login.APP_PASSWORD, 100, 2000)
_OUTLOOK = Mailer(
    "Outlook.com", _tls("outlook.office365.com", 993), _starttls("smtp-mail.outlook.com"), Login.MICROSOFT
)
_MICROSOFT = Mailer(
    "Microsoft 365", _tls("outlook.office365.com", 993), _starttls("smtp.office365.com"), Login.MICROSOFT, 500, 10000
)
_KPN = Mailer("KPN", _tls("imap.kpnmail.nl", 993), _starttls("smtp.kpnmail.nl"))
_GMX = Mailer("GMX", _tls("imap.gmx.net", 993), _tls("mail.gmx.net", 465))
_ICLOUD = Mailer("iCloud", _tls("imap.mail.me.com", 993), _starttls("smtp.mail.me.com"), Login.APP_PASSWORD)
_YAHOO = Mailer("Yahoo", _tls("imap.mail.yahoo.com", 993), _tls("smtp.mail.yahoo.com", 465), Login.APP_PASSWORD)
_TRANSIP = Mailer("TransIP", _tls("imap.transip.email", 993), _tls("smtp.transip.email", 465))
_SOVERIN = Mailer("Soverin", _tls("imap.soverin.net", 993), _tls("smtp.soverin.net", 465))
_FASTMAIL = Mailer("Fastmail", _tls("imap.fastmail.com", 993), _tls("smtp.fastmail.com", 465), Login.APP_PASSWORD)
_MAILBOX = Mailer("mailbox.org", _tls("imap.mailbox.org", 993), _tls("smtp.mailbox.org", 465))

_BY_DOMAIN: dict[str, Mailer] = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GOOGLE),
    **dict.fromkeys(
        (f"{name}.{end}" for name in ("outlook", "hotmail", "live") for end in ("com", "nl", "be", "de", "fr")),
        _OUTLOOK,
    ),
    "msn.com": _OUTLOOK,
    "ziggo.nl": Mailer("Ziggo", _tls("imap.ziggo.nl", 993), _starttls("smtp.ziggo.nl")),
    **dict.fromkeys(("kpnmail.nl", "planet.nl", "hetnet.nl", "kpnplanet.nl"), _KPN),
    "telenet.be": Mailer("Telenet", _tls("imap.telenet.be", 993), _starttls("smtp.telenet.be")),
    **dict.fromkeys(("gmx.net", "gmx.de", "gmx.at", "gmx.ch"), _GMX),
    "web.de": Mailer("WEB.DE", _tls("imap.web.de", 993), _starttls("smtp.web.de")),
    "t-online.de": Mailer("T-Online", _tls("secureimap.t-online.de", 993), _tls("securesmtp.t-online.de", 465)),
    "orange.fr": Mailer("Orange", _tls("imap.orange.fr", 993), _tls("smtp.orange.fr", 465)),
    "free.fr": Mailer("Free", _tls("imap.free.fr", 993), _tls("smtp.free.fr", 465)),
    "laposte.net": Mailer("La Poste", _tls("imap.laposte.net", 993), _tls("smtp.laposte.net", 465)),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _ICLOUD),
    **dict.fromkeys(("yahoo.com", "yahoo.fr", "yahoo.de", "yahoo.co.uk"), _YAHOO),
    "fastmail.com": _FASTMAIL,
    "mailbox.org": _MAILBOX,
    "posteo.de": Mailer("Posteo", _tls("posteo.de", 993), _tls("posteo.de", 465)),
}
# Who takes a domain's mail shows whose mailbox it is.
_BY_EXCHANGER = {
    "mail.protection.outlook.com": _MICROSOFT,
    "aspmx.l.google.com": _WORKSPACE,
    "smtp.google.com": _WORKSPACE,
    "transip.email": _TRANSIP,
    "soverin.net": _SOVERIN,
    "messagingengine.com": _FASTMAIL,
    "mailbox.org": _MAILBOX,
}


def by_domain(domain: str) -> Mailer | None:
    return _BY_DOMAIN.get(domain.lower())


def by_exchanger(host: str) -> Mailer | None:
    """Of the name in an MX record."""
    name = host.lower().rstrip(".")
    return next((mailer for end, mailer in _BY_EXCHANGER.items() if name == end or name.endswith(f".{end}")), None)
