"""The mails and members of the benchmarks, and how a mail is handed to a peer."""

from __future__ import annotations

import functools
import imaplib
import itertools
import smtplib
import time
from base64 import encodebytes

from tests.journeys.neighbourhood import COORDINATOR, OFFICER, PROVEN
from tests.support.dovecot import PASSWORD
from tests.support.illustrated import pdf

LIST_DOMAIN = "lists.example"
SENDER = f"announce@{LIST_DOMAIN}"
_LINE = "De wijkagent vraagt wie vannacht iets gezien of gehoord heeft in de straat.\r\n"
_LONGEST_TEXT = 10_240  # octets
_numbers = itertools.count(1)


def member(number: int) -> str:
    return f"buur{number:05}@straat{number % 20:02}.example"


def letter(size: int, *, sender: str = SENDER, to: str) -> bytes:
    """A mail of about `size` octets: a text, and a PDF that fills up what no text of a bulletin would."""
    number = next(_numbers)
    header = (
        f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: bericht {number}\r\nMessage-ID: <{number}.{time.time_ns()}@b.example>\r\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
    if size <= _LONGEST_TEXT:
        return (header + _text(size - len(header))).encode()
    text, attached = _text(_LONGEST_TEXT), _attachment(size - _LONGEST_TEXT)
    parts = f'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n{text}--b\r\n{attached}--b--\r\n'
    return (header + parts).encode()


def _text(size: int) -> str:
    header = "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    return header + _LINE * max(1, (size - len(header)) // len(_LINE))


@functools.cache
def _attachment(size: int) -> str:
    header = "Content-Type: application/pdf; name=kaart.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return header + encodebytes(pdf(size * 3 // 4 - size // 50)).decode().replace("\n", "\r\n")


def bulletin(size: int) -> bytes:
    """The same as a partner's mail with the provider's verdict on top."""
    return PROVEN.format(domain="politie.example").encode() + letter(size, sender=OFFICER, to=COORDINATOR)


def inject(client: smtplib.SMTP, to: str, content: bytes) -> float:
    """Hands the mail over by SMTP or LMTP; the moment it began."""
    began = time.monotonic()
    with client:
        client.sendmail(SENDER, [to], content)
    return began


def append(port: int, user: str, content: bytes) -> None:
    """Puts the mail into the inbox."""
    with imaplib.IMAP4("127.0.0.1", port) as box:
        box.login(user, PASSWORD)
        box.append("INBOX", "", "", content)
