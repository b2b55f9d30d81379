"""Moves what is settled to its folder. Invariant: a mail that the server does not move keeps no other mail waiting.

It stays where it lies, is known there, and is tried again with each scan: a full mailbox, or a folder without the right to write.
"""

from __future__ import annotations

from collections.abc import Sequence

from binrelay.errors import FolderRenumbered, MailboxRefused
from binrelay.ports import Handle, Inbox, Room
from binrelay.workers.world import World


class Filing:
    """What is stuck outlives the connection: a mail that still lies in *release* is not dragged there anew."""

    def __init__(self, world: World, inbox: Inbox) -> None:
        self._world = world
        self._inbox = inbox
        self._stuck = world.stuck

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
        refused = await self._move(handles, room)
        if refused is None:
            return
        if not self._stuck:  # told once, until the server moves everything again
            self._world.journal.event("folder-refused", network=self._world.network.id, command=refused.command)
        self._stuck |= dict.fromkeys(handles, room)

    async def again(self) -> None:
        """What was not moved so far, once more."""
        for room in dict.fromkeys(self._stuck.values()):
            handles = [handle for handle, to in self._stuck.items() if to is room]
            if await self._move(handles, room) is None:
                self._forget(handles)

    async def _move(self, handles: Sequence[Handle], room: Room) -> MailboxRefused | None:
        try:
            await self._inbox.file_all(handles, room)
        except FolderRenumbered:
            self._forget(handles)
            raise
        except MailboxRefused as refused:
            return refused
        return None

    def _forget(self, handles: Sequence[Handle]) -> None:
        for handle in handles:
            self._stuck.pop(handle, None)
