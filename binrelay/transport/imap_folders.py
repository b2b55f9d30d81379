"""Where the daemon's folders are on this server: namespace, separator, names; creates what is missing (RFC 3501, 2342).

Invariant: a configured name becomes exactly one level of the tree, whatever character the server puts between levels.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from binrelay.errors import MailboxRefused
from binrelay.model import Folders
from binrelay.ports import Room
from binrelay.transport.imap_session import ImapSession
from binrelay.transport.imap_text import decode_folder, encode_folder, quote, read_folders, read_namespace

_PLAIN = re.compile(rb"[\x20-\x7e]+")
_NO_MAIL = frozenset({"\\noselect", "\\nonexistent"})


@dataclass(frozen=True, slots=True)
class Folder:
    path: str  # as a person reads it
    wire: str  # as it stands in a command


@dataclass(frozen=True, slots=True)
class Place:
    """Where our tree stands: `prefix` is that of the personal namespace; no separator, no tree."""

    prefix: str
    separator: str | None

    def root(self, configured: str) -> str:
        """`/` in the configured root makes levels; the prefix is added unless the admin wrote it."""
        parts = configured.removeprefix(self.prefix).split("/")
        levels = [self._level(part) for part in parts if part]
        path = (self.separator or " ").join(levels)
        return path if levels and levels[0].upper() == "INBOX" else self.prefix + path

    def inside(self, root: str, name: str) -> Sequence[str]:
        """The paths to try: below the root, and beside it where the server, or the root, holds no folders."""
        level = self._level(name)
        if root in {"", self.prefix}:
            return [root + level]
        beside = f"{root} {level}"
        return [f"{root}{self.separator}{level}", beside] if self.separator else [beside]

    def _level(self, name: str) -> str:
        return name.replace(self.separator, "_") if self.separator else name


async def prepare_folders(session: ImapSession, folders: Folders) -> Mapping[Room, Folder]:
    """Every room's folder; missing ones are created, all are subscribed to, so that mail programs show them.

    Raises MailboxRefused where one cannot be had.
    """
    places, refusals = await _places(session), []
    for place in await _where_ours_stand(session, folders, places) or places:
        try:
            return await _prepare(session, folders, place)
        except MailboxRefused as refused:
            refusals.append(refused)
    raise refusals[0]


async def _prepare(session: ImapSession, folders: Folders, place: Place) -> Mapping[Room, Folder]:
    root = place.root(folders.root)
    known = await _list(session, root)
    if place.separator and _key(root) not in known:
        await _try(session, "CREATE", root + place.separator)  # RFC 3501 6.3.3: for folders below it
    names = _names(folders).items()
    rooms = {room: await _settle(session, known, place.inside(root, name)) for room, name in names}
    for path in (root, *(folder.path for folder in rooms.values())):
        await _try(session, "SUBSCRIBE", path)
    return {Room.INBOX: Folder("INBOX", '"INBOX"'), **rooms}


def _names(folders: Folders) -> Mapping[Room, str]:
    return {
        Room.DONE: folders.done,
        Room.HELD: folders.held,
        Room.RELEASE: folders.release,
        Room.REJECTED: folders.rejected,
    }


async def _where_ours_stand(session: ImapSession, folders: Folders, places: Sequence[Place]) -> Sequence[Place]:
    """The one of several places that has a folder of ours: a tree in two places hides what waits in one of them."""
    for place in places if len(places) > 1 else ():
        root = place.root(folders.root)
        known = await _list(session, root)
        if any(_key(path) in known for name in _names(folders).values() for path in place.inside(root, name)):
            return [place]
    return []


async def _settle(session: ImapSession, known: Mapping[str, Folder], paths: Sequence[str]) -> Folder:
    """The first of `paths` that is there, else the first that can be created."""
    for path in paths:
        if found := known.get(_key(path)):
            return found
    refusals = []
    for path in paths:
        refused = await _try(session, "CREATE", path)
        if refused is None:
            return Folder(path, quote(encode_folder(path)))
        refusals.append(refused)
    raise refusals[0]


async def _places(session: ImapSession) -> Sequence[Place]:
    """Where the server says that our tree stands; of one that does not say so, beside INBOX or else below it."""
    with suppress(MailboxRefused):  # proxies announce what the server behind them does not know
        if "NAMESPACE" in session.capabilities and (found := await session.ask(read_namespace, "NAMESPACE")):
            return [Place(*found)]
    listed = await session.ask(read_folders, "LIST", '""', '""')  # RFC 3501 6.3.8: an empty name asks for the separator
    separator = listed[0].separator if listed else None
    below = [Place(f"INBOX{separator}", separator)] if separator else []
    return [Place("", separator), *below]


async def _list(session: ImapSession, root: str) -> Mapping[str, Folder]:
    """Folders that can hold mail and whose names begin like `root`, under their keys, spelled as the server does."""
    listed = await session.ask(read_folders, "LIST", '""', quote(encode_folder(root) + "*"))
    names = [folder.name for folder in listed if not folder.attributes & _NO_MAIL and _PLAIN.fullmatch(folder.name)]
    folders = [Folder(decode_folder(name), quote(name.decode("ascii"))) for name in names]
    return {_key(folder.path): folder for folder in folders}


async def _try(session: ImapSession, command: str, path: str) -> MailboxRefused | None:
    """None where it was done, or had been done before (RFC 5530)."""
    try:
        await session.run(command, quote(encode_folder(path)))
    except MailboxRefused as refused:
        return None if "[ALREADYEXISTS]" in refused.answer.upper() else refused
    return None


def _key(path: str) -> str:
    """Servers may spell INBOX in any case and accents in either form."""
    text = unicodedata.normalize("NFC", path)
    return text[:5].upper() + text[5:] if text[:5].upper() == "INBOX" else text
