"""Everything about one arrival, mail or conversation, by any name that a log, a notice or a header gives it. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, or_, select

from binrelay.records import ArrivalRecord, Kind
from binrelay.records.incident import Incident, Reached, Sent
from binrelay.store.rows import address, arrival_from
from binrelay.store.schema import arrivals, conversations, mails, recipients


def incident(connection: Connection, name: str) -> Incident | None:
    """`name`: an arrival's id, a mail's key, a conversation's tag, or a Message-ID without brackets. None: unknown."""
    sent = _mails(connection, _named(name))
    arrival = _arrival(connection, name, [row.key for row in sent])
    if arrival is not None and not sent:
        sent = _mails(connection, mails.c.key.startswith(f"{arrival.id}/", autoescape=True))
    if arrival is None and not sent:
        return None
    network = arrival.network if arrival else _network(connection, sent[0].key)
    return Incident(network, arrival, tuple(sent), _known(connection, network))


def _named(name: str) -> ColumnElement[bool]:
    return or_(
        mails.c.key == name,
        mails.c.key.startswith(f"{name}/", autoescape=True),
        mails.c.conversation == name,
        mails.c.message_id == name,
    )


def _arrival(connection: Connection, name: str, keys: Sequence[str]) -> ArrivalRecord | None:
    """The one that is meant, else the one that caused all these mails."""
    causes = {key.partition("/")[0] for key in keys}
    ids = {name, *(causes if len(causes) == 1 else ())}
    row = connection.execute(
        select(arrivals).where(or_(arrivals.c.id.in_(ids), arrivals.c.message_id == name)).order_by(arrivals.c.decided)
    ).first()
    return arrival_from(row) if row else None


def _mails(connection: Connection, which: ColumnElement[bool]) -> list[Sent]:
    rows = connection.execute(select(mails).where(which).order_by(mails.c.created, mails.c.id)).all()
    return [
        Sent(row.key, Kind(row.kind), row.message_id, row.created, row.content_id, _reached(connection, row.id))
        for row in rows
    ]


def _reached(connection: Connection, mail_id: int) -> tuple[Reached, ...]:
    rows = connection.execute(select(recipients).where(recipients.c.mail_id == mail_id).order_by(recipients.c.id))
    return tuple(
        Reached(address(row.key, row.spelled), row.state, row.done_at, row.attempts, row.code, row.status, row.text)
        for row in rows
    )


def _network(connection: Connection, key: str) -> str:
    return str(connection.scalar(select(mails.c.network).where(mails.c.key == key)))


def _known(connection: Connection, network: str) -> frozenset[str]:
    columns = (arrivals.c.author_key, conversations.c.member_key, recipients.c.key)
    return frozenset(
        key
        for column in columns
        for key in connection.scalars(select(column).where(column.table.c.network == network).distinct())
        if key is not None
    )
