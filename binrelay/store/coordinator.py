"""`ports.CoordinatorStore` over SQL: what coordinators stop, hear again, and are told of their week."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, update

from binrelay.records import ArrivalRecord, Mail
from binrelay.records.coordinator import Issue, Span, Stopped, Week
from binrelay.store import gathering, outbox, undo, week
from binrelay.store.engine import Database
from binrelay.store.rows import portions
from binrelay.store.schema import arrivals


class CoordinatorSide:
    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    async def waiting(self, network: str | None = None) -> Sequence[ArrivalRecord]:
        return await self._database.read(undo.waiting, network)

    async def ripen(self, network: str) -> Sequence[ArrivalRecord]:
        return await self._database.write(undo.ripen, network, now=self._now())

    async def under_way(self, network: str) -> bool:
        return await self._database.read(undo.under_way, network)

    async def stop(self, record_id: str) -> Stopped | None:
        return await self._database.write(undo.stop, record_id, now=self._now())

    async def hasten(self, record_id: str) -> bool:
        return await self._database.write(undo.hasten, record_id, now=self._now())

    async def remind(self, mails: Sequence[Mail], reminded: Sequence[str]) -> None:
        await self._database.write(_remind, mails, reminded, now=self._now())

    async def posted(self, key: str) -> bool:
        return await self._database.read(week.posted, key)

    async def week(self, network: str, span: Span) -> Week:
        return await self._database.read(week.week, network, span)

    async def issues(self, network: str, since: float) -> Sequence[Issue]:
        return await self._database.read(week.issues, network, since)

    async def gatherable(self, network: str, before: float) -> Sequence[Mail]:
        return await self._database.read(gathering.gatherable, network, before)

    async def gather(self, together: Mail, keys: Sequence[str]) -> bool:
        return await self._database.write(gathering.gather, together, keys, now=self._now())


def _remind(connection: Connection, mails: Sequence[Mail], reminded: Sequence[str], *, now: float) -> None:
    outbox.add(connection, mails, now)
    for some in portions(reminded):
        connection.execute(update(arrivals).where(arrivals.c.id.in_(some)).values(reminded=now))
