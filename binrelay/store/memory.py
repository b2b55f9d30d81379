"""What a plan teaches: which Message-ID, tag and bulletin stand for what.

Invariant: a tag never changes hands. A conversation is updated only for the same member and the same partner.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, update

from binrelay.errors import StoreError
from binrelay.model import BulletinRecord, Conversation
from binrelay.records import Mail, Plan
from binrelay.store.engine import upsert
from binrelay.store.rows import portions, subject_key
from binrelay.store.schema import bulletins, conversations, message_ids


def learn(connection: Connection, plan: Plan) -> None:
    """Bulletin, conversations and strangers' Message-IDs; those of our own mails come with `issue`."""
    network, moment = plan.arrival.network, plan.arrival.decided
    if plan.bulletin:
        _keep_bulletin(connection, network, plan.bulletin)
    for conversation in plan.conversations:
        _keep_conversation(connection, network, conversation, moment=moment)
    for some in portions(plan.replied):
        named = (bulletins.c.network == network, bulletins.c.id.in_(some))
        connection.execute(update(bulletins).where(*named).values(replied=True))
    rows = [{"network": network, "ours": False, "created": moment, **meaning} for meaning in _strangers(plan)]
    if rows:  # the first meaning stands: a mail that borrows an id must not bend it
        connection.execute(upsert(connection, message_ids).on_conflict_do_nothing(), rows)


def issue(connection: Connection, mails: Iterable[Mail], moment: float) -> None:
    """Our own Message-IDs. They win over a meaning that somebody else gave them."""
    rows = [
        {
            "network": mail.network,
            "message_id": mail.message_id,
            "ours": True,
            "bulletin": mail.bulletin,
            "conversation": mail.conversation,
            "created": moment,
        }
        for mail in mails
    ]
    if not rows:
        return
    statement = upsert(connection, message_ids)
    new = {name: statement.excluded[name] for name in ("ours", "bulletin", "conversation")}
    connection.execute(statement.on_conflict_do_update(index_elements=["network", "message_id"], set_=new), rows)


def _strangers(plan: Plan) -> Iterable[dict[str, str | None]]:
    """What the arrival's own Message-ID and the bulletin's original one mean. Several conversations: unsure."""
    bulletin = plan.bulletin.id if plan.bulletin else None
    tag = plan.conversations[0].tag if len(plan.conversations) == 1 and not bulletin else None
    if plan.arrival.message_id and (bulletin or tag):
        yield {"message_id": plan.arrival.message_id, "bulletin": bulletin, "conversation": tag}
    if plan.bulletin and plan.bulletin.original_id:
        yield {"message_id": plan.bulletin.original_id, "bulletin": bulletin, "conversation": None}


def _keep_bulletin(connection: Connection, network: str, bulletin: BulletinRecord) -> None:
    statement = upsert(connection, bulletins).values(
        network=network,
        id=bulletin.id,
        partner=bulletin.partner,
        message_id=bulletin.message_id,
        original_id=bulletin.original_id,
        subject=bulletin.subject,
        subject_key=subject_key(bulletin.subject),
        sent_at=bulletin.sent_at,
        replied=bulletin.replied,
        members=bulletin.members,
    )
    connection.execute(statement.on_conflict_do_nothing())


def _keep_conversation(connection: Connection, network: str, value: Conversation, *, moment: float) -> None:
    state = {
        "bulletin": value.bulletin,
        "last_id": value.last_id,
        "partner_last_id": value.partner_last_id,
        "acknowledged_at": value.acknowledged_at,
        "warned_at": value.warned_at,
        "updated": moment,
    }
    statement = upsert(connection, conversations).values(
        network=network,
        tag=value.tag,
        member_key=value.member.key,
        member_spelled=value.member.spelled,
        partner=value.partner,
        **state,
    )
    same = (conversations.c.member_key == statement.excluded.member_key) & (
        conversations.c.partner.is_not_distinct_from(statement.excluded.partner)
    )
    statement = statement.on_conflict_do_update(index_elements=["network", "tag"], set_=state, where=same)
    if connection.scalar(statement.returning(conversations.c.tag)) is None:
        raise StoreError("a conversation's tag is taken by another member or partner; nothing was written")
