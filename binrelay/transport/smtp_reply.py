"""Reads SMTP replies out of the bytes a server sends (RFC 5321 4.2, RFC 2034). Pure.

Invariant: however the bytes are cut, the same replies come out in the same order; memory stays bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from binrelay.mail.envelope import SmtpReply

_LINE = re.compile(r"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_STATUS = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[ ]+|$)")
_LONGEST_LINE = 8 * 1024  # RFC 5321 4.5.3.1.5 says 512; real servers write more
_SHORT_LINE = 100
_LONGEST_REPLY = 64 * 1024


class GarbledReply(Exception):
    """The server sent something that is no SMTP reply: nothing after it can be paired with a command."""


class ReplyReader:
    """Feed it bytes as they arrive; it gives back the replies that are complete."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[tuple[int, str]] = []
        self._size = 0

    @property
    def between_replies(self) -> bool:
        """Whether every byte so far belonged to a complete reply."""
        return not self._rest and not self._lines

    def feed(self, data: bytes) -> Iterator[SmtpReply]:
        """Raises GarbledReply, after the good replies before it; the reader is of no use then."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if reply := self._take(line):
                yield reply
        if len(self._rest) > _LONGEST_LINE:
            raise GarbledReply("line too long")

    def _take(self, line: bytes) -> SmtpReply | None:
        if not self._lines and len(line) < _SHORT_LINE and (known := _read_alone(line)):
            return known
        match = _LINE.fullmatch(line.decode("utf-8", "replace").rstrip("\r"))
        if not match or len(line) > _LONGEST_LINE:
            raise GarbledReply("not an SMTP reply")
        code, more, text = int(match[1]), match[2] == "-", match[3] or ""
        self._size += len(line)
        if self._size > _LONGEST_REPLY or (self._lines and self._lines[0][0] != code):
            raise GarbledReply("a reply without end, or of two codes")
        self._lines.append((code, text))
        return None if more else self._finish()

    def _finish(self) -> SmtpReply:
        lines, self._lines, self._size = self._lines, [], 0
        return make_reply(lines[0][0], [text for _, text in lines])


@lru_cache(maxsize=512)
def _read_alone(line: bytes) -> SmtpReply | None:
    """A reply of one line, None for anything else. Servers say the same few things to thousands of commands."""
    match = _LINE.fullmatch(line.decode("utf-8", "replace").rstrip("\r"))
    return make_reply(int(match[1]), [match[3] or ""]) if match and match[2] != "-" else None


def make_reply(code: int, lines: list[str]) -> SmtpReply:
    """One reply of its lines without code: the enhanced status code (RFC 3463) is taken off each, the rest joined.

    A status whose class contradicts the reply code is text (RFC 2034 4). Control characters become spaces.
    """
    clean = [_printable(line).strip() for line in lines]
    matches = [_STATUS.match(line) for line in clean]
    found = [match if match and match[1][0] == str(code)[0] else None for match in matches]
    texts = [line[match.end() :] if match else line for line, match in zip(clean, found, strict=True)]
    return SmtpReply(code, found[0][1] if found[0] else None, " ".join(text for text in texts if text))


def _printable(line: str) -> str:
    return line if line.isprintable() else "".join(char if char.isprintable() else " " for char in line)
