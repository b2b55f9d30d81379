"""Outgoing mails and the states of their recipients, R1 to R4.

Invariant: a mail is queued for all its recipients or for none, and a final recipient (sent, failed, erased) is never
queued again. A claim ends with its outcome or with its lease.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update

from binrelay.mail.address import Address
from binrelay.records import Batch, Mail, Outcome
from binrelay.store import memory
from binrelay.store.engine import insert_row
from binrelay.store.rows import URGENCY, mail_from, names_to_text, portions
from binrelay.store.schema import contents, mails, recipients

_OPEN = recipients.c.done_at.is_(None)
_DUE = (
    recipients.c.network == bindparam("of_network"),
    _OPEN,
    recipients.c.due <= bindparam("now"),
    or_(recipients.c.claimed_until.is_(None), recipients.c.claimed_until <= bindparam("now")),
)

# Statements are built once; a claim is made for every batch of a bulletin.
_MOST_URGENT = (
    select(recipients.c.mail_id, recipients.c.attempts, recipients.c.uncertain)
    .where(*_DUE)
    .order_by(recipients.c.urgency, recipients.c.due, recipients.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ALIKE = (
    select(recipients.c.id)
    .where(
        *_DUE,
        recipients.c.mail_id == bindparam("of_mail"),
        recipients.c.attempts == bindparam("tried"),
        recipients.c.uncertain == bindparam("unsure"),
    )
    .order_by(recipients.c.due, recipients.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(recipients)
    .where(recipients.c.id.in_(_ALIKE.scalar_subquery()))
    .values(state="claimed", claimed_until=bindparam("until"))
    .returning(recipients.c.id, recipients.c.key, recipients.c.spelled)
)
_ENTRY = select(mails, contents.c.content).join(contents).where(mails.c.id == bindparam("of_mail"))

_RESULT = {
    "state": bindparam("new_state"),
    "attempts": recipients.c.attempts + 1,
    "claimed_until": None,
    "code": bindparam("new_code"),
    "status": bindparam("new_status"),
    "text": bindparam("new_text"),
    "uncertain": bindparam("new_uncertain"),
}
_FINISH = (
    update(recipients)
    .where(recipients.c.id == bindparam("row"), and_(recipients.c.state != "sent", recipients.c.state != "erased"))
    .values(**_RESULT, done_at=bindparam("moment"))
)
_DEFER = (
    update(recipients)
    .where(recipients.c.id == bindparam("row"), recipients.c.state == "claimed")
    .values(**_RESULT, due=bindparam("moment"))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a claim asks for: at most `limit` recipients, to keep until that moment."""

    network: str
    now: float
    until: float
    limit: int


@dataclass(slots=True)
class LastMail:
    """The mail claimed last, so that the batches of one bulletin share one copy of its content."""

    id: int = 0
    mail: Mail | None = None
    created: float = 0.0


def add(connection: Connection, new: Sequence[Mail], moment: float) -> None:
    """Queues the mails, due at once. One whose key is known has been queued already and is skipped."""
    known = {
        key
        for some in portions(mail.key for mail in new)
        for key in connection.scalars(select(mails.c.key).where(mails.c.key.in_(some)))
    }
    fresh = {mail.key: mail for mail in new if mail.key not in known}.values()
    for mail in fresh:
        _add_one(connection, mail, moment)
    memory.issue(connection, fresh, moment)


def _add_one(connection: Connection, mail: Mail, moment: float) -> None:
    content_id = insert_row(connection, contents, content=mail.content)
    path = mail.reverse_path
    mail_id = insert_row(
        connection,
        mails,
        key=mail.key,
        network=mail.network,
        kind=mail.kind.value,
        message_id=mail.message_id,
        reverse_key=path.key if path else None,
        reverse_spelled=path.spelled if path else None,
        verp=mail.verp,
        bulletin=mail.bulletin,
        conversation=mail.conversation,
        may_name=names_to_text(mail.may_name),
        created=moment,
        content_id=content_id,
    )
    to = {recipient.key: recipient.spelled for recipient in reversed(mail.recipients)}
    rows = [{"key": key, "spelled": to[key]} for key in dict.fromkeys(recipient.key for recipient in mail.recipients)]
    if rows:
        same = {"mail_id": mail_id, "network": mail.network, "urgency": URGENCY[mail.kind], "due": moment}
        connection.execute(insert(recipients).values(**same), rows)


def claim(connection: Connection, wanted: Wanted, last: LastMail) -> Batch | None:
    """At most `wanted.limit` due recipients of the most urgent mail, all with equally many attempts behind them."""
    due = {"of_network": wanted.network, "now": wanted.now}
    first = connection.execute(_MOST_URGENT, due).one_or_none()
    if first is None:
        last.id, last.mail = 0, None  # a content can be large: idle, we hold none
        return None
    alike = {"of_mail": first.mail_id, "tried": first.attempts, "unsure": first.uncertain, "at_most": wanted.limit}
    rows = sorted(connection.execute(_TAKE, {**due, **alike, "until": wanted.until}), key=lambda row: row.id)
    mail = _entry(connection, first.mail_id, last)
    return Batch(
        mail=replace(mail, recipients=tuple(Address(row.key, row.spelled) for row in rows)),
        ids=tuple(row.id for row in rows),
        attempts=first.attempts,
        uncertain=first.uncertain,
        first_due=last.created,
    )


def _entry(connection: Connection, mail_id: int, last: LastMail) -> Mail:
    if last.id != mail_id or last.mail is None:
        row = connection.execute(_ENTRY, {"of_mail": mail_id}).one()
        last.id, last.mail, last.created = mail_id, mail_from(row), row.created
    return last.mail


def record(connection: Connection, outcomes: Sequence[Outcome], *, now: float) -> None:
    """What is to be tried again counts only while its claim stands: it may have been stopped meanwhile."""
    done = [_values(outcome, now) for outcome in outcomes if outcome.state != "queued"]
    again = [_values(outcome, outcome.due) for outcome in outcomes if outcome.state == "queued"]
    if done:
        connection.execute(_FINISH, done)
    if again:
        connection.execute(_DEFER, again)


def _values(outcome: Outcome, moment: float) -> dict[str, object]:
    return {
        "row": outcome.id,
        "new_state": outcome.state,
        "new_code": outcome.code,
        "new_status": outcome.status,
        "new_text": outcome.text,
        "new_uncertain": outcome.uncertain,
        "moment": moment,
    }


def unclaim(connection: Connection) -> int:
    """Gives back every claim; how many."""
    claimed = recipients.c.state == "claimed"
    return connection.execute(
        update(recipients).where(_OPEN, claimed).values(state="queued", claimed_until=None)
    ).rowcount


def freeze(connection: Connection, mail_key: str, *, now: float, text: str) -> int:
    """No recipient of this mail is tried any more; how many that stops."""
    of_mail = recipients.c.mail_id == select(mails.c.id).where(mails.c.key == mail_key).scalar_subquery()
    stopped = {"state": "failed", "status": "", "text": text, "claimed_until": None, "done_at": now}
    return connection.execute(update(recipients).where(of_mail, _OPEN).values(**stopped)).rowcount
