"""`ports.Store` over SQL: each method one transaction, finished even when its caller is cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from binrelay.model import BulletinRecord
from binrelay.ports import Handle
from binrelay.records import (
    ArrivalRecord,
    Counts,
    Mail,
    Plan,
    Query,
    Recall,
    Watch,
)
from binrelay.records.waiting import Wait
from binrelay.store import (
    arrivals,
    migrate,
    moderation,
    notes,
    outbox,
    recall,
    report,
    tokens,
)
from binrelay.store.connect import connect
from binrelay.store.coordinator import CoordinatorSide
from binrelay.store.engine import Database
from binrelay.store.members import MembersSide
from binrelay.store.personal_data import PersonalData
from binrelay.store.rota import SqlRota
from binrelay.store.sending import SendingStore


async def open_store(
    url: str, *, readonly: bool = False, patient: bool = False, now: Callable[[], float] = time.time
) -> SqlStore:
    """Opens the store, made and brought up to date where needed. Raises StoreError.

    `readonly` changes nothing and makes nothing. `patient` waits for a server that is away once the store is open.
    `now` dates what comes without a moment of its own.
    """
    database = connect(url, readonly=readonly, patient=patient)
    try:
        await migrate.bring_up_to_date(database, readonly=readonly)
        key = await (database.read(notes.known_key) if readonly else database.write(notes.key))
    except BaseException:
        await database.close()
        raise
    store = SqlStore(database, now, key)
    store.rota = SqlRota(database) if database.shared else None
    return store


class SqlStore(CoordinatorSide, MembersSide, PersonalData, SendingStore):
    rota: SqlRota | None = None  # None: one daemon at a time opens this store, and a lock sees to that

    def __init__(self, database: Database, now: Callable[[], float], key: bytes) -> None:
        super().__init__(database, now)
        self.key = key
        self._desk = outbox.Desk()

    async def close(self) -> None:
        await self._database.close()

    @property
    def away(self) -> str | None:
        """Why the database cannot be reached just now, while we wait for it."""
        return self._database.away

    def hurry(self) -> None:
        """The daemon stops: what waits for a database that is away fails now."""
        self._database.hurry()

    async def version(self) -> str:
        return await self._database.version()

    async def recall(self, query: Query) -> Recall:
        return await self._database.read(recall.recall, query)

    async def bulletin(self, network: str, bulletin_id: str) -> BulletinRecord | None:
        return await self._database.read(recall.bulletin, network, bulletin_id)

    async def enqueue(self, plan: Plan) -> bool:
        """A mail whose key is known was queued by an earlier plan and is skipped; everything else is written."""
        return await self._database.write(arrivals.enqueue, plan)

    async def arrival(self, network: str, digest: str) -> ArrivalRecord | None:
        """Without content."""
        return await self._database.read(arrivals.arrival, network, digest)

    async def watch(self, network: str) -> Watch | None:
        return await self._database.read(arrivals.watch, network)

    async def set_watch(self, network: str, watch: Watch) -> None:
        await self._database.write(arrivals.set_watch, network, watch)

    async def left(self, network: str, uidvalidity: int) -> frozenset[int]:
        return await self._database.read(arrivals.left, network, uidvalidity)

    async def leave(self, network: str, handle: Handle, digest: str) -> None:
        await self._database.write(arrivals.leave, network, handle, digest=digest)

    async def forget_left(self, network: str, uidvalidity: int, uids: frozenset[int]) -> None:
        await self._database.write(arrivals.forget_left, network, uidvalidity, uids=uids)

    async def stumble(self, network: str, handle: Handle, error: str) -> int:
        return await self._database.write(arrivals.stumble, network, handle, error=error)

    async def stumbles(self, network: str) -> Mapping[Handle, tuple[int, str]]:
        return await self._database.read(arrivals.stumbled, network)

    async def postpone(self, network: str, digest: str, now: float) -> Wait:
        return await self._database.write(arrivals.postpone, network, digest, now=now)

    async def held(self, network: str | None = None) -> Sequence[ArrivalRecord]:
        return await self._database.read(moderation.held, network)

    async def held_one(self, record_id: str) -> ArrivalRecord | None:
        """With the content while that is kept, whatever the state is by now."""
        return await self._database.read(moderation.held_one, record_id)

    async def reject(self, record_id: str) -> bool:
        return await self._database.write(moderation.reject, record_id, now=self._now())

    async def request(self, record_id: str, action: str) -> bool:
        return await self._database.write(moderation.request, record_id, action)

    async def unask(self, record_id: str) -> None:
        await self._database.write(moderation.unask, record_id)

    async def requests(self, network: str) -> Sequence[tuple[ArrivalRecord, str]]:
        """Without content."""
        return await self._database.read(moderation.requests, network)

    async def untold(self, network: str) -> Sequence[ArrivalRecord]:
        return await self._database.read(moderation.untold, network)

    async def notices_since(self, network: str, moment: float) -> int:
        return await self._database.read(moderation.notices_since, network, moment)

    async def post(self, mails: Sequence[Mail], told: Sequence[str] = ()) -> None:
        await self._database.write(arrivals.post, mails, told, now=self._now())

    async def counts(self, network: str, now: float) -> Counts:
        return await self._database.read(report.counts, network, now)

    async def refresh_token(self, key: str) -> str | None:
        return await self._database.read(tokens.latest, key)

    async def keep_refresh_token(self, key: str, token: str) -> None:
        await self._database.write(tokens.keep, key, token, now=self._now())
