"""The last look at a mail before it is handed over: does it show an address or a name it must not? Pure.

Invariant: everybody is looked for in the raw bytes and in all that a reader can decode from them; linear time, one
part in memory at a time. It is written apart from what builds mails, so that one mistake is not made twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from binrelay.mail.embedded import read_embedded, read_mail
from binrelay.mail.files_in_text import files_in
from binrelay.mail.header import Header, decode_words
from binrelay.mail.mime import Part, transfer_decoded, walk
from binrelay.mail.people import People
from binrelay.mail.search import Exposure, Search
from binrelay.mail.unpack import TooMuchError, Unpacker, is_packed
from binrelay.mail.windows import OVERLAP, SIZE, text_pieces, text_windows, windows

__all__ = ["Exposure", "find_exposures", "shows_anybody"]

_DEEPEST = 8  # mails in mails
_TEXTS = frozenset({"application/xhtml+xml", "application/xml", "application/json", "application/rtf", "image/svg+xml"})
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_UNREAD = "cannot be read to the end"


def find_exposures(
    content: bytes, people: People, *, allowed: Iterable[str] = (), hidden: Iterable[People] = ()
) -> tuple[Exposure, ...]:
    """What the mail shows that it must not; nothing where it may go out.

    Nobody's address of `people` may stand in it, but for those whose keys are `allowed`; of `hidden`, no name either, but for
    those `allowed` in the form that `same_name()` gives.
    """
    search = Search(people, frozenset(allowed), tuple(hidden))
    search.raw("raw bytes", content)
    _Mail(search, Unpacker()).look(read_mail(content, 0, len(content)), content)
    return tuple(search.found)


def shows(content: bytes, people: People) -> bool:
    """Whether a mail shows one of these people, as far as it can be read at all."""
    return any(each.key != _UNREAD for each in find_exposures(content, people, hidden=[people]))


def shows_anybody(text: str, people: People) -> bool:
    """Whether a line of text shows anybody's address or whole name."""
    search = Search(people, frozenset(), (people,))
    search.shown("text", text)
    return bool(search.found)


class _Mail:
    def __init__(self, search: Search, unpacker: Unpacker) -> None:
        self._search = search
        self._unpacker = unpacker

    def look(self, root: Part | None, content: bytes, *, outer: str = "", depth: int = 0) -> None:
        """A mail, and the mails in it."""
        if root is None or depth > _DEEPEST:
            self._search.add(outer or "whole mail", _UNREAD)
            return
        for part in walk(root):
            self._header(part.header, outer)
            if not part.children:
                self._leaf(part, content, outer=outer, depth=depth)

    def _header(self, header: Header, outer: str) -> None:
        for entry in header.fields:
            where = f"{outer}header {entry.name or 'line'}"
            value = entry.value if entry.name else entry.raw.decode("utf-8", "replace")
            for text in dict.fromkeys((value, decode_words(value), unquote(value))):
                self._search.shown(where, text)

    def _leaf(self, part: Part, content: bytes, *, outer: str, depth: int) -> None:
        where = f"{outer}{part.media_type} part"
        for value in (part.filename, *part.parameters.values()):
            self._search.shown(f"{where}, its file name or parameters", value or "")
        if part.media_type.startswith("text/") or part.media_type in _TEXTS:
            self._text(where, part, content)
            return
        if part.media_type in ("message/rfc822", "message/global"):
            self.look(*read_embedded(part, content), outer=f"{where}: ", depth=depth + 1)
        self._attachment(where, part, content)

    def _text(self, where: str, part: Part, content: bytes) -> None:
        text = text_pieces(part, content)
        for window in text_windows(text):
            self._search.shown(where, window)
        for file in files_in(text):
            self._bytes(where, (file[at : at + SIZE] for at in range(0, len(file), SIZE)))
            self._unpacked(where, file)

    def _attachment(self, where: str, part: Part, content: bytes) -> None:
        """Piece by piece; whole only where it is a packed file."""
        head = b""
        for window in windows(part, content):
            head = head or window
            self._window(where, window, text=_is_text(window[-SIZE:]))
        if is_packed(head):
            self._unpacked(where, transfer_decoded(part, content))

    def _unpacked(self, where: str, data: bytes) -> None:
        try:
            self._bytes(f"{where}, unpacked", self._unpacker.pieces(data))
        except TooMuchError:
            self._search.add(where, _UNREAD)

    def _bytes(self, where: str, pieces: Iterable[bytes]) -> None:
        tail = b""
        for piece in pieces:
            window = tail + piece
            self._window(where, window, text=_is_text(piece))
            tail = window[-OVERLAP:]

    def _window(self, where: str, window: bytes, *, text: bool) -> None:
        self._search.raw(where, window)
        if text:
            self._search.shown(where, window.decode("utf-8", "replace"))
        self._search.names(where, window)


def _is_text(data: bytes) -> bool:
    """Whatever it is called: markup, a table, a letter."""
    return _BINARY.search(data, 0, 4096) is None
