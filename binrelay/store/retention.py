"""Forgetting by age.

Invariant: what is not final is never forgotten, and a time begins when the last recipient is settled.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, or_, select, update

from binrelay.store.rows import portions
from binrelay.store.schema import (
    arrivals,
    bounces,
    bulletins,
    contents,
    conversations,
    mails,
    message_ids,
    recipients,
    waits,
)

_OPEN = recipients.c.done_at.is_(None)
_SETTLED = arrivals.c.state.not_in(("held", "waiting"))


def forget(connection: Connection, network: str, *, contents_before: float, conversations_before: float) -> int:
    """Contents by the first moment; conversations, their ids and whose address got what by the second. Keys stay."""
    here = mails.c.network == network
    old_mail = select(mails.c.content_id).where(here, _finished(contents_before))
    old_arrival = select(arrivals.c.content_id).where(
        arrivals.c.network == network, _SETTLED, arrivals.c.decided < contents_before
    )
    talks, ids = conversations.c, message_ids.c
    ended = and_(recipients.c.network == network, recipients.c.done_at < conversations_before)
    nobodys = ~exists().where(talks.network == ids.network, talks.tag == ids.conversation)
    return (
        _drop(connection, contents, contents.c.id.in_(old_mail.where(mails.c.content_id.is_not(None))))
        + _drop(connection, contents, contents.c.id.in_(old_arrival.where(arrivals.c.content_id.is_not(None))))
        + _drop(connection, conversations, and_(talks.network == network, talks.updated < conversations_before))
        + _drop(
            connection,
            message_ids,
            and_(ids.network == network, ids.created < conversations_before, ids.conversation.is_not(None), nobodys),
        )
        + _drop(connection, recipients, and_(ended, ~_mail_is_open()))
        + _drop(connection, bounces, and_(bounces.c.network == network, bounces.c.at < conversations_before))
        + _drop(connection, waits, and_(waits.c.network == network, waits.c.since < contents_before))
        + _forget_words(connection, network, conversations_before)
    )


def _finished(before: float) -> ColumnElement[bool]:
    """Mails whose last recipient was final before that moment."""
    later = or_(_OPEN, recipients.c.done_at >= before)
    return and_(mails.c.created < before, ~exists().where(recipients.c.mail_id == mails.c.id, later))


def _mail_is_open() -> ColumnElement[bool]:
    other = recipients.alias()
    return exists().where(other.c.mail_id == recipients.c.mail_id, other.c.done_at.is_(None))


def _drop(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(which)).rowcount


def _forget_words(connection: Connection, network: str, before: float) -> int:
    """Who wrote, and every text of a person's: subjects, Message-IDs that name a computer or its owner."""
    settled = (arrivals.c.network == network, _SETTLED, arrivals.c.decided < before)
    shows = or_(arrivals.c.author_key.is_not(None), arrivals.c.subject != "", arrivals.c.message_id.is_not(None))
    blank = {"author_key": None, "author_spelled": None, "subject": "", "message_id": None}
    named = (mails.c.network == network, mails.c.may_name != "[]", _finished(before))
    old = (bulletins.c.network == network, bulletins.c.sent_at < before, bulletins.c.subject != "")
    changes = (
        update(arrivals).where(*settled, shows).values(**blank),
        update(mails).where(*named).values(may_name="[]"),
        update(bulletins).where(*old).values(subject="", subject_key=""),
    )
    return sum(connection.execute(change).rowcount for change in changes)


def unwanted(connection: Connection, network: str) -> frozenset[str]:
    rows = select(arrivals.c.digest).where(arrivals.c.network == network, arrivals.c.erased.is_(True))
    return frozenset(connection.scalars(rows))


def wiped(connection: Connection, network: str, digests: Collection[str]) -> None:
    for some in portions(digests):
        named = (arrivals.c.network == network, arrivals.c.digest.in_(some))
        connection.execute(update(arrivals).where(*named).values(erased=False))


def span(connection: Connection, network: str) -> tuple[float | None, float | None]:
    """When the oldest content that is kept came, and when anything was written down last."""
    mine, wrote = arrivals.c.network == network, mails.c.network == network
    oldest = (
        select(func.min(arrivals.c.arrived)).where(mine, arrivals.c.content_id.is_not(None)),
        select(func.min(mails.c.created)).where(wrote, mails.c.content_id.is_not(None)),
    )
    newest = (select(func.max(arrivals.c.decided)).where(mine), select(func.max(mails.c.created)).where(wrote))
    first, last = ([moment for each in both if (moment := connection.scalar(each))] for both in (oldest, newest))
    return min(first, default=None), max(last, default=None)
