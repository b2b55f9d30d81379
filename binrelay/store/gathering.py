"""Replies that wait for their hour, and become one mail. Invariant: each is in one collection or goes out alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, select, update

from binrelay.mail.address import Address
from binrelay.records import Kind, Mail
from binrelay.store import outbox
from binrelay.store.rows import address, mail_from
from binrelay.store.schema import contents, mails, recipients

_UNTOUCHED = (recipients.c.state == "queued", recipients.c.attempts == 0)


def gatherable(connection: Connection, network: str, before: float) -> Sequence[Mail]:
    """Replies whose hour has come, oldest first, with their contents and recipients; none that was tried already."""
    waits = (mails.c.network == network, mails.c.kind == Kind.REPLY.value, mails.c.not_before <= before)
    rows = connection.execute(
        select(mails, contents.c.content)
        .join(contents, contents.c.id == mails.c.content_id)
        .where(*waits, mails.c.id.in_(select(recipients.c.mail_id).where(*_UNTOUCHED)))
        .order_by(mails.c.id)
    ).all()
    return tuple(replace(mail_from(row), recipients=_recipients(connection, row.id)) for row in rows)


def _recipients(connection: Connection, mail_id: int) -> tuple[Address, ...]:
    rows = connection.execute(
        select(recipients.c.key, recipients.c.spelled).where(recipients.c.mail_id == mail_id).order_by(recipients.c.id)
    )
    return tuple(found for row in rows if (found := address(row.key, row.spelled)))


def forget_collections(connection: Connection, ids: Sequence[int]) -> int:
    """The contents of sent collections that these mails are part of; how many. One that is not out yet stays until it is."""
    keys = select(recipients.c.text).where(recipients.c.mail_id.in_(ids), recipients.c.state == "gathered")
    under_way = select(recipients.c.mail_id).where(recipients.c.done_at.is_(None))
    these = select(mails.c.content_id).where(mails.c.key.in_(keys), mails.c.id.not_in(under_way))
    return connection.execute(delete(contents).where(contents.c.id.in_(these))).rowcount


def gather(connection: Connection, together: Mail, keys: Sequence[str], *, now: float) -> bool:
    """Queues the collection in place of those mails. False, and nothing done: one of them is under way already."""
    theirs = select(mails.c.id).where(mails.c.key.in_(keys))
    rows = connection.execute(
        select(recipients.c.id, recipients.c.state, recipients.c.attempts)
        .where(recipients.c.mail_id.in_(theirs))
        .with_for_update()
    ).all()
    if not rows or any(row.state != "queued" or row.attempts for row in rows):
        return False
    ended = {"state": "gathered", "text": together.key, "done_at": now}
    connection.execute(update(recipients).where(recipients.c.id.in_([row.id for row in rows])).values(**ended))
    outbox.add(connection, (together,), now)
    return True
