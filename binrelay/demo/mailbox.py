"""People's mail programs: plain SMTP and IMAP, by the standard library, as Outlook, Thunderbird or a phone speak them.

Blocking; call it in a thread. Folder names are whole paths, as a person reads them.
"""

from __future__ import annotations

import imaplib
import smtplib
from types import TracebackType
from typing import Any, Self

from binrelay.demo.cast import COORDINATOR, PASSWORD
from binrelay.demo.letters import Letter
from binrelay.demo.servers import LOOPBACK
from binrelay.errors import MailboxRefused
from binrelay.transport.imap_text import encode_folder, quote

_PATIENCE = 10.0  # seconds for one answer


class MailProgram:
    """Raises MailboxRefused where the server says no."""

    def __init__(self, port: int, user: str) -> None:
        self._client = imaplib.IMAP4(LOOPBACK, port, timeout=_PATIENCE)
        try:
            self._ok("LOGIN", self._client.login(quote(user), PASSWORD))
        except imaplib.IMAP4.error:
            self._client.shutdown()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.logout()

    def messages(self, folder: str) -> list[bytes]:
        """The mails of the folder, oldest first, left unread."""
        return [content for _, content in self._contents(folder)]

    def create(self, folder: str) -> None:
        self._ok("CREATE", self._client.create(_wire(folder)))

    def drag(self, match: bytes, *, source: str, target: str) -> int:
        """Moves every mail that contains `match`; how many."""
        uids = [uid for uid, content in self._contents(source) if match in content]
        self._ok("SELECT", self._client.select(_wire(source)))
        for uid in uids:
            self._ok("MOVE", self._client.uid("MOVE", uid, _wire(target)))
        return len(uids)

    def _contents(self, folder: str) -> list[tuple[str, bytes]]:
        self._ok("SELECT", self._client.select(_wire(folder), readonly=True))
        found = self._ok("SEARCH", self._client.uid("SEARCH", "ALL"))[0].split()
        return [(uid.decode(), self._content(uid.decode())) for uid in found]

    def _content(self, uid: str) -> bytes:
        return bytes(self._ok("FETCH", self._client.uid("FETCH", uid, "(BODY.PEEK[])"))[0][1])

    def _ok(self, command: str, answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise MailboxRefused(command, str(answer[1]))
        return answer[1]


def _wire(folder: str) -> str:
    return quote(encode_folder(folder))


def submit(port: int, letter: Letter) -> None:
    """Hands a mail for the coordinator's mailbox to the provider. Raises SMTPException."""
    with smtplib.SMTP(LOOPBACK, port, local_hostname="demo.example", timeout=_PATIENCE) as client:
        if letter.login:
            client.login(letter.login, PASSWORD)
        client.sendmail(letter.reverse_path, [COORDINATOR.address], letter.content)


def where_is(port: int, message_id: bytes, *, user: str, folders: tuple[str, ...]) -> tuple[str, ...]:
    """The folders in which a mail with that Message-ID lies."""
    with MailProgram(port, user) as program:
        return tuple(folder for folder in folders for content in program.messages(folder) if message_id in content)


def drag(port: int, message_id: bytes, *, user: str, way: tuple[str, str]) -> int:
    """One visit to the mailbox: moves the mail along `way`, from a folder to a folder."""
    with MailProgram(port, user) as program:
        return program.drag(message_id, source=way[0], target=way[1])


def count(port: int, *, user: str, folder: str) -> int:
    """How many mails lie in the folder."""
    with MailProgram(port, user) as program:
        return len(program.messages(folder))
