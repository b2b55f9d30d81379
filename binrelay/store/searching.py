"""Does the database still show a person? Every text column, and every content as its reader would decode it. Reads only.

Invariant: it searches apart from what erases, so that one mistake is not made twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select

from binrelay.mail.scrub import Person
from binrelay.store.names import shows
from binrelay.store.schema import METADATA, arrivals, contents, mails, recipients
from binrelay.store.text import Text


@dataclass(frozen=True, slots=True)
class Kept:
    """One content, and whose it is."""

    id: int
    record: str  # key of the outgoing mail, or id of the arrival
    waits: bool  # for its recipients, or for a coordinator: it must not go at somebody else's wish


def kept(connection: Connection) -> Sequence[Kept]:
    """Every content there is."""
    open_ = exists().where(recipients.c.mail_id == mails.c.id, recipients.c.done_at.is_(None))
    outgoing = select(mails.c.content_id, mails.c.key, open_.label("waits")).where(mails.c.content_id.is_not(None))
    held = select(arrivals.c.content_id, arrivals.c.id, arrivals.c.state).where(arrivals.c.content_id.is_not(None))
    return [
        *(Kept(row.content_id, row.key, bool(row.waits)) for row in connection.execute(outgoing)),
        *(Kept(row.content_id, row.id, row.state in ("held", "waiting")) for row in connection.execute(held)),
    ]


def content(connection: Connection, content_id: int) -> bytes | None:
    found = connection.scalar(select(contents.c.content).where(contents.c.id == content_id))
    return bytes(found) if found is not None else None


def columns_showing(connection: Connection, person: Person) -> Sequence[tuple[str, int]]:
    """Columns in which the person stands, and in how many rows."""
    columns = (column for table in METADATA.sorted_tables for column in table.columns if isinstance(column.type, Text))
    counted = (
        (str(column), connection.scalar(select(func.count()).where(shows(column, person))) or 0) for column in columns
    )
    return [(name, count) for name, count in counted if count]
