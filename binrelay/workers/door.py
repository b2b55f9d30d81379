"""The one door to the provider: what would name a member to somebody else does not pass.

Invariant (G4): every transaction hands over bytes that were looked through against the roster in use at that moment; nothing
else in the program calls a submitter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from binrelay.errors import WouldExpose
from binrelay.mail.envelope import Envelope
from binrelay.mail.people import People
from binrelay.ports.submission import Passage, Submitter
from binrelay.records import Mail
from binrelay.rules.exposure import names_a_member
from binrelay.workers.world import World

_MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Pass:
    """A mail that was looked through, and against whom. Only a `Door` makes one."""

    mail: Mail
    people: People


class Door:
    def __init__(self, world: World, submitter: Submitter) -> None:
        self._world = world
        self._submitter = submitter
        self._people = world.network.people
        self._known: dict[str, bytes] = {}  # digest of the content by the mail's key: looked through against `_people`

    async def look(self, mail: Mail) -> Pass:
        """Once for each content and roster. Raises WouldExpose."""
        people = self._world.network.people
        if people is not self._people or len(self._known) > _MOST_KNOWN:
            self._people = people
            self._known.clear()
        digest = await asyncio.to_thread(lambda: sha256(mail.content).digest())
        if self._known.get(mail.key) != digest:
            await self._look_through(mail)
            if people is self._world.network.people:
                self._known[mail.key] = digest
        return Pass(mail, people)

    async def submit(self, passed: Pass, envelopes: Sequence[Envelope], passage: Passage) -> None:
        """As `ports.Submitter.submit`. Raises WouldExpose as well: the roster may have changed since the look."""
        while passed.people is not self._world.network.people:
            passed = await self.look(passed.mail)
        await self._submitter.submit(envelopes, passed.mail.content, passage)

    async def _look_through(self, mail: Mail) -> None:
        record = await self._world.store.held_one(mail.key.partition("/")[0])
        author = record.author if record else None
        if await asyncio.to_thread(names_a_member, mail, self._world.network, author=author):
            raise WouldExpose(mail.key)
