"""What the outbox tells people: counts, and what is under way. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, case, func, select

from binrelay.records import Counts
from binrelay.store.schema import arrivals, left_mails, mails, recipients, watches

_OPEN = recipients.c.done_at.is_(None)
_DAY = 86400.0


def next_due(connection: Connection, network: str) -> float | None:
    """When the next recipient is due, or the next claim runs out. None: nothing is under way."""
    wakes = func.min(func.coalesce(recipients.c.claimed_until, recipients.c.due))
    return connection.scalar(select(wakes).where(recipients.c.network == network, _OPEN))


def counts(connection: Connection, network: str, now: float) -> Counts:
    row = recipients.c
    held = select(func.count()).where(arrivals.c.network == network, arrivals.c.state == "held")
    left = (
        select(func.count())
        .select_from(left_mails)
        .join(
            watches, (watches.c.network == left_mails.c.network) & (watches.c.uidvalidity == left_mails.c.uidvalidity)
        )
        .where(left_mails.c.network == network)
    )
    sent = select(func.count()).where(row.network == network, row.done_at > now - _DAY, row.state == "sent")
    queued = select(func.count()).where(row.network == network, _OPEN, row.due <= now)
    deferred = select(func.count()).where(row.network == network, _OPEN, row.due > now)
    numbers = (query.scalar_subquery() for query in (held, queued, deferred, left, sent))
    return Counts(*connection.execute(select(*numbers)).one())


def queue(connection: Connection, network: str | None, *, now: float) -> Sequence[Mapping[str, object]]:
    """One row a mail, oldest first: network, key, kind, created, queued, deferred, next_due, last_reply.

    `last_reply` is what a server said to the recipient tried most often, "" before any try.
    """
    here: tuple[ColumnElement[bool], ...] = () if network is None else (mails.c.network == network,)
    late = func.sum(case((recipients.c.due > now, 1), else_=0))
    rows = connection.execute(
        select(
            mails.c.network,
            mails.c.key,
            mails.c.kind,
            mails.c.created,
            (func.count() - late).label("queued"),
            late.label("deferred"),
            func.min(recipients.c.due).label("next_due"),
            _last_reply().label("last_reply"),
        )
        .join(recipients, (recipients.c.mail_id == mails.c.id) & _OPEN)
        .where(*here)
        .group_by(mails.c.id)
        .order_by(mails.c.created, mails.c.id)
    )
    return [dict(row) for row in rows.mappings()]


def _last_reply() -> ColumnElement[str]:
    other = recipients.alias()
    said = (
        select(other.c.text)
        .where(other.c.mail_id == mails.c.id, other.c.done_at.is_(None))
        .order_by(other.c.attempts.desc(), other.c.id)
        .limit(1)
    )
    return func.coalesce(said.correlate(mails).scalar_subquery(), "")


def results(connection: Connection, network: str, key: str) -> Mapping[str, int]:
    """Recipients of one mail by state ("sent", "failed" …) and by enhanced status ("5.1.1" …), in one mapping."""
    of_mail = (mails.c.network == network, mails.c.key == key)
    totals: dict[str, int] = {}
    for column in (recipients.c.state, recipients.c.status):
        rows = (
            select(column, func.count()).join(mails).where(*of_mail, func.coalesce(column, "") != "").group_by(column)
        )
        totals.update((name, number) for name, number in connection.execute(rows))
    return totals
