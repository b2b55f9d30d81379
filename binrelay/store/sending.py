"""The part of the store that sends: `ports.outbox.OutboxStore` over SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from binrelay.records import Batch, Claim, Departure, Dispatch, Kind, Outcome, Overdue, Results
from binrelay.store import accounts, outbox, progress, report
from binrelay.store.engine import Database


class SendingStore:
    _database: Database
    _now: Callable[[], float]
    _desk: outbox.Desk

    async def claim(self, wanted: Claim) -> Batch | None:
        return await self._database.write(outbox.claim, wanted, self._desk)

    async def urgent(self, networks: Sequence[str], now: float) -> Sequence[str]:
        return await self._database.read(outbox.urgent, networks, now=now)

    async def record(
        self, outcomes: Sequence[Outcome], departures: Sequence[Departure] = (), *, owner: str
    ) -> frozenset[int]:
        return await self._database.write(progress.record, outcomes, departures, owner=owner, now=self._now())

    async def unclaim(self, *, wait: float, owner: str | None = None) -> int:
        return await self._database.write(progress.unclaim, owner=owner, again=self._now() + wait)

    async def hold(self, mail_key: str, why: str) -> int:
        return await self._database.write(progress.hold, mail_key, why)

    async def resume(self, network: str, arrival: str) -> int:
        return await self._database.write(progress.resume, network, arrival, now=self._now())

    async def tell_once(self, mail_key: str, what: str) -> bool:
        return await self._database.write(progress.told, mail_key, what)

    async def overdue(self, network: str, since: float) -> Sequence[Overdue]:
        return await self._database.read(report.overdue, network, since)

    async def unspoken(self, network: str, since: float) -> Sequence[tuple[str, Kind]]:
        return await self._database.read(report.unspoken, network, since)

    async def unexplained(self, network: str) -> Sequence[tuple[str, Kind, str]]:
        return await self._database.read(report.unexplained, network)

    async def spent(self, account: str, *, since: float, after: int) -> Sequence[Dispatch]:
        return await self._database.read(accounts.spent, account, since=since, after=after)

    async def most_recipients(self, account: str, since: float) -> tuple[int, float] | None:
        return await self._database.read(accounts.most_recipients, account, since)

    async def learn(self, account: str, limit: int, *, moment: float) -> None:
        await self._database.write(accounts.learn, account, limit, moment=moment)

    async def freeze(self, mail_key: str) -> int:
        """Stops the mail for everyone it has not reached yet, as failed with status ""; how many that are."""
        return await self._database.write(
            progress.freeze, mail_key, now=self._now(), text="stopped: would name a member"
        )

    async def next_due(self, *networks: str) -> float | None:
        return await self._database.read(report.next_due, *networks)

    async def queue(self, network: str | None = None) -> Sequence[Mapping[str, object]]:
        """Keys: network, key, kind, queued, deferred, held, next_due, last_reply."""
        return await self._database.read(report.queue, network, now=self._now())

    async def results(self, network: str, mail_key: str) -> Results:
        """Erased recipients count in `total` alone."""
        return await self._database.read(report.results, network, mail_key)
