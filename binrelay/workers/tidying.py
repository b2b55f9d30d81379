"""Empties the folders that the daemon fills: what was settled `retention.content` ago goes for good, as does what a
person had erased. What is known of mails that a person took out of INBOX goes as well.

Invariant: only mails that the store knows as ours go, never one that waits, never from INBOX. Some at a time, so that
new mail is never kept waiting; a pass that breaks off begins again and finds what is left.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

from binrelay.errors import MailboxRefused
from binrelay.mail.message import read_message
from binrelay.ports import Inbox, Listing, Room
from binrelay.rules.retention import leaves_folders
from binrelay.workers.filed import record_of
from binrelay.workers.housekeeping import EVERY, may_forget
from binrelay.workers.world import World

AT_ONCE = 20  # mails looked at before new ones get their turn
AGAIN = 1.0  # seconds until a pass goes on
FILLED = (Room.DONE, Room.REJECTED)
ALL_FOUR = (*FILLED, Room.HELD, Room.RELEASE)  # where mail may lie that a person had erased


@dataclass(slots=True)
class _Pass:
    """One way through the folders."""

    before: float
    unwanted: Collection[str]
    left: deque[Listing]
    removed: int = 0


@dataclass(slots=True)
class Tidying:
    world: World
    inbox: Inbox
    _pass: _Pass | None = None
    _not_ours: set[tuple[Room, int, int]] = field(default_factory=set)  # needs no second look in this session
    _next: float = 0.0  # steady moment of the next pass

    async def some(self) -> None:
        """Begins a pass where one is due, and goes on with it for a while."""
        world = self.world
        if self._pass is None and world.clock.steady() >= self._next:
            self._next = world.clock.steady() + EVERY
            await self._forget_left()
            self._pass = await self._begin() if await may_forget(world) else None
        if self._pass is not None:
            await self._go_on(self._pass)

    def patience(self, longest: float) -> float:
        return longest if self._pass is None else min(longest, AGAIN)

    async def _forget_left(self) -> None:
        store, network = self.world.store, self.world.network.id
        uidvalidity, there = await self.inbox.uids()
        gone = await store.left(network, uidvalidity) - there
        if gone:
            await store.forget_left(network, uidvalidity, gone)

    async def _begin(self) -> _Pass:
        world = self.world
        unwanted = await world.store.unwanted(world.network.id)
        before = world.clock.now() - world.network.retention.content
        found = [listing for room in (ALL_FOUR if unwanted else FILLED) for listing in await self.inbox.listing(room)]
        due = (each for each in found if (unwanted or each.arrived < before) and _place(each) not in self._not_ours)
        return _Pass(before, unwanted, deque(due))

    async def _go_on(self, way: _Pass) -> None:
        for _ in range(min(AT_ONCE, len(way.left))):
            listing = way.left.popleft()
            try:
                way.removed += await self._look_at(listing, way.before)
            except MailboxRefused as refused:  # one mail that the server will not give must not stop the daemon
                self._not_ours.add(_place(listing))
                self.world.journal.event("folder-refused", network=self.world.network.id, command=refused.command)
        if not way.left:
            await self._end(way)

    async def _look_at(self, listing: Listing, before: float) -> bool:
        """Whether it is gone for good."""
        network = self.world.network
        arrival = await self.inbox.fetch(listing, limit=network.max_size)
        if arrival is None:
            return False
        message = await asyncio.to_thread(read_message, arrival.content)
        record = await record_of(self.world.store, network.id, message)
        if leaves_folders(record, before):
            return await self.inbox.remove(listing.handle)
        if record is None:
            self._not_ours.add(_place(listing))
        return False

    async def _end(self, way: _Pass) -> None:
        self._pass = None
        world = self.world
        await world.store.wiped(world.network.id, way.unwanted)
        world.health.tidied = world.clock.now()
        if way.removed:
            world.journal.event("folders-emptied", network=world.network.id, mails=way.removed)


def _place(listing: Listing) -> tuple[Room, int, int]:
    return listing.handle.room, listing.handle.uidvalidity, listing.handle.uid
