"""Forgetting: by age, and by a person's wish.

Invariants: what is not final is never forgotten by age; after `erase` no row holds the address.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, exists, false, func, or_, select, update

from binrelay.mail.address import Address
from binrelay.records import Kind
from binrelay.store.schema import (
    arrivals,
    bounces,
    bulletins,
    contents,
    conversations,
    mails,
    message_ids,
    recipients,
    standings,
    stumbles,
    waits,
)

_OPEN = recipients.c.done_at.is_(None)
_FINISHED = ~exists().where(recipients.c.mail_id == mails.c.id, _OPEN)
_SETTLED = arrivals.c.state != "held"
# Texts of others in which an address may stand: server replies, subjects, errors.
_PROSE = (
    (recipients, recipients.c.text),
    (arrivals, arrivals.c.subject),
    (bulletins, bulletins.c.subject),
    (bulletins, bulletins.c.subject_key),
    (stumbles, stumbles.c.error),
)


def forget(connection: Connection, network: str, *, contents_before: float, conversations_before: float) -> int:
    """Contents by the first moment; conversations, their ids and whose address got what by the second. Keys stay."""
    here = mails.c.network == network
    old_mail = select(mails.c.content_id).where(here, mails.c.created < contents_before, _FINISHED)
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
        + _forget_authors(connection, network, conversations_before)
    )


def _mail_is_open() -> ColumnElement[bool]:
    other = recipients.alias()
    return exists().where(other.c.mail_id == recipients.c.mail_id, other.c.done_at.is_(None))


def _drop(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(which)).rowcount


def _forget_authors(connection: Connection, network: str, before: float) -> int:
    old = (arrivals.c.network == network, _SETTLED, arrivals.c.decided < before, arrivals.c.author_key.is_not(None))
    blank = {"author_key": None, "author_spelled": None, "subject": ""}
    return connection.execute(update(arrivals).where(*old).values(**blank)).rowcount


def erase(connection: Connection, person: Address, *, now: float) -> int:
    """Takes the address out of every row and drops the contents that may show it; how many rows.

    What was under way to or for that person ends; bulletins go on to everybody else.
    """
    talks = select(conversations.c.network, conversations.c.tag).where(conversations.c.member_key == person.key)
    showing = [mail_id for network, tag in connection.execute(talks).all() for mail_id in _of(connection, network, tag)]
    showing += connection.scalars(select(mails.c.id).where(or_(*_names(person)))).all()
    return (
        _end_mails(connection, sorted(set(showing)), now)
        + _erase_recipient(connection, person, now)
        + _erase_author(connection, person)
        + _drop(connection, conversations, conversations.c.member_key == person.key)
        + _drop(connection, bounces, bounces.c.key == person.key)
        + _drop(connection, standings, standings.c.key == person.key)
        + sum(_blank(connection, person, table=table, column=column) for table, column in _PROSE)
    )


def _of(connection: Connection, network: str, tag: str) -> Sequence[int]:
    return connection.scalars(select(mails.c.id).where(mails.c.network == network, mails.c.conversation == tag)).all()


def _names(person: Address) -> tuple[ColumnElement[bool], ...]:
    """Mails whose content may show the address: allowed to name it, or written to that person alone."""
    personal = mails.c.kind.in_((Kind.ANSWER.value, Kind.ACKNOWLEDGEMENT.value, Kind.NOTICE.value))
    to_person = exists().where(recipients.c.mail_id == mails.c.id, recipients.c.key == person.key)
    return (
        mails.c.may_name.contains(json.dumps(person.key, ensure_ascii=False), autoescape=True),
        and_(personal, to_person),
        mails.c.reverse_key == person.key,
    )


def _end_mails(connection: Connection, showing: Sequence[int], now: float) -> int:
    stopped = {"state": "failed", "text": "stopped: erased", "owner": None, "done_at": now}
    for mail_id in showing:
        connection.execute(update(recipients).where(recipients.c.mail_id == mail_id, _OPEN).values(**stopped))
        connection.execute(
            delete(contents).where(contents.c.id.in_(select(mails.c.content_id).where(mails.c.id == mail_id)))
        )
        blank = {"may_name": "[]", "reverse_key": None, "reverse_spelled": None}
        connection.execute(update(mails).where(mails.c.id == mail_id).values(**blank))
    return len(showing)


def _erase_recipient(connection: Connection, person: Address, now: float) -> int:
    """R5: the address goes, code and status stay."""
    gone = {
        "state": "erased",
        "key": None,
        "spelled": None,
        "text": "",
        "owner": None,
        "done_at": func.coalesce(recipients.c.done_at, now),
    }
    return connection.execute(update(recipients).where(recipients.c.key == person.key).values(**gone)).rowcount


def _erase_author(connection: Connection, person: Address) -> int:
    mine = arrivals.c.author_key == person.key
    held_contents = select(arrivals.c.content_id).where(mine, arrivals.c.content_id.is_not(None))
    connection.execute(delete(contents).where(contents.c.id.in_(held_contents)))
    connection.execute(update(arrivals).where(mine, ~_SETTLED).values(state="rejected", asked=None))
    blank = {"author_key": None, "author_spelled": None, "subject": ""}
    return connection.execute(update(arrivals).where(mine).values(**blank)).rowcount


def _blank(connection: Connection, person: Address, *, table: Table, column: Column[str]) -> int:
    shown = or_(
        false(), *(func.lower(column).contains(name.lower(), autoescape=True) for name in {person.key, str(person)})
    )
    return connection.execute(update(table).where(shown).values({column: ""})).rowcount
