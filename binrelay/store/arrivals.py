"""Arrivals and where they lie: what was decided, what stays in INBOX, what made us stumble.

Invariant: an arrival (network, digest) is written once, together with everything its decision changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from binrelay.ports import Handle, Room
from binrelay.records import ArrivalRecord, Mail, Plan, Watch
from binrelay.records.waiting import Wait
from binrelay.store import failures, memory, moderation, outbox, standing
from binrelay.store.engine import alone_with, insert_row, upsert
from binrelay.store.many import execute_many
from binrelay.store.rows import arrival_from
from binrelay.store.schema import arrivals, contents, left_mails, stumbles, waits, watches

_LEFT_NO_MORE = delete(left_mails).where(
    left_mails.c.network == bindparam("of_network"),
    left_mails.c.uidvalidity == bindparam("of_mailbox"),
    left_mails.c.uid == bindparam("gone"),
)


def enqueue(connection: Connection, plan: Plan) -> bool:
    """The whole plan, or False and nothing of it."""
    alone_with(connection, plan.arrival.network)
    if not (moderation.settle(connection, plan) if plan.settles else _arrive(connection, plan.arrival)):
        return False
    memory.learn(connection, plan)
    outbox.add(connection, plan.mails, plan.arrival.decided)
    moderation.mark_told(connection, plan.told)
    failures.note(connection, plan.arrival.network, plan.bounces)
    standing.stand(connection, plan.standings)
    return True


def arrival(connection: Connection, network: str, digest: str) -> ArrivalRecord | None:
    """Without content."""
    row = connection.execute(
        select(arrivals).where(arrivals.c.network == network, arrivals.c.digest == digest)
    ).one_or_none()
    return arrival_from(row) if row else None


def _arrive(connection: Connection, record: ArrivalRecord) -> bool:
    if arrival(connection, record.network, record.digest):
        return False
    content_id = None
    if record.content is not None:
        content_id = insert_row(connection, contents, content=record.content)
    author = record.author
    connection.execute(
        insert(arrivals).values(
            id=record.id,
            network=record.network,
            digest=record.digest,
            decision=str(record.decision),
            rule=record.rule,
            why=str(record.why),
            state=record.state,
            partner=record.partner,
            author_key=author.key if author else None,
            author_spelled=author.spelled if author else None,
            message_id=record.message_id,
            subject=record.subject,
            arrived=record.arrived,
            decided=record.decided,
            size=record.size,
            releases=record.releases,
            reaches=record.reaches,
            told=record.told,
            content_id=content_id,
        )
    )
    connection.execute(delete(waits).where(waits.c.network == record.network, waits.c.digest == record.digest))
    return True


def watch(connection: Connection, network: str) -> Watch | None:
    row = connection.execute(select(watches).where(watches.c.network == network)).one_or_none()
    return Watch(row.uidvalidity, row.first_uid, row.since, row.left_alone) if row else None


def set_watch(connection: Connection, network: str, value: Watch) -> None:
    """A new UIDVALIDITY makes every uid of the old one mean nothing (RFC 3501 2.3.1.1): they go."""
    values = {
        "uidvalidity": value.uidvalidity,
        "first_uid": value.first_uid,
        "since": value.since,
        "left_alone": value.left_alone,
    }
    statement = upsert(connection, watches).values(network=network, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["network"], set_=values))
    connection.execute(
        delete(left_mails).where(left_mails.c.network == network, left_mails.c.uidvalidity != value.uidvalidity)
    )


def left(connection: Connection, network: str, uidvalidity: int) -> frozenset[int]:
    rows = select(left_mails.c.uid).where(left_mails.c.network == network, left_mails.c.uidvalidity == uidvalidity)
    return frozenset(connection.scalars(rows))


def leave(connection: Connection, network: str, handle: Handle, *, digest: str) -> None:
    statement = upsert(connection, left_mails).values(
        network=network, uidvalidity=handle.uidvalidity, uid=handle.uid, digest=digest
    )
    connection.execute(statement.on_conflict_do_nothing())


def forget_left(connection: Connection, network: str, uidvalidity: int, *, uids: frozenset[int]) -> None:
    rows = [{"gone": uid} for uid in uids]
    execute_many(connection, _LEFT_NO_MORE, rows, of_network=network, of_mailbox=uidvalidity)


def stumble(connection: Connection, network: str, handle: Handle, *, error: str) -> int:
    """One more failed attempt at this mail; how many so far."""
    statement = upsert(connection, stumbles).values(
        network=network,
        uidvalidity=handle.uidvalidity,
        room=str(handle.room),
        uid=handle.uid,
        times=1,
        error=error[:200],
    )
    again = {"times": stumbles.c.times + 1, "error": error[:200]}
    times = connection.scalar(
        statement.on_conflict_do_update(index_elements=["network", "uidvalidity", "room", "uid"], set_=again).returning(
            stumbles.c.times
        )
    )
    return int(times or 0)


def stumbled(connection: Connection, network: str) -> Mapping[Handle, tuple[int, str]]:
    rows = connection.execute(select(stumbles).where(stumbles.c.network == network))
    return {Handle(Room(row.room), row.uidvalidity, row.uid): (row.times, row.error) for row in rows}


def postpone(connection: Connection, network: str, digest: str, *, now: float) -> Wait:
    """One more try at an arrival that was not decided yet."""
    statement = upsert(connection, waits).values(network=network, digest=digest, since=now, times=1)
    row = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["network", "digest"], set_={"times": waits.c.times + 1}
        ).returning(waits.c.since, waits.c.times)
    ).one()
    return Wait(row.since, row.times)


def post(connection: Connection, mails: Sequence[Mail], told: Sequence[str], *, now: float) -> None:
    """Mails that no arrival caused."""
    for network in sorted({mail.network for mail in mails}):
        alone_with(connection, network)
    outbox.add(connection, mails, now)
    moderation.mark_told(connection, told)
