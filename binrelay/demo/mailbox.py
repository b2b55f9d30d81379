"""Anna's mail program at the coordinator's mailbox: plain IMAP, as Outlook, Thunderbird or a phone speak it.

Blocking; call it in a thread. Folder names are whole paths, as a person reads them.
"""

from __future__ import annotations

import imaplib
from types import TracebackType
from typing import Any, Self

from binrelay.demo.cast import PASSWORD
from binrelay.errors import MailboxRefused
from binrelay.transport.imap_text import encode_folder, quote

_PATIENCE = 10.0  # seconds for one answer


class MailProgram:
    """Raises MailboxRefused where the server says no."""

    def __init__(self, port: int, user: str) -> None:
        self._client = imaplib.IMAP4("127.0.0.1", port, timeout=_PATIENCE)
        self._ok("LOGIN", self._client.login(quote(user), PASSWORD))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.logout()

    def messages(self, folder: str) -> list[bytes]:
        """The mails of the folder, oldest first, left unread."""
        return [content for _, content in self._contents(folder)]

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


def where_is(port: int, message_id: bytes, *, user: str, folders: tuple[str, ...]) -> tuple[str, ...]:
    """The folders in which a mail with that Message-ID lies."""
    with MailProgram(port, user) as program:
        return tuple(folder for folder in folders for content in program.messages(folder) if message_id in content)


def drag(port: int, message_id: bytes, *, user: str, way: tuple[str, str]) -> int:
    """One visit to the mailbox: moves the mail along `way`, from a folder to a folder."""
    with MailProgram(port, user) as program:
        return program.drag(message_id, source=way[0], target=way[1])
