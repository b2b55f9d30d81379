"""Several daemons behind one store: who is there, and whose turn it is to watch which mailbox.

Invariants: one daemon at a time holds a mailbox; what a silent daemon had under way is given back once. Time is the
database's own, so clocks that differ between machines decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, or_, select, update

from binrelay.rota import Attendance
from binrelay.store import progress
from binrelay.store.engine import Database, clock, upsert
from binrelay.store.schema import recipients
from binrelay.store.schema_rota import daemons, leases


class SqlRota:
    """`ports.Rota` over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def attend(self, who: Attendance, networks: Sequence[str], *, lease: float) -> frozenset[str]:
        return await self._database.write(_attend, who, networks, lease=lease)

    async def bury(self, *, silent: float, wait: float, now: float) -> Sequence[tuple[str, int]]:
        return await self._database.write(_bury, silent=silent, again=now + wait)

    async def tidy(self, *, wait: float, now: float) -> int:
        return await self._database.write(_tidy, again=now + wait)

    async def resign(self, daemon: str, *, wait: float, now: float) -> int:
        return await self._database.write(_resign, daemon, again=now + wait)

    async def waiting(self, now: float) -> frozenset[str]:
        return await self._database.read(_waiting, now=now)

    async def roll(self) -> Sequence[Attendance]:
        """Who is there, in the order of their hosts."""
        return await self._database.read(_roll)


def _attend(connection: Connection, who: Attendance, networks: Sequence[str], *, lease: float) -> frozenset[str]:
    now = clock(connection)
    row = {"host": who.host, "pid": who.pid, "seen": now, "status": who.status}
    statement = upsert(connection, daemons).values(id=who.id, **row)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))
    connection.execute(delete(leases).where(leases.c.owner == who.id, leases.c.network.not_in(networks)))
    kept = update(leases).where(leases.c.owner == who.id).values(until=now + lease).returning(leases.c.network)
    ours = set(connection.scalars(kept))
    taken = set(connection.scalars(select(leases.c.network).where(leases.c.until > now, leases.c.owner != who.id)))
    free = sorted(set(networks) - ours - taken)  # sorted: two daemons that take many never wait for each other
    return frozenset(ours.union(name for name in free if _take(connection, name, owner=who.id, now=now, lease=lease)))


def _take(connection: Connection, network: str, *, owner: str, now: float, lease: float) -> bool:
    ours = {"owner": owner, "until": now + lease}
    free = or_(leases.c.owner == owner, leases.c.until <= now)
    statement = upsert(connection, leases).values(network=network, **ours)
    statement = statement.on_conflict_do_update(index_elements=["network"], set_=ours, where=free)
    return connection.scalar(statement.returning(leases.c.network)) is not None


def _bury(connection: Connection, *, silent: float, again: float) -> Sequence[tuple[str, int]]:
    before = clock(connection) - silent
    dead = connection.scalars(select(daemons.c.id).where(daemons.c.seen <= before).with_for_update(skip_locked=True))
    return tuple((daemon, _resign(connection, daemon, again=again)) for daemon in dead.all())


def _tidy(connection: Connection, *, again: float) -> int:
    """As after a restored backup: what is under way in the name of a daemon that is on no roll."""
    known = exists().where(daemons.c.id == recipients.c.owner)
    strangers = connection.scalars(select(recipients.c.owner).where(recipients.c.owner.is_not(None), ~known).distinct())
    return sum(progress.unclaim(connection, owner=daemon, again=again) for daemon in strangers.all())


def _resign(connection: Connection, daemon: str, *, again: float) -> int:
    """The daemon's own row first, as everywhere here: who stops and is buried at the same moment must not wait in a circle."""
    connection.execute(delete(daemons).where(daemons.c.id == daemon))
    connection.execute(delete(leases).where(leases.c.owner == daemon))
    return progress.unclaim(connection, owner=daemon, again=again)


def _waiting(connection: Connection, *, now: float) -> frozenset[str]:
    row = recipients.c
    return frozenset(connection.scalars(select(row.network).where(row.state == "queued", row.due <= now).distinct()))


def _roll(connection: Connection) -> Sequence[Attendance]:
    now = clock(connection)
    rows = connection.execute(select(daemons).order_by(daemons.c.host, daemons.c.id))
    return tuple(Attendance(row.id, row.host, row.pid, row.status, max(now - row.seen, 0.0)) for row in rows)
