"""The store's side of people's rights: forgetting in time, access, erasure and the search that proves it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from binrelay.mail.address import Address
from binrelay.mail.scrub import Person
from binrelay.records.dossier import Dossier
from binrelay.records.incident import Incident
from binrelay.rules.budget import HISTORY
from binrelay.store import accounts, dossier, erasure, incident, retention, searching
from binrelay.store.engine import Database
from binrelay.store.searching import Kept


class PersonalData:
    """A part of `SqlStore`: each method one transaction, finished even when its caller is cancelled."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    async def forget(self, network: str, contents_before: float, conversations_before: float) -> int:
        rows = await self._database.write(
            retention.forget,
            network,
            contents_before=contents_before,
            conversations_before=conversations_before,
        )
        await self._database.write(accounts.forget, self._now() - HISTORY)
        if rows:
            await self._database.scrub()
        return rows

    async def unwanted(self, network: str) -> frozenset[str]:
        return await self._database.read(retention.unwanted, network)

    async def wiped(self, network: str, digests: Collection[str]) -> None:
        await self._database.write(retention.wiped, network, digests)

    async def span(self, network: str) -> tuple[float | None, float | None]:
        return await self._database.read(retention.span, network)

    async def dossiers(self, person: Sequence[Address], network: str | None = None) -> Sequence[Dossier]:
        """What is kept about whoever has these addresses: one a network that keeps anything."""
        return await self._database.read(dossier.dossiers, person, network)

    async def erase(self, person: Person, *, showing: Sequence[int] = ()) -> int:
        """Takes the person out of every row and of the file itself; how many rows."""
        rows = await self._database.write(erasure.erase, person, showing=showing, now=self._now())
        await self._database.scrub(whole=True)
        return rows

    async def kept_contents(self) -> Sequence[Kept]:
        return await self._database.read(searching.kept)

    async def content(self, content_id: int) -> bytes | None:
        return await self._database.read(searching.content, content_id)

    async def columns_showing(self, person: Person) -> Sequence[tuple[str, int]]:
        """Columns in which the person stands, and in how many rows; contents not looked into."""
        return await self._database.read(searching.columns_showing, person)

    async def incident(self, name: str) -> Incident | None:
        """By an arrival's id, a mail's key, a conversation's tag or a Message-ID; None: nothing is known under it."""
        return await self._database.read(incident.incident, name)
