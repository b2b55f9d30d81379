"""The commands of one SMTP transaction, as one server's extensions allow them (RFC 5321, 1870, 6152, 6531, 3461). Pure.

Invariant: no address or id can become a second command or a parameter of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from binrelay.errors import SubmissionFailed
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.transport.smtp_content import ReadyContent

_XCHARS = re.compile("[!-*,-<>-~]*")  # stand for themselves
_NEEDS_UTF8 = SmtpReply(553, "5.6.7", "this server does not take addresses outside ASCII")  # RFC 6531 3.5


class Offers(Protocol):
    """What a server said in its EHLO reply."""

    @property
    def size_limit(self) -> int | None: ...

    def offers(self, extension: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Script:
    """What to say for one envelope. `barred` are recipients that this server cannot be asked for, with the reply."""

    recipients: tuple[Address, ...]
    barred: Mapping[Address, SmtpReply]
    mail: bytes
    rcpts: tuple[bytes, ...]


def write_script(envelope: Envelope, content: ReadyContent, server: Offers) -> Script:
    """Raises SubmissionFailed for what the server would refuse for the whole mail, without sending it."""
    utf8 = server.offers("SMTPUTF8")
    barred = {each: _NEEDS_UTF8 for each in envelope.recipients if not utf8 and not each.spelled.isascii()}
    recipients = tuple(each for each in envelope.recipients if each not in barred) if barred else envelope.recipients
    _refuse_early(envelope, content, server)
    return Script(
        recipients, barred, _mail(envelope, recipients, content, server=server), _rcpts(envelope, recipients, server)
    )


def _refuse_early(envelope: Envelope, content: ReadyContent, server: Offers) -> None:
    limit, path = server.size_limit, envelope.reverse_path
    if limit is not None and content.size > limit:
        raise SubmissionFailed("mail", 552, f"5.3.4 the mail has {content.size} octets, the server takes {limit}")
    if path and not path.spelled.isascii() and not server.offers("SMTPUTF8"):
        raise SubmissionFailed("mail", _NEEDS_UTF8.code, f"{_NEEDS_UTF8.status} {_NEEDS_UTF8.text}")


def _mail(envelope: Envelope, recipients: tuple[Address, ...], content: ReadyContent, *, server: Offers) -> bytes:
    path = envelope.reverse_path
    parameters = [f" SIZE={content.size}"] if server.offers("SIZE") else []
    if content.eight_bit and server.offers("8BITMIME"):
        parameters.append(" BODY=8BITMIME")
    if not all(address.spelled.isascii() for address in recipients) or not (path is None or path.spelled.isascii()):
        parameters.append(" SMTPUTF8")
    if server.offers("DSN") and envelope.notify:
        parameters.append(" RET=HDRS")  # a report need not carry the mail itself to and fro
        parameters.append(f" ENVID={xtext(envelope.id)}" if envelope.id else "")
    return _command(f"MAIL FROM:<{path or ''}>", "".join(parameters))


def _rcpts(envelope: Envelope, recipients: tuple[Address, ...], server: Offers) -> tuple[bytes, ...]:
    if not server.offers("DSN"):
        return tuple(_command(f"RCPT TO:<{each}>") for each in recipients)
    if not envelope.notify:
        return tuple(_command(f"RCPT TO:<{each}>", " NOTIFY=NEVER") for each in recipients)
    return tuple(_command(f"RCPT TO:<{each}>", f" NOTIFY=FAILURE{_original(each)}") for each in recipients)


def _original(recipient: Address) -> str:
    """RFC 3461 5.2.7.1: of a mail posted anew, the original recipient is the one it is posted to."""
    return f" ORCPT=rfc822;{xtext(recipient.spelled)}" if recipient.spelled.isascii() else ""


def xtext(text: str) -> str:
    """RFC 3461 4: `+`, `=` and what is not printable ASCII as +HH."""
    if _XCHARS.fullmatch(text):
        return text
    return "".join(
        char if "!" <= char <= "~" and char not in "+=" else f"+{ord(char):02X}" for char in text if char.isascii()
    )


def _command(line: str, parameters: str = "") -> bytes:
    """An Address cannot hold a control character; were one made by hand, it must not become a second command."""
    if not line.isprintable() or (line.count("<"), line.count(">")) != (1, 1) or not line.endswith(">"):
        raise ValueError("an address that cannot stand in an SMTP command")
    return f"{line}{parameters}\r\n".encode()
