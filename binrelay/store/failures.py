"""Whom a delivery report is about, what did not arrive, and what proves that an address works.

Invariant: a failure counts only where a key of ours names both the mail and the recipient; what is guessed never does. A
mail that cannot come back (its reverse-path is null) proves nothing by staying away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, select, update

from binrelay.mail.address import Address
from binrelay.records import Query
from binrelay.records.members import BounceRecord, Failure, Returned
from binrelay.store.rows import portions
from binrelay.store.schema import arrivals, bounces, mails, recipients

_GUESS = 7 * 86400.0  # seconds back in which an address alone may tell which mail came back
# RFC 5321 4.2.3, RFC 7504: replies that speak of the address although the server gave no enhanced status. 550 does not.
_STATUS_OF_CODE = {551: "5.1.6", 553: "5.1.3", 556: "5.1.10"}
_WRITES = ("reply", "report", "command", "bulletin", "answer")


def returned(connection: Connection, query: Query) -> tuple[Returned, ...]:
    """Strongest key first: the row in the return address, the mail's id, and at last an address we wrote to lately."""
    if query.report is None:
        return ()
    here = recipients.c.network == query.network
    by_row = _found(connection, here & recipients.c.id.in_(query.report.rows[:1000]))
    if by_row:
        return tuple(by_row)
    ours = _found(connection, here & mails.c.message_id.in_(query.report.message_ids[:1000]))
    if ours:
        return _named(ours, query.failed)
    recent = and_(here, recipients.c.state == "sent", recipients.c.done_at > query.now - _GUESS)
    keys = [address.key for address in query.failed[:1000]]
    guessed = _found(connection, recent & recipients.c.key.in_(keys), sure=False)
    return tuple({each.address: each for each in guessed}.values())


def _named(ours: Sequence[Returned], failed: Sequence[Address]) -> tuple[Returned, ...]:
    """Of the mail's recipients those that the report names; a mail to one person needs no naming."""
    return tuple(ours) if len(ours) == 1 else tuple(each for each in ours if each.address in failed)


def _found(connection: Connection, which: ColumnElement[bool], *, sure: bool = True) -> list[Returned]:
    rows = connection.execute(
        select(recipients.c.id, recipients.c.key, recipients.c.spelled, mails.c.message_id)
        .join(mails)
        .where(which, recipients.c.key.is_not(None))
        .order_by(recipients.c.id)
    )
    return [Returned(Address(row.key, row.spelled), row.message_id, row.id, sure) for row in rows]


def note(connection: Connection, network: str, records: Sequence[BounceRecord]) -> None:
    rows = [
        {
            "network": network,
            "key": bounce.address.key,
            "spelled": bounce.address.spelled,
            "status": bounce.status,
            "action": bounce.action,
            "mail": bounce.mail,
            "at": bounce.at,
            "counts": bounce.counts,
        }
        for bounce in records
    ]
    if rows:
        connection.execute(insert(bounces), rows)


def failures(connection: Connection, network: str, *, since: float) -> Sequence[Failure]:
    """Everything that failed since, oldest first. What servers refused at once joins what came back later."""
    note(connection, network, list(_refused(connection, network, since)))
    size = select(func.count()).select_from(recipients).where(recipients.c.mail_id == mails.c.id).scalar_subquery()
    rows = connection.execute(
        select(bounces, mails.c.key.label("mail_key"), size.label("size"))
        .join(mails, and_(mails.c.message_id == bounces.c.mail, mails.c.network == bounces.c.network))
        .where(bounces.c.network == network, bounces.c.at >= since, bounces.c.action == "failed")
        .order_by(bounces.c.at, bounces.c.id)
    )
    return [
        Failure(row.id, Address(row.key, row.spelled), row.status, row.at, row.counts, row.mail_key, row.size)
        for row in rows
    ]


def _refused(connection: Connection, network: str, since: float) -> Iterator[BounceRecord]:
    known = exists().where(
        bounces.c.network == network, bounces.c.key == recipients.c.key, bounces.c.mail == mails.c.message_id
    )
    row = recipients.c
    rows = connection.execute(
        select(row.key, row.spelled, row.status, row.code, row.done_at, mails.c.message_id)
        .join(mails)
        .where(row.network == network, row.state == "failed", row.done_at >= since, row.code >= 500, ~known)
        .where(row.key.is_not(None))
    ).all()
    for each in rows:
        status = each.status or _STATUS_OF_CODE.get(each.code)
        yield BounceRecord(
            Address(each.key, each.spelled), status, "failed", each.message_id, each.done_at, counts=True
        )


def forgive(connection: Connection, network: str, person: Address) -> None:
    """What failed so far speaks against that person no more."""
    mine = (bounces.c.network == network, bounces.c.key == person.key)
    connection.execute(update(bounces).where(*mine).values(counts=False))


def proofs(
    connection: Connection, network: str, addresses: Sequence[Address], *, quiet_since: float
) -> Mapping[str, float]:
    """When each address was last seen to work: somebody wrote from it, or a mail to it has not come back for long."""
    latest: dict[str, float] = {}
    for some in portions(address.key for address in addresses):
        for key, moment in (
            *_written(connection, network, some),
            *_arrived(connection, network, some, quiet_since=quiet_since),
        ):
            latest[key] = max(moment, latest.get(key, moment))
    return latest


def _written(connection: Connection, network: str, keys: Sequence[str]) -> Sequence[tuple[str, float]]:
    row = arrivals.c
    query = select(row.author_key, func.max(row.decided)).where(
        row.network == network, row.author_key.in_(keys), row.decision.in_(_WRITES)
    )
    return [(key, moment) for key, moment in connection.execute(query.group_by(row.author_key))]


def _arrived(
    connection: Connection, network: str, keys: Sequence[str], *, quiet_since: float
) -> Sequence[tuple[str, float]]:
    row = recipients.c
    came_back = exists().where(
        bounces.c.network == network, bounces.c.key == row.key, bounces.c.mail == mails.c.message_id
    )
    query = (
        select(row.key, func.max(row.done_at))
        .join(mails)
        .where(row.network == network, row.key.in_(keys), row.state == "sent", mails.c.reverse_key.is_not(None))
        .where(row.done_at <= quiet_since, ~came_back)
    )
    return [(key, moment) for key, moment in connection.execute(query.group_by(row.key))]
