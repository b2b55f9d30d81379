"""What each submission account has sent lately, and what its server showed us of its limits.

Invariant: a transaction is counted in the same commit that lets its dot leave, so no window forgets one at a restart.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from binrelay.records import Departure, Dispatch
from binrelay.store.engine import upsert
from binrelay.store.many import execute_many
from binrelay.store.schema import accounts, dispatches

_SPEND = insert(dispatches).values({name: bindparam(name) for name in ("account", "at", "transactions", "recipients")})


def spend(connection: Connection, departures: Sequence[Departure]) -> None:
    rows = [
        {"account": each.account, "at": each.at, "transactions": each.transactions, "recipients": each.recipients}
        for each in departures
    ]
    execute_many(connection, _SPEND, rows)


def spent(connection: Connection, account: str, *, since: float, after: int) -> tuple[Dispatch, ...]:
    """Oldest first; `after` is the number of the last one known already."""
    row = dispatches.c
    new = select(row.id, row.at, row.transactions, row.recipients).where(
        row.account == account, row.at > since, row.id > after
    )
    return tuple(Dispatch(*found) for found in connection.execute(new.order_by(row.id)))


def most_recipients(connection: Connection, account: str, since: float) -> tuple[int, float] | None:
    """A transaction, as the server showed us, and when; None: it took whatever we gave since then."""
    row = accounts.c
    known = select(row.most_recipients, row.shown).where(row.account == account, row.shown >= since)
    found = connection.execute(known).one_or_none()
    return (found.most_recipients, found.shown) if found else None


def learn(connection: Connection, account: str, limit: int, *, moment: float) -> None:
    values = {"most_recipients": limit, "shown": moment}
    statement = upsert(connection, accounts).values(account=account, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["account"], set_=values))


def forget(connection: Connection, before: float) -> int:
    """Dispatches that no window holds any more. The last one stays: SQLite would give its number out again."""
    newest = select(func.max(dispatches.c.id)).scalar_subquery()
    old = (dispatches.c.at < before, dispatches.c.id < newest)
    return connection.execute(delete(dispatches).where(*old)).rowcount
