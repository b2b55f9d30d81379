"""What the outbox tells people: counts, and what is under way. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal_column, select

from binrelay.records import Counts, Kind, Overdue, Results
from binrelay.store.schema import arrivals, left_mails, mails, recipients, watches

_OPEN = recipients.c.done_at.is_(None)


def next_due(connection: Connection, *networks: str) -> float | None:
    """When the next recipient is due. None: nothing waits."""
    waiting = (recipients.c.network.in_(networks), recipients.c.state == "queued")
    soonest: float | None = connection.scalar(select(func.min(recipients.c.due)).where(*waiting))
    return soonest


def counts(connection: Connection, network: str, now: float) -> Counts:
    row = recipients.c
    undecided = select(func.count()).where(arrivals.c.network == network, arrivals.c.state == "held")
    stuck = select(func.count(row.mail_id.distinct())).where(row.network == network, _OPEN, row.state == "held")
    left = (
        select(func.count())
        .select_from(left_mails)
        .join(
            watches, (watches.c.network == left_mails.c.network) & (watches.c.uidvalidity == left_mails.c.uidvalidity)
        )
        .where(left_mails.c.network == network)
    )
    queued = select(func.count()).where(row.network == network, _OPEN, row.state != "held", row.due <= now)
    deferred = select(func.count()).where(row.network == network, row.state == "queued", row.due > now)
    held = undecided.scalar_subquery() + stuck.scalar_subquery()
    numbers = (held, *(query.scalar_subquery() for query in (queued, deferred, left)))
    return Counts(*connection.execute(select(*numbers)).one())


def queue(connection: Connection, network: str | None, *, now: float) -> Sequence[Mapping[str, object]]:
    """One row a mail, oldest first: network, key, kind, queued, deferred, held, next_due, last_reply.

    `held` wait for a person, and are due whenever that person says so.
    `last_reply` is what a server said to the recipient tried most often, "" before any try.
    """
    here: tuple[ColumnElement[bool], ...] = () if network is None else (mails.c.network == network,)
    stuck = recipients.c.state == "held"
    held = func.sum(case((stuck, 1), else_=0))
    late = func.sum(case((~stuck & (recipients.c.due > now), 1), else_=0))
    rows = connection.execute(
        select(
            mails.c.network,
            mails.c.key,
            mails.c.kind,
            (func.count() - late - held).label("queued"),
            late.label("deferred"),
            held.label("held"),
            func.min(case((~stuck, recipients.c.due))).label("next_due"),
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


def results(connection: Connection, network: str, mail_key: str) -> Results:
    """One mail's recipients; erased ones count in `total` alone."""
    row = recipients.c
    unclear = (row.uncertain > literal_column("0")).label("unclear")  # a parameter here and another there never match
    groups = connection.execute(
        select(row.state, row.status, row.code, unclear, func.count())
        .join(mails)
        .where(mails.c.network == network, mails.c.key == mail_key)
        .group_by(row.state, row.status, row.code, unclear)
    ).all()
    by_state: Counter[str] = Counter()
    unsure: Counter[bool] = Counter()
    statuses: Counter[str] = Counter()
    for state, status, code, uncertain, number in groups:
        by_state[state] += number
        if state == "held":
            unsure[bool(uncertain)] += number
        if state == "failed":
            statuses[status or (str(code) if code else "")] += number
    return Results(
        total=by_state.total(),
        sent=by_state["sent"],
        failed=by_state["failed"],
        open=by_state["queued"] + by_state["claimed"] + by_state["dot"],
        held=by_state["held"],
        uncertain=unsure[True],
        statuses=tuple(sorted((status, number) for status, number in statuses.items() if status)),
    )


def unspoken(connection: Connection, network: str, since: float) -> tuple[tuple[str, Kind], ...]:
    """Mails some of whose recipients a server refused, or may have taken, since then; nobody was told of it yet."""
    row = recipients.c
    refused = and_(row.state == "failed", row.code >= 400, row.done_at > since, ~mails.c.told.contains("failed"))
    unclear = and_(row.state == "held", row.uncertain > 0, ~mails.c.told.contains("uncertain"))
    rows = connection.execute(
        select(mails.c.key, mails.c.kind).join(recipients).where(row.network == network, refused | unclear).distinct()
    )
    return tuple((each.key, Kind(each.kind)) for each in rows)


def unexplained(connection: Connection, network: str) -> tuple[tuple[str, Kind, str], ...]:
    """Mails that wait for a person who was not told so, and why they wait: a daemon died between the two."""
    waits = (recipients.c.network == network, recipients.c.state == "held", recipients.c.uncertain == 0)
    untold = (~mails.c.told.contains("refused"), ~mails.c.told.contains("stale"))
    why = func.coalesce(mails.c.held, "refused").label("why")  # a refusal is written down before the rest is held
    rows = connection.execute(select(mails.c.key, mails.c.kind, why).join(recipients).where(*waits, *untold).distinct())
    return tuple((each.key, Kind(each.kind), each.why) for each in rows)


def overdue(connection: Connection, network: str, since: float) -> tuple[Overdue, ...]:
    """Mails with recipients still queued that were due first before `since`, oldest first."""
    waiting = (recipients.c.network == network, recipients.c.state == "queued")
    first_due = func.coalesce(mails.c.not_before, mails.c.created)
    rows = connection.execute(
        select(mails.c.key, mails.c.kind, first_due.label("since"), func.count().label("open"), mails.c.told)
        .join(recipients, recipients.c.mail_id == mails.c.id)
        .where(*waiting, first_due < since)
        .group_by(mails.c.id)
        .order_by(mails.c.id)
    )
    return tuple(Overdue(row.key, Kind(row.kind), row.since, row.open, row.told) for row in rows)
