"""Moves what is settled to its folder. Invariant: a mail that the server does not move keeps no other mail waiting.

It stays where it lies, is known there, and is tried again with each scan: a full mailbox, or a folder without the right to write.
"""

from __future__ import annotations

from collections.abc import Sequence

from binrelay.errors import FolderRenumbered, MailboxRefused
from binrelay.ports import Handle, Inbox, Room
from binrelay.workers.world import World


class Filing:
    def __init__(self, world: World, inbox: Inbox) -> None:
        self._world = world
        self._inbox = inbox
        self._stuck: dict[Handle, Room] = {}
        self._told = False

    def __contains__(self, handle: Handle) -> bool:
        """Whether it is settled and the server did not move it."""
        return handle in self._stuck

    def stuck_in(self, room: Room) -> frozenset[int]:
        """Uids."""
        return frozenset(handle.uid for handle in self._stuck if handle.room is room)

    @property
    def trouble(self) -> str | None:
        return MailboxRefused.__name__ if self._stuck else None

    async def file(self, handles: Sequence[Handle], room: Room) -> None:
        try:
            await self._inbox.file_all(handles, room)
        except FolderRenumbered:
            raise
        except MailboxRefused as refused:
            self._stuck |= dict.fromkeys(handles, room)
            self._tell(refused)

    async def again(self) -> None:
        """What was not moved so far, once more."""
        stuck, self._stuck = self._stuck, {}
        for room in dict.fromkeys(stuck.values()):
            await self.file([handle for handle, to in stuck.items() if to is room], room)
        self._told = bool(self._stuck)

    def _tell(self, refused: MailboxRefused) -> None:
        """Once, until the server moves everything again."""
        if not self._told:
            self._world.journal.event("folder-refused", network=self._world.network.id, command=refused.command)
        self._told = True
