"""The outbox: mails are put in, recipients that are due are taken out.

Invariant: a mail is queued for all its recipients or for none; a recipient is claimed by one daemon at a time, and of
mails that are equally urgent each gets its turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from threading import Lock
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from binrelay.mail.address import an_address
from binrelay.records import Batch, Claim, Mail
from binrelay.store import memory
from binrelay.store.engine import insert_row
from binrelay.store.many import execute_many
from binrelay.store.rows import URGENCY, mail_from, names_to_text, portions
from binrelay.store.runs import IN_RUN, runs
from binrelay.store.schema import contents, mails, recipients

_KEPT_MAILS = 4  # whose contents are kept at hand while their recipients are claimed

_QUEUE = insert(recipients).values(
    {name: bindparam(f"new_{name}") for name in ("mail_id", "network", "urgency", "due", "key", "spelled")}
)
_DUE = (
    recipients.c.network == bindparam("of_network"),
    recipients.c.state == "queued",
    recipients.c.due <= bindparam("now"),
)

# Statements are built once; a claim is made for every few batches of a bulletin.
_MOST_URGENT = (
    select(recipients.c.urgency)
    .where(*_DUE)
    .order_by(recipients.c.urgency, recipients.c.mail_id, recipients.c.due)
    .limit(1)
)
_NEXT_MAIL = (
    select(recipients.c.mail_id, recipients.c.attempts, recipients.c.uncertain)
    .where(*_DUE, recipients.c.urgency == bindparam("as_urgent"), recipients.c.mail_id > bindparam("after"))
    .order_by(recipients.c.mail_id, recipients.c.due, recipients.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ALIKE = (
    select(recipients.c.id, recipients.c.key, recipients.c.spelled)
    .where(
        *_DUE,
        recipients.c.urgency == bindparam("as_urgent"),
        recipients.c.mail_id == bindparam("of_mail"),
        recipients.c.attempts == bindparam("tried"),
        recipients.c.uncertain == bindparam("unsure"),
    )
    .order_by(recipients.c.due, recipients.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
_TAKE = update(recipients).where(IN_RUN).values(state="claimed", owner=bindparam("by"))
_ENTRY = select(mails, contents.c.content).join(contents).where(mails.c.id == bindparam("of_mail"))
_STATE = select(mails.c.held, mails.c.told).where(mails.c.id == bindparam("of_mail"))
_HOLD = (
    update(recipients)
    .where(recipients.c.mail_id == bindparam("of_mail"), recipients.c.state == "queued")
    .values(state="held")
)


@dataclass(slots=True)
class Desk:
    """What a store remembers between claims: whose turn it was, and the mails last claimed with their contents.

    Several threads claim at once where the database lets them; `lock` is held while `entries` changes.
    """

    turns: dict[str, int] = field(default_factory=dict)  # network → id of the mail claimed last
    entries: dict[int, tuple[Mail, float]] = field(
        default_factory=dict
    )  # id → mail, when it was due first; newest last

    lock: Lock = field(default_factory=Lock)

    def forget(self) -> None:
        with self.lock:
            self.entries.clear()

    def take(self, mail_id: int) -> tuple[Mail, float] | None:
        with self.lock:
            return self.entries.pop(mail_id, None)

    def keep(self, mail_id: int, entry: tuple[Mail, float]) -> None:
        with self.lock:
            self.entries[mail_id] = entry
            while len(self.entries) > _KEPT_MAILS:
                del self.entries[next(iter(self.entries))]


def add(connection: Connection, new: Sequence[Mail], moment: float) -> None:
    """Queues the mails, due at once or at their own moment. One whose key is known was queued already and is skipped."""
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
        not_before=mail.not_before,
        content_id=content_id,
    )
    to: dict[str, str] = {}
    for recipient in mail.recipients:
        to.setdefault(recipient.key, recipient.spelled)
    execute_many(
        connection,
        _QUEUE,
        ({"new_key": key, "new_spelled": spelled} for key, spelled in to.items()),
        new_mail_id=mail_id,
        new_network=mail.network,
        new_urgency=URGENCY[mail.kind],
        new_due=moment if mail.not_before is None else max(moment, mail.not_before),
    )


def urgent(connection: Connection, networks: Sequence[str], *, now: float) -> list[str]:
    """Those with something due: most urgent first, else in the order given."""
    found = [(connection.scalar(_MOST_URGENT, {"of_network": each, "now": now}), each) for each in networks]
    return [network for urgency, network in sorted(found, key=lambda pair: pair[0] or 0) if urgency is not None]


def claim(connection: Connection, wanted: Claim, desk: Desk) -> Batch | None:
    """Due recipients of one mail, all with equally many attempts behind them; mails equally urgent take turns."""
    due: dict[str, Any] = {"of_network": wanted.network, "now": wanted.now}
    while (urgency := connection.scalar(_MOST_URGENT, due)) is not None:
        due["as_urgent"] = urgency
        after = {"after": desk.turns.get(wanted.network, 0)}
        first = connection.execute(_NEXT_MAIL, due | after).first()
        first = first or connection.execute(_NEXT_MAIL, due | {"after": 0}).first()
        if first is None:
            return None  # PostgreSQL: others are taking what is left
        desk.turns[wanted.network] = first.mail_id
        state = connection.execute(_STATE, {"of_mail": first.mail_id}).one()
        if state.held is None:
            alike = {"of_mail": first.mail_id, "tried": first.attempts, "unsure": first.uncertain}
            batch = _take(connection, wanted, _entry(connection, first.mail_id, desk), alike=due | alike)
            return replace(batch, told=state.told)
        connection.execute(_HOLD, {"of_mail": first.mail_id})  # came back from a try after the mail was held
    desk.forget()  # a content can be large: idle, we hold none
    return None


def _take(connection: Connection, wanted: Claim, entry: tuple[Mail, float], *, alike: dict[str, Any]) -> Batch:
    mail, first_due = entry
    room = wanted.transactions if mail.verp else wanted.transactions * wanted.per_transaction
    at_most = {"at_most": min(wanted.recipients, room)}
    rows = sorted(connection.execute(_ALIKE, alike | at_most), key=itemgetter(0))
    ids = tuple(row for row, _, _ in rows)
    execute_many(connection, _TAKE, runs(ids), by=wanted.owner)
    return Batch(
        mail=replace(mail, recipients=tuple(an_address(key, spelled) for _, key, spelled in rows)),
        ids=ids,
        attempts=alike["tried"],
        uncertain=alike["unsure"],
        first_due=first_due,
    )


def _entry(connection: Connection, mail_id: int, desk: Desk) -> tuple[Mail, float]:
    """The batches of one mail share one copy of its content."""
    entry = desk.take(mail_id)
    if entry is None:
        row = connection.execute(_ENTRY, {"of_mail": mail_id}).one()
        entry = (mail_from(row), row.created if row.not_before is None else max(row.created, row.not_before))
    desk.keep(mail_id, entry)
    return entry
