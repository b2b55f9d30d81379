"""The mails and members of the benchmarks, and how a mail is handed to a peer."""

from __future__ import annotations

import imaplib
import itertools
import smtplib
import socket
import time

from tests.journeys.neighbourhood import COORDINATOR, OFFICER, PROVEN
from tests.support.dovecot import PASSWORD

LIST_DOMAIN = "lists.example"
SENDER = f"announce@{LIST_DOMAIN}"
_LINE = "De wijkagent vraagt wie vannacht iets gezien of gehoord heeft in de straat.\r\n"
_numbers = itertools.count(1)
_HELD_BACK = 0.5  # seconds from a new mail to its announcement, in every Dovecot


def member(number: int) -> str:
    return f"buur{number:05}@straat{number % 20:02}.example"


def letter(size: int, *, sender: str = SENDER, to: str) -> bytes:
    """A text mail of about `size` octets."""
    number = next(_numbers)
    header = (
        f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: bericht {number}\r\nMessage-ID: <{number}.{time.time_ns()}@b.example>\r\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    )
    return (header + _LINE * max(1, (size - len(header)) // len(_LINE))).encode()


def bulletin(size: int) -> bytes:
    """The same as a partner's mail with the provider's verdict on top."""
    return PROVEN.format(domain="politie.example").encode() + letter(size, sender=OFFICER, to=COORDINATOR)


def inject(client: smtplib.SMTP, to: str, content: bytes) -> float:
    """Hands the mail over by SMTP or LMTP; the moment it began."""
    began = time.monotonic()
    with client:
        client.sendmail(SENDER, [to], content)
    return began


class Listener:
    """Watches a mailbox beside a peer: the moment at which the server announces a mail to whoever listens."""

    def __init__(self, port: int, user: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._lines = self._socket.makefile("rb")
        self._until(b"* OK")
        for tag, command in ((b"a", f"LOGIN {user} {PASSWORD}"), (b"b", "SELECT INBOX")):
            self._socket.sendall(tag + f" {command}\r\n".encode())
            self._until(tag + b" OK")
        self._socket.sendall(b"c IDLE\r\n")
        self._until(b"+")

    def _until(self, start: bytes) -> None:
        while not self._lines.readline().startswith(start):
            pass

    def announced(self, appended: float) -> float:
        """Waits for EXISTS; the moment of it.

        A peer that files the mail within milliseconds may leave nothing to announce to us: then Dovecot's own half
        second after `appended` is taken for the moment.
        """
        self._socket.settimeout(2.0)
        try:
            while not self._lines.readline().rstrip().endswith(b"EXISTS"):
                pass
        except TimeoutError:
            return appended + _HELD_BACK
        return time.monotonic()

    def close(self) -> None:
        self._socket.close()


def append(port: int, user: str, content: bytes) -> None:
    """Puts the mail into the inbox."""
    with imaplib.IMAP4("127.0.0.1", port) as box:
        box.login(user, PASSWORD)
        box.append("INBOX", "", "", content)
