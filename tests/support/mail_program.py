"""A coordinator's mail program, on the standard library's imaplib: what a person does to a mailbox meanwhile."""

from __future__ import annotations

import imaplib
import re
from types import TracebackType
from typing import Any, Self

from binrelay.transport.imap_text import decode_folder, encode_folder, quote

_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>"(?:[^"\\]|\\.)*"|\S+)')


class MailProgram:
    """Folder names are whole paths, as a person reads them. A step raises AssertionError where the server refuses."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self._client = imaplib.IMAP4("127.0.0.1", port, timeout=60)
        # Not login(): it can send neither a user name with a space nor a password with an accent.
        self._client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.logout()

    def append(self, mailbox: str, content: bytes, *, date: float | None = None) -> None:
        moment = imaplib.Time2Internaldate(date) if date is not None else None
        self._ok(self._client.append(_wire(mailbox), None, moment, content))

    def messages(self, mailbox: str) -> list[bytes]:
        """The mails, oldest first; those marked as deleted are not shown."""
        return [content for _, content in self._contents(mailbox)]

    def flags(self, mailbox: str) -> list[frozenset[str]]:
        self._ok(self._client.select(_wire(mailbox), readonly=True))
        data = self._ok(self._client.uid("FETCH", "1:*", "(FLAGS)"))
        found = (imaplib.ParseFlags(line) for line in data if isinstance(line, bytes))
        return [frozenset(flag.decode() for flag in flags if flag != b"\\Recent") for flags in found]

    def flag(self, mailbox: str, match: bytes, flag: str) -> None:
        for uid in self._matching(mailbox, match):
            self._ok(self._client.uid("STORE", uid, "+FLAGS.SILENT", f"({flag})"))

    def folders(self) -> list[str]:
        return sorted(self._listed(self._client.list()))

    def subscribed(self) -> list[str]:
        return sorted(self._listed(self._client.lsub()))

    def create(self, mailbox: str) -> None:
        self._ok(self._client.create(_wire(mailbox)))

    def delete(self, mailbox: str) -> None:
        self._ok(self._client.delete(_wire(mailbox)))

    def move(self, way: tuple[str, str], match: bytes) -> int:
        """Drags mails as mail programs of today do, by MOVE."""
        uids = self._matching(way[0], match)
        for uid in uids:
            self._ok(self._client.uid("MOVE", uid, _wire(way[1])))
        return len(uids)

    def move_by_copy(self, way: tuple[str, str], match: bytes) -> int:
        """Drags mails as older ones do: a copy, and the original marked until somebody cleans up."""
        uids = self._matching(way[0], match)
        for uid in uids:
            self._ok(self._client.uid("COPY", uid, _wire(way[1])))
            self._ok(self._client.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)"))
        return len(uids)

    def remove(self, mailbox: str, match: bytes) -> None:
        for uid in self._matching(mailbox, match):
            self._ok(self._client.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)"))
        self._ok(self._client.expunge())

    def _matching(self, mailbox: str, match: bytes) -> list[str]:
        uids = [uid for uid, content in self._contents(mailbox) if match in content]
        self._ok(self._client.select(_wire(mailbox)))
        return uids

    def _contents(self, mailbox: str) -> list[tuple[str, bytes]]:
        self._ok(self._client.select(_wire(mailbox), readonly=True))
        uids = self._ok(self._client.uid("SEARCH", "UNDELETED"))[0].split()
        found = ((uid.decode(), self._content(uid.decode())) for uid in uids)
        return [(uid, content) for uid, content in found if content is not None]

    def _content(self, uid: str) -> bytes | None:
        """None: the daemon moved it since it was listed."""
        data = self._ok(self._client.uid("FETCH", uid, "(BODY.PEEK[])"))
        if not isinstance(data[0], tuple):
            return None
        content = data[0][1]
        assert isinstance(content, bytes)
        return content

    def _listed(self, answer: tuple[str, list[Any]]) -> list[str]:
        found = [_LISTED.match(line) for line in self._ok(answer) if isinstance(line, bytes)]
        names = [match["name"] for match in found if match and b"noselect" not in match["flags"].lower()]
        return [decode_folder(re.sub(rb"\\(.)", rb"\1", name.strip(b'"'))) for name in names]

    def _ok(self, answer: tuple[str, list[Any]]) -> list[Any]:
        assert answer[0] == "OK", answer
        return answer[1]


def _wire(mailbox: str) -> str:
    return quote(encode_folder(mailbox))
