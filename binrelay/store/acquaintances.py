"""Who is no newcomer any more, so that everybody is welcomed once.

Invariant: no address stands here, only a keyed hash of it; whoever has neither key nor address learns nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, select

from binrelay.mail.address import Address
from binrelay.records import Mail
from binrelay.rules.joining import acquaintance
from binrelay.store import notes, outbox
from binrelay.store.engine import upsert
from binrelay.store.schema import acquaintances as table

_BEGUN = "-"  # its presence says that the network has been looked at before


def known(connection: Connection, network: str) -> frozenset[str] | None:
    """None: nobody has ever been asked for; everybody there now was there before."""
    found = frozenset(connection.scalars(select(table.c.mark).where(table.c.network == network)))
    return found - {_BEGUN} if found else None


def acquaint(connection: Connection, network: str, marks: Collection[str], *, new: Sequence[Mail], now: float) -> None:
    """From now on they are known; their words of welcome are queued with it or not at all."""
    rows = [{"network": network, "mark": each} for each in (_BEGUN, *marks)]
    connection.execute(upsert(connection, table).on_conflict_do_nothing(), rows)
    outbox.add(connection, new, now)


def forget(connection: Connection, keys: Sequence[str]) -> int:
    """Drops the marks of a person's addresses, in every network."""
    secret = notes.known_key(connection)
    networks = connection.scalars(select(table.c.network).distinct()).all()
    gone = 0
    for network in networks:
        marks = [acquaintance(Address(each, each), network, key=secret) for each in keys]
        gone += connection.execute(delete(table).where(table.c.network == network, table.c.mark.in_(marks))).rowcount
    return gone
