"""What one arrival makes us ask of our memory, answered in one go. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from binrelay.model import BulletinRecord, Conversation
from binrelay.records import Known, Query, Recall
from binrelay.store import arrivals, failures, ledger, notes, undo
from binrelay.store.rows import bulletin_from, conversation_from, portions, subject_key
from binrelay.store.schema import bulletins, conversations, message_ids

_SAME_SUBJECT = 60 * 86400.0
_HOUR = 3600.0


def recall(connection: Connection, query: Query) -> Recall:
    known = _ids(connection, query.network, (*query.ids, *query.own_ids))
    ids = {name: known[name] for name in query.ids if name in known}
    tags = _tags(connection, query.network, (*query.tags, *_present(found.conversation for found in ids.values())))
    same_subject = _same_subject(connection, query)
    named = (
        *_present(found.bulletin for found in ids.values()),
        *_present(conversation.bulletin for conversation in tags.values()),
        *same_subject,
    )
    return Recall(
        seen=arrivals.arrival(connection, query.network, query.digest),
        issued=any(known[name].ours for name in query.own_ids if name in known),
        ids=ids,
        tags=tags,
        bulletins=_bulletins(connection, query.network, named),
        same_subject=same_subject,
        between=_between(connection, query, named),
        reached=undo.reached(connection, query.network, named) if query.corrects else {},
        warned_at=_warned_at(connection, query),
        bulletins_last_hour=_last_hour(connection, query),
        returned=failures.returned(connection, query),
        key=notes.known_key(connection),
        **_limits(connection, query),
    )


def _limits(connection: Connection, query: Query) -> dict[str, int]:
    """What the limits on answers and on one author go by."""
    if query.writer is None:
        return {}
    network, now, writer = query.network, query.now, query.writer
    return {
        "answers_lately": ledger.answered_lately(connection, network, now, member=query.author or writer),
        "answered": ledger.answers(connection, network, now, to=writer),
        "answered_all": ledger.answers(connection, network, now),
        "answered_strangers": ledger.answers_to_strangers(connection, network, now),
    }


def bulletin(connection: Connection, network: str, bulletin_id: str) -> BulletinRecord | None:
    return _bulletins(connection, network, (bulletin_id,)).get(bulletin_id)


def _present(names: Iterable[str | None]) -> Sequence[str]:
    return [name for name in names if name is not None]


def _ids(connection: Connection, network: str, names: Iterable[str]) -> dict[str, Known]:
    table = message_ids.c
    return {
        row.message_id: Known(row.ours, row.bulletin, row.conversation)
        for some in portions(names)
        for row in connection.execute(select(message_ids).where(table.network == network, table.message_id.in_(some)))
    }


def _tags(connection: Connection, network: str, tags: Iterable[str]) -> dict[str, Conversation]:
    table = conversations.c
    return {
        row.tag: conversation_from(row)
        for some in portions(tags)
        for row in connection.execute(select(conversations).where(table.network == network, table.tag.in_(some)))
    }


def _bulletins(connection: Connection, network: str, names: Iterable[str]) -> dict[str, BulletinRecord]:
    table = bulletins.c
    return {
        row.id: bulletin_from(row)
        for some in portions(names)
        for row in connection.execute(select(bulletins).where(table.network == network, table.id.in_(some)))
    }


def _same_subject(connection: Connection, query: Query) -> tuple[str, ...]:
    key = subject_key(query.subject)
    if not key:
        return ()
    table = bulletins.c
    recent = (table.network == query.network, table.subject_key == key, table.sent_at >= query.now - _SAME_SUBJECT)
    return tuple(connection.scalars(select(table.id).where(*recent).order_by(table.sent_at)))


def _between(connection: Connection, query: Query, named: Iterable[str]) -> tuple[Conversation, ...]:
    if query.author is None:
        return ()
    table = conversations.c
    about = set(named)
    rows = connection.execute(
        select(conversations)
        .where(table.network == query.network, table.member_key == query.author.key, table.bulletin.is_not(None))
        .order_by(table.updated, table.tag)
    )
    return tuple(conversation_from(row) for row in rows if row.bulletin in about)


def _warned_at(connection: Connection, query: Query) -> float | None:
    if query.author is None:
        return None
    theirs = (conversations.c.network == query.network, conversations.c.member_key == query.author.key)
    latest: float | None = connection.scalar(select(func.max(conversations.c.warned_at)).where(*theirs))
    return latest


def _last_hour(connection: Connection, query: Query) -> int:
    table = bulletins.c
    recent = (
        table.network == query.network,
        table.partner.is_not_distinct_from(query.partner),
        table.sent_at > query.now - _HOUR,
    )
    return connection.scalar(select(func.count()).select_from(bulletins).where(*recent)) or 0
