"""What waits for the coordinator, and what becomes of it.

Invariant: a held arrival is settled once, released or rejected, and its content goes with its settling.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from binrelay.records import ArrivalRecord, Kind, Plan
from binrelay.store.rows import arrival_from, portions
from binrelay.store.schema import arrivals, contents, left_mails, mails

_FIRST_OF_HELD = "%/notice%/0"  # keys of what `rules.notice` tells the first coordinator of held mail
_WAITS = arrivals.c.state == "held"
_DECIDABLE = arrivals.c.state.in_(("held", "waiting"))
# A person who drags a mail that was left alone or ignored decides about it just the same.
_UNDECIDED = arrivals.c.state.in_(("held", "left", "ignored"))


def settle(connection: Connection, plan: Plan) -> bool:
    """The held mail that `plan` releases becomes "released"; False where it does not wait (any more)."""
    here = (arrivals.c.id == plan.settles, arrivals.c.network == plan.arrival.network)
    return _end(connection, *here, state="released", now=plan.arrival.decided)


def reject(connection: Connection, record_id: str, *, now: float) -> bool:
    return _end(connection, arrivals.c.id == record_id, state="rejected", now=now)


def _end(connection: Connection, *which: ColumnElement[bool], state: str, now: float) -> bool:
    row = connection.execute(
        select(arrivals.c.id, arrivals.c.network, arrivals.c.digest, arrivals.c.content_id)
        .where(*which, _UNDECIDED)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    connection.execute(update(arrivals).where(arrivals.c.id == row.id).values(state=state, asked=None, settled=now))
    connection.execute(delete(contents).where(contents.c.id == row.content_id))
    connection.execute(delete(left_mails).where(left_mails.c.network == row.network, left_mails.c.digest == row.digest))
    return True


def held(connection: Connection, network: str | None = None) -> Sequence[ArrivalRecord]:
    return _waiting(connection, *(() if network is None else (arrivals.c.network == network,)))


def untold(connection: Connection, network: str) -> Sequence[ArrivalRecord]:
    return _waiting(connection, arrivals.c.network == network, arrivals.c.told.is_(False))


def _waiting(connection: Connection, *conditions: ColumnElement[bool]) -> Sequence[ArrivalRecord]:
    rows = select(arrivals).where(_WAITS, *conditions).order_by(arrivals.c.arrived, arrivals.c.decided, arrivals.c.id)
    return tuple(arrival_from(row) for row in connection.execute(rows))


def held_one(connection: Connection, record_id: str) -> ArrivalRecord | None:
    """Whatever its state is by now; its content goes when it is settled."""
    row = connection.execute(
        select(arrivals, contents.c.content).outerjoin(contents).where(arrivals.c.id == record_id)
    ).one_or_none()
    return arrival_from(row, row.content) if row else None


def request(connection: Connection, record_id: str, action: str) -> bool:
    asked = connection.execute(update(arrivals).where(arrivals.c.id == record_id, _DECIDABLE).values(asked=action))
    return asked.rowcount == 1


def unask(connection: Connection, record_id: str) -> None:
    connection.execute(update(arrivals).where(arrivals.c.id == record_id).values(asked=None))


def requests(connection: Connection, network: str) -> Sequence[tuple[ArrivalRecord, str]]:
    rows = select(arrivals).where(_DECIDABLE, arrivals.c.network == network, arrivals.c.asked.is_not(None))
    return tuple((arrival_from(row), row.asked) for row in connection.execute(rows.order_by(arrivals.c.arrived)))


def mark_told(connection: Connection, told: Sequence[str]) -> None:
    for some in portions(told):
        connection.execute(update(arrivals).where(arrivals.c.id.in_(some)).values(told=True))


def notices_since(connection: Connection, network: str, moment: float) -> int:
    """Of held mail, however many coordinators got each."""
    here = (mails.c.network == network, mails.c.kind == Kind.NOTICE.value)
    recent = (*here, mails.c.created >= moment, mails.c.key.like(_FIRST_OF_HELD))
    return connection.scalar(select(func.count()).select_from(mails).where(*recent)) or 0
