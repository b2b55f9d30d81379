"""Erases one person beside the daemon: rows and contents of the store, mails in the folders. Then looks whether it is so.

Invariant: done again it finds what is left and does that; nothing is written down about who was erased.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from binrelay.mail.gate import shows
from binrelay.mail.message import read_message
from binrelay.mail.scrub import Person
from binrelay.model import Network
from binrelay.ports import Inbox, Listing, Room, Store
from binrelay.rules.erasure import Fate, fate, people
from binrelay.workers.filed import record_of

FOLDERS = (Room.DONE, Room.REJECTED, Room.HELD, Room.RELEASE)


class Kept(Protocol):
    """One content of the store."""

    @property
    def id(self) -> int: ...
    @property
    def record(self) -> str: ...
    @property
    def waits(self) -> bool: ...


class ErasingStore(Store, Protocol):
    """What erasing asks of the store beyond what the daemon does."""

    async def kept_contents(self) -> Sequence[Kept]: ...
    async def content(self, content_id: int) -> bytes | None: ...
    async def erase(self, person: Person, *, showing: Sequence[int] = ()) -> int: ...
    async def columns_showing(self, person: Person) -> Sequence[tuple[str, int]]: ...


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of the store: rows changed, and mails of others that wait and show the person (ids or keys)."""

    rows: int
    waiting: tuple[str, ...]
    columns: tuple[tuple[str, int], ...]  # in which the person still stands


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of one mailbox."""

    removed: int
    marked: int  # deleted, and the server waits for a mail program's clean-up before they are gone
    waiting: int
    by_hand: int
    inbox: int  # mails in INBOX that show the person: they are people's own, and stay

    @property
    def left(self) -> int:
        return self.marked + self.waiting + self.by_hand


Progress = Callable[[], None]


async def erase_rows(store: ErasingStore, person: Person) -> Erased:
    """Everything in the store; the file itself is written anew, and then searched."""
    showing = await _showing(store, person)
    rows = await store.erase(person, showing=[each.id for each in showing if not each.waits])
    left = await _showing(store, person)
    return Erased(rows, tuple(each.record for each in left), tuple(await store.columns_showing(person)))


async def _showing(store: ErasingStore, person: Person) -> list[Kept]:
    """One content in memory at a time, each read in a transaction of its own: the daemon goes on meanwhile."""
    found, wanted = [], people(person)
    for kept in await store.kept_contents():
        content = await store.content(kept.id)
        if content is not None and await asyncio.to_thread(shows, content, wanted):
            found.append(kept)
    return found


async def sweep(inbox: Inbox, store: Store, network: Network, *, person: Person, progress: Progress) -> Swept:
    """The four folders, each mail looked through to its end, and a look at INBOX. `inbox` is connected."""
    unwanted = await store.unwanted(network.id)
    fates: Counter[str] = Counter()
    for room in FOLDERS:
        for listing in await inbox.listing(room):
            fates[await _deal_with(listing, inbox, store, network=network, person=person)] += 1
            progress()
    await store.wiped(network.id, unwanted)
    for listing in await inbox.listing(Room.INBOX):
        arrival = await inbox.fetch(listing, limit=network.max_size)
        fates["inbox"] += arrival is not None and await asyncio.to_thread(shows, arrival.content, people(person))
        progress()
    return Swept(fates["removed"], fates["marked"], fates[Fate.WAITS.name], fates[Fate.BY_HAND.name], fates["inbox"])


async def _deal_with(listing: Listing, inbox: Inbox, store: Store, *, network: Network, person: Person) -> str:
    arrival = await inbox.fetch(listing, limit=network.max_size)
    if arrival is None:
        return "gone"
    message = await asyncio.to_thread(read_message, arrival.content)
    record = await record_of(store, network.id, message)
    decided = await asyncio.to_thread(fate, message, record, person)
    if decided is not Fate.GOES:
        return decided.name
    return "removed" if await inbox.remove(listing.handle) else "marked"
