"""Access: every row about one person, network by network. Reads only.

Invariant: a row about somebody else is never part of it, nor is a content.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Table, func, select

from binrelay.mail.address import Address
from binrelay.mail.header import decode_words, read_header
from binrelay.records import Kind
from binrelay.records.dossier import Dossier, Received, Talk
from binrelay.records.members import BounceRecord
from binrelay.store import standing
from binrelay.store.names import allowed_to_name
from binrelay.store.rows import arrival_from, conversation_from
from binrelay.store.schema import arrivals, bounces, bulletins, contents, conversations, mails, recipients, standings

_HEADER = 1 << 16  # octets of a content in which its subject is looked for

_PLACES: tuple[tuple[Table, Column[Any]], ...] = (
    (arrivals, arrivals.c.author_key),
    (conversations, conversations.c.member_key),
    (recipients, recipients.c.key),
    (bounces, bounces.c.key),
    (standings, standings.c.key),
)


def dossiers(connection: Connection, person: Sequence[Address], network: str | None) -> Sequence[Dossier]:
    keys = [address.key for address in person]
    found = (network,) if network else _networks(connection, keys)
    kept = (_dossier(connection, keys, each) for each in found)
    return tuple(each for each in kept if each != Dossier(each.network))


def _networks(connection: Connection, keys: Sequence[str]) -> Sequence[str]:
    named = {
        name
        for table, column in _PLACES
        for name in connection.scalars(select(table.c.network).where(column.in_(keys)).distinct())
    }
    named.update(connection.scalars(select(mails.c.network).where(allowed_to_name(keys)).distinct()))
    return sorted(named)


def _dossier(connection: Connection, keys: Sequence[str], network: str) -> Dossier:
    wrote = connection.execute(
        select(arrivals)
        .where(arrivals.c.network == network, arrivals.c.author_key.in_(keys))
        .order_by(arrivals.c.arrived, arrivals.c.id)
    ).all()
    return Dossier(
        network=network,
        arrivals=tuple(arrival_from(row) for row in wrote),
        contents=frozenset(row.id for row in wrote if row.content_id is not None),
        talks=_talks(connection, keys, network),
        received=_received(connection, keys, network),
        bounces=_bounces(connection, keys, network),
        standings=tuple(each for each in standing.standings(connection, network) if each.address.key in keys),
        named_in=_named_in(connection, keys, network),
    )


def _talks(connection: Connection, keys: Sequence[str], network: str) -> tuple[Talk, ...]:
    about = (bulletins.c.network == conversations.c.network) & (bulletins.c.id == conversations.c.bulletin)
    rows = connection.execute(
        select(conversations, bulletins.c.subject)
        .outerjoin(bulletins, about)
        .where(conversations.c.network == network, conversations.c.member_key.in_(keys))
        .order_by(conversations.c.updated, conversations.c.tag)
    )
    return tuple(Talk(conversation_from(row), row.subject or "", row.updated) for row in rows)


def _received(connection: Connection, keys: Sequence[str], network: str) -> tuple[Received, ...]:
    row = recipients.c
    about = (bulletins.c.network == mails.c.network) & (bulletins.c.id == mails.c.bulletin)
    rows = connection.execute(
        select(
            mails.c.key,
            mails.c.kind,
            mails.c.created,
            row.state,
            row.done_at,
            row.status,
            row.code,
            bulletins.c.subject,
            func.substr(contents.c.content, 1, _HEADER).label("header"),
        )
        .select_from(mails)
        .join(recipients)
        .outerjoin(contents)
        .outerjoin(bulletins, about)
        .where(row.network == network, row.key.in_(keys))
        .order_by(mails.c.created, mails.c.id)
    )
    return tuple(_received_from(row) for row in rows.mappings())


def _received_from(row: RowMapping) -> Received:
    return Received(
        mail=row["key"],
        kind=Kind(row["kind"]),
        subject=_subject(row["header"]) if row["header"] is not None else row["subject"] or "",
        queued=row["created"],
        state=row["state"],
        done=row["done_at"],
        status=row["status"] or (str(row["code"]) if row["code"] else None),
        content_kept=row["header"] is not None,
    )


def _subject(content: bytes) -> str:
    header, _, _ = read_header(bytes(content))
    return decode_words(header.first("subject") or "").strip()


def _bounces(connection: Connection, keys: Sequence[str], network: str) -> tuple[BounceRecord, ...]:
    rows = connection.execute(
        select(bounces).where(bounces.c.network == network, bounces.c.key.in_(keys)).order_by(bounces.c.at)
    )
    return tuple(
        BounceRecord(Address(row.key, row.spelled), row.status, row.action, row.mail, row.at, row.counts)
        for row in rows
    )


def _named_in(connection: Connection, keys: Sequence[str], network: str) -> int:
    """Contents that are kept of mails to others: the person is named in them, or may be."""
    to_person = recipients.alias()
    other = ~select(to_person.c.id).where(to_person.c.mail_id == mails.c.id, to_person.c.key.in_(keys)).exists()
    kept = (mails.c.network == network, mails.c.content_id.is_not(None), allowed_to_name(keys), other)
    return connection.scalar(select(func.count()).select_from(mails).where(*kept)) or 0
