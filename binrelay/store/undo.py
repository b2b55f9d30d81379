"""Bulletins on their way: those that may still be stopped, and what stopping them leaves undone.

Invariant: stopping ends recipients that have not left; one whose dot is under way comes to its own end and counts as out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, func, select, update

from binrelay.records import ArrivalRecord, Kind
from binrelay.records.coordinator import Stopped
from binrelay.store.rows import arrival_from, portions
from binrelay.store.schema import arrivals, mails, recipients

_WAITS = arrivals.c.state == "waiting"
_NOT_LEFT = recipients.c.state.in_(("queued", "claimed", "held"))


def stop(connection: Connection, record_id: str, *, now: float) -> Stopped | None:
    """Nobody gets the bulletin of that arrival any more; None where there was nobody left to spare."""
    of_bulletin = _of_bulletin(record_id)
    ended = {"state": "stopped", "status": "", "text": "stopped by a coordinator", "owner": None, "done_at": now}
    number = connection.execute(update(recipients).where(of_bulletin, _NOT_LEFT).values(**ended)).rowcount
    if not number:
        return None
    connection.execute(update(arrivals).where(arrivals.c.id == record_id).values(state="rejected", asked=None))
    out = select(func.count()).where(of_bulletin, recipients.c.state.in_(("sent", "dot")))
    return Stopped(number, connection.scalar(out) or 0)


def hasten(connection: Connection, record_id: str, *, now: float) -> bool:
    """The bulletin need not wait any longer. False: it did not wait."""
    over = update(arrivals).where(arrivals.c.id == record_id, _WAITS).values(state="done", asked=None)
    if connection.execute(over).rowcount != 1:
        return False
    due = update(recipients).where(_of_bulletin(record_id), recipients.c.state == "queued", recipients.c.due > now)
    connection.execute(due.values(due=now))
    connection.execute(update(mails).where(_bulletin(record_id), mails.c.not_before > now).values(not_before=now))
    return True


def ripen(connection: Connection, network: str, *, now: float) -> Sequence[ArrivalRecord]:
    """The bulletins whose time to be stopped unseen is over; from here on they count as done."""
    later = select(mails.c.id).where(
        mails.c.network == arrivals.c.network,
        mails.c.bulletin == arrivals.c.id,
        mails.c.kind == Kind.BULLETIN.value,
        mails.c.not_before > now,
    )
    ripe = connection.execute(
        select(arrivals).where(arrivals.c.network == network, _WAITS, ~later.exists()).with_for_update()
    )
    records = tuple(arrival_from(row) for row in ripe)
    for record in records:
        connection.execute(update(arrivals).where(arrivals.c.id == record.id).values(state="done", asked=None))
    return records


def waiting(connection: Connection, network: str | None) -> Sequence[ArrivalRecord]:
    """Bulletins that go out by themselves when their time has come, oldest first."""
    here = () if network is None else (arrivals.c.network == network,)
    rows = connection.execute(select(arrivals).where(_WAITS, *here).order_by(arrivals.c.decided, arrivals.c.id))
    return tuple(arrival_from(row) for row in rows)


def under_way(connection: Connection, network: str) -> bool:
    """Whether a coordinator can still stop a bulletin, or let go what waits for a person on its way out."""
    decidable = (mails.c.kind == Kind.BULLETIN.value) | (recipients.c.state == "held")
    open_one = (
        select(recipients.c.id)
        .join(mails, mails.c.id == recipients.c.mail_id)
        .where(mails.c.network == network, decidable, recipients.c.done_at.is_(None))
        .limit(1)
    )
    return connection.scalar(open_one) is not None


def reached(connection: Connection, network: str, bulletins: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """To whom each of these bulletins went or is going; nobody where that is forgotten."""
    found: dict[str, set[str]] = {}
    for some in portions(bulletins):
        rows = connection.execute(
            select(mails.c.bulletin, recipients.c.key)
            .join(mails, mails.c.id == recipients.c.mail_id)
            .where(mails.c.network == network, mails.c.kind == Kind.BULLETIN.value, mails.c.bulletin.in_(some))
            .where(recipients.c.key.is_not(None), recipients.c.state.in_(("sent", "dot", "queued", "claimed")))
        )
        for bulletin, key in rows:
            found.setdefault(bulletin, set()).add(key)
    return {bulletin: frozenset(keys) for bulletin, keys in found.items()}


def _bulletin(record_id: str) -> ColumnElement[bool]:
    return (mails.c.bulletin == record_id) & (mails.c.kind == Kind.BULLETIN.value)


def _of_bulletin(record_id: str) -> ColumnElement[bool]:
    return recipients.c.mail_id.in_(select(mails.c.id).where(_bulletin(record_id)))
