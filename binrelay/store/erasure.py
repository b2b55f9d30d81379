"""Erasing one person (GDPR article 17): the address goes from every row, what shows it goes with its row's content.

Invariant: afterwards no column holds an address of the person, but where a mail of somebody else still waits for a
decision; `searching` proves it. What was under way to or for the person ends; bulletins go on to everybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, or_, select, tuple_, update

from binrelay.mail.scrub import Person
from binrelay.records import Kind
from binrelay.store import acquaintances
from binrelay.store.gathering import forget_collections
from binrelay.store.names import allowed_to_name, shows
from binrelay.store.personal import PROSE
from binrelay.store.rows import portions
from binrelay.store.schema import (
    arrivals,
    bounces,
    contents,
    conversations,
    mails,
    message_ids,
    recipients,
    standings,
)

_OPEN = recipients.c.done_at.is_(None)
_PERSONAL = (Kind.ANSWER.value, Kind.ACKNOWLEDGEMENT.value, Kind.NOTICE.value)  # written to one person alone


@dataclass(slots=True)
class _Marks:
    """What belongs to the person."""

    keys: Sequence[str]
    talks: list[tuple[str, str]] = field(default_factory=list)  # network and tag
    mails: set[int] = field(default_factory=set)
    arrivals: set[str] = field(default_factory=set)


def erase(connection: Connection, person: Person, *, showing: Sequence[int] = (), now: float) -> int:
    """`showing` are ids of contents that were found to show the person; those of mails under way stay. How many rows."""
    marks = _marks(connection, [address.key for address in person.addresses])
    return (
        _end_mails(connection, sorted(marks.mails), now)
        + _erase_arrivals(connection, marks, now)
        + _erase_talks(connection, marks)
        + _erase_recipient(connection, marks.keys, now)
        + _drop(connection, bounces, bounces.c.key.in_(marks.keys))
        + _drop(connection, standings, standings.c.key.in_(marks.keys))
        + acquaintances.forget(connection, marks.keys)
        + sum(_drop(connection, contents, contents.c.id.in_(some)) for some in portions(showing))
        + _blank_prose(connection, person)
    )


def _marks(connection: Connection, keys: Sequence[str]) -> _Marks:
    talks = connection.execute(
        select(conversations.c.network, conversations.c.tag).where(conversations.c.member_key.in_(keys))
    )
    marks = _Marks(keys, [(row.network, row.tag) for row in talks])
    of_person = [allowed_to_name(keys)]
    of_person += [tuple_(mails.c.network, mails.c.conversation).in_(some) for some in portions(marks.talks)]
    for row in connection.execute(select(mails.c.id, mails.c.key).where(or_(*of_person))):
        marks.mails.add(row.id)
        marks.arrivals.add(row.key.partition("/")[0])
    to_person = exists().where(recipients.c.mail_id == mails.c.id, recipients.c.key.in_(keys))
    written_to = or_(and_(mails.c.kind.in_(_PERSONAL), to_person), mails.c.reverse_key.in_(keys))
    marks.mails.update(connection.scalars(select(mails.c.id).where(written_to)))
    marks.arrivals.update(connection.scalars(select(arrivals.c.id).where(arrivals.c.author_key.in_(keys))))
    return marks


def _drop(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(which)).rowcount


def _end_mails(connection: Connection, ids: Sequence[int], now: float) -> int:
    stopped = {"state": "failed", "text": "stopped: erased", "owner": None, "done_at": now}
    blank = {"may_name": "[]", "reverse_key": None, "reverse_spelled": None, "conversation": None}
    for some in portions(ids):
        forget_collections(connection, some)
        these = mails.c.id.in_(some)
        connection.execute(update(recipients).where(recipients.c.mail_id.in_(some), _OPEN).values(**stopped))
        _drop(connection, contents, contents.c.id.in_(select(mails.c.content_id).where(these)))
        connection.execute(update(mails).where(these).values(**blank))
    return len(ids)


def _erase_arrivals(connection: Connection, marks: _Marks, now: float) -> int:
    """What the person wrote, and what authorities wrote in conversations with them."""
    waits = arrivals.c.state.in_(("held", "waiting"))
    for some in portions(sorted(marks.arrivals)):
        these = arrivals.c.id.in_(some)
        _drop(connection, contents, contents.c.id.in_(select(arrivals.c.content_id).where(these)))
        rejected = {"state": "rejected", "asked": None, "settled": now}
        connection.execute(update(arrivals).where(these, waits).values(**rejected))
        connection.execute(update(arrivals).where(these).values(subject="", message_id=None, erased=True))
    nobody = {"author_key": None, "author_spelled": None}
    connection.execute(update(arrivals).where(arrivals.c.author_key.in_(marks.keys)).values(**nobody))
    return len(marks.arrivals)


def _erase_talks(connection: Connection, marks: _Marks) -> int:
    """Ids of ours stay without a meaning: a mail of ours that comes back is still known as ours."""
    for some in portions(marks.talks):
        of_talk = tuple_(message_ids.c.network, message_ids.c.conversation).in_(some)
        _drop(connection, message_ids, and_(of_talk, message_ids.c.ours.is_(False)))
        connection.execute(update(message_ids).where(of_talk).values(conversation=None))
    return _drop(connection, conversations, conversations.c.member_key.in_(marks.keys))


def _erase_recipient(connection: Connection, keys: Sequence[str], now: float) -> int:
    """R5: the address goes, code and status stay."""
    gone = {
        "state": "erased",
        "key": None,
        "spelled": None,
        "text": "",
        "owner": None,
        "done_at": func.coalesce(recipients.c.done_at, now),
    }
    return connection.execute(update(recipients).where(recipients.c.key.in_(keys)).values(**gone)).rowcount


def _blank_prose(connection: Connection, person: Person) -> int:
    """Texts of others in which the person may stand: whole ones, for nobody can tell what the rest gives away."""
    return sum(
        connection.execute(update(column.table).where(shows(column, person)).values({column: ""})).rowcount
        for column in PROSE
    )
