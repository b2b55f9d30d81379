"""`ports.MembersStore` over SQL: how members stand, whose mail comes back, who is new, and the breaker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from binrelay.mail.address import Address
from binrelay.records import Mail
from binrelay.records.members import Failure, Ledger, Standing
from binrelay.store import acquaintances, failures, ledger, notes, standing
from binrelay.store.engine import Database


class MembersSide:
    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    async def standings(self, network: str | None = None) -> Sequence[Standing]:
        return await self._database.read(standing.standings, network)

    async def stand(self, standings: Sequence[Standing], mails: Sequence[Mail] = ()) -> None:
        await self._database.write(standing.stand_and_tell, standings, mails, now=self._now())

    async def broken_off(self, network: str) -> str | None:
        return await self._database.read(notes.broken_off, network)

    async def break_off(self, network: str, why: str) -> bool:
        return await self._database.write(notes.break_off, network, why)

    async def restart(self, network: str) -> bool:
        return await self._database.write(notes.restart, network)

    async def ledger(self, network: str, since: float, *, members: int) -> Ledger:
        return await self._database.read(ledger.ledger, network, since=since, members=members)

    async def failures(self, network: str, since: float) -> Sequence[Failure]:
        return await self._database.write(failures.failures, network, since=since)

    async def proofs(self, network: str, addresses: Sequence[Address], quiet_since: float) -> Mapping[str, float]:
        return await self._database.read(failures.proofs, network, addresses, quiet_since=quiet_since)

    async def acquainted(self, network: str) -> frozenset[str] | None:
        return await self._database.read(acquaintances.known, network)

    async def acquaint(self, network: str, marks: Collection[str], mails: Sequence[Mail] = ()) -> None:
        await self._database.write(acquaintances.acquaint, network, marks, new=mails, now=self._now())
