"""What the coordinators are told of their week: counts, and no names. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from binrelay.records import Kind
from binrelay.records.coordinator import Issue, Span, Week
from binrelay.store.rows import address
from binrelay.store.schema import arrivals, bulletins, conversations, mails, recipients

_FROM_MEMBERS = (Kind.REPLY.value, Kind.REPORT.value)


def week(connection: Connection, network: str, span: Span) -> Week:
    return Week(
        issues=issues(connection, network, span.since, until=span.until),
        replies=_replies(connection, network, span),
        bulletins_at=_moments(connection, network, (Kind.BULLETIN.value,), span=span),
        replies_at=_moments(connection, network, _FROM_MEMBERS, span=span),
    )


def issues(connection: Connection, network: str, since: float, *, until: float = inf) -> tuple[Issue, ...]:
    """Bulletins of that time, oldest first."""
    table, arrival = bulletins.c, arrivals.c
    rows = connection.execute(
        select(table.id, table.partner, table.sent_at, arrival.subject, arrival.message_id)
        .add_columns(arrival.author_key, arrival.author_spelled)
        .join(arrivals, arrival.id == table.id)
        .where(table.network == network, table.sent_at >= since, table.sent_at < until)
        .order_by(table.sent_at, table.id)
    ).all()
    ids = [row.id for row in rows]
    progress, answered = _progress(connection, ids), _answered(connection, ids)
    return tuple(_issue(row, progress, answered) for row in rows)


def _issue(row: Row[Any], progress: Mapping[str, Row[Any]], answered: Mapping[str, int]) -> Issue:
    far = progress.get(row.id)
    return Issue(
        id=row.id,
        partner=row.partner,
        author=address(row.author_key, row.author_spelled),
        message_id=row.message_id,
        subject=row.subject,
        sent_at=row.sent_at,
        total=far.total if far else 0,
        reached=far.reached if far else 0,
        refused=far.refused if far else 0,
        untried=far.untried if far else 0,
        replies=answered.get(row.id, 0),
    )


def _progress(connection: Connection, ids: Sequence[str]) -> Mapping[str, Row[Any]]:
    row = recipients.c

    def number(*states: str) -> Any:
        return func.sum(case((row.state.in_(states), 1), else_=0))

    untried = func.sum(case((row.done_at.is_(None) & (row.attempts == 0), 1), else_=0))
    rows = connection.execute(
        select(mails.c.bulletin, func.count().label("total"))
        .add_columns(number("sent", "erased").label("reached"), number("failed").label("refused"))
        .add_columns(untried.label("untried"))
        .join(recipients, row.mail_id == mails.c.id)
        .where(mails.c.kind == Kind.BULLETIN.value, mails.c.bulletin.in_(ids))
        .group_by(mails.c.bulletin)
    )
    return {found.bulletin: found for found in rows}


def _answered(connection: Connection, ids: Sequence[str]) -> Mapping[str, int]:
    rows = connection.execute(
        select(mails.c.bulletin, func.count())
        .where(mails.c.kind == Kind.REPLY.value, mails.c.bulletin.in_(ids))
        .group_by(mails.c.bulletin)
    )
    return {bulletin: number for bulletin, number in rows if bulletin is not None}


def _replies(connection: Connection, network: str, span: Span) -> Mapping[str | None, int]:
    rows = connection.execute(
        select(conversations.c.partner)
        .join(mails, (mails.c.conversation == conversations.c.tag) & (mails.c.network == conversations.c.network))
        .where(mails.c.network == network, mails.c.kind.in_(_FROM_MEMBERS))
        .where(mails.c.created >= span.since, mails.c.created < span.until)
    )
    return Counter(row.partner for row in rows)


def _moments(connection: Connection, network: str, kinds: Sequence[str], *, span: Span) -> tuple[float, ...]:
    """A bulletin in several languages is one."""
    within = (mails.c.created >= span.history, mails.c.created < span.until)
    rows = connection.execute(
        select(func.min(mails.c.created))
        .where(mails.c.network == network, mails.c.kind.in_(kinds), *within)
        .group_by(mails.c.bulletin if kinds == (Kind.BULLETIN.value,) else mails.c.id)
    )
    return tuple(sorted(rows.scalars()))


def posted(connection: Connection, key: str) -> bool:
    return connection.scalar(select(mails.c.id).where(mails.c.key == key)) is not None
