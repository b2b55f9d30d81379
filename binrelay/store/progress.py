"""How far each recipient is, R1 to R4: the dot about to leave, sent, failed, later, or held for a person.

Invariant: a final recipient (sent, failed, erased) is never queued again; what a daemon reports about a recipient it has
lost to another counts only where it is final.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, update

from binrelay.mail.quiet import without_addresses
from binrelay.records import Departure, Outcome
from binrelay.rules.retry import UNCERTAIN_LIMIT, UNCERTAIN_TEXT
from binrelay.store.accounts import spend
from binrelay.store.many import execute_many
from binrelay.store.runs import IN_RUN, runs
from binrelay.store.schema import mails, recipients

_OPEN = recipients.c.done_at.is_(None)
_RESULT = {
    "state": bindparam("new_state"),
    "attempts": recipients.c.attempts + 1,
    "owner": None,
    "code": bindparam("new_code"),
    "status": bindparam("new_status"),
    "text": bindparam("new_text"),
    "uncertain": bindparam("new_uncertain"),
}
_NOT_FINAL = and_(recipients.c.state != "sent", recipients.c.state != "erased")
_OURS = recipients.c.owner == bindparam("by")  # only what is under way has one
_FINISH = update(recipients).where(IN_RUN, _NOT_FINAL).values(**_RESULT, done_at=bindparam("done_at"))
_DEFER = update(recipients).where(IN_RUN, _OURS).values(**_RESULT, due=bindparam("new_due"))
# At the dot already: the server said that it had heard nothing, and the mail goes over another line.
_LEAVES = or_(recipients.c.state == "claimed", recipients.c.state == "dot")
_DEPART = update(recipients).where(IN_RUN, _OURS, _LEAVES).values(state="dot")
_AT_DOT = select(recipients.c.id).where(IN_RUN, _OURS, recipients.c.state == "dot")
_FINAL = frozenset({"sent", "failed"})


def record(
    connection: Connection, outcomes: Sequence[Outcome], departures: Sequence[Departure], *, owner: str, now: float
) -> frozenset[int]:
    """One commit for whatever many transactions have to write down; the ids whose dot may leave.

    Not among them: what was stopped, erased or taken over while it was under way.
    """
    done = [each for each in outcomes if each.state in _FINAL]
    again = [each for each in outcomes if each.state not in _FINAL]
    execute_many(connection, _FINISH, _changes(done), done_at=now)
    execute_many(connection, _DEFER, _changes(again), by=owner)
    spend(connection, departures)
    return _depart(connection, frozenset(row for each in departures for row in each.ids), owner)


def _depart(connection: Connection, ids: frozenset[int], owner: str) -> frozenset[int]:
    leaving = runs(ids)
    if execute_many(connection, _DEPART, leaving, by=owner) == len(ids):
        return ids
    return frozenset(row for run in leaving for row in connection.scalars(_AT_DOT, run | {"by": owner}))


def _changes(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    return [run | change for each in outcomes for change in (_change(each),) for run in runs(each.ids)]


def _change(outcome: Outcome) -> dict[str, object]:
    return {
        "new_state": outcome.state,
        "new_code": outcome.code,
        "new_status": outcome.status,
        "new_text": without_addresses(outcome.text),  # servers quote whom they refuse
        "new_uncertain": outcome.uncertain,
        "new_due": outcome.due,
    }


def unclaim(connection: Connection, *, owner: str | None, again: float) -> int:
    """Gives back what a dead daemon (None: any) had under way; how many.

    Before the dot: due as before. At the dot it may have arrived: once more at the moment `again`, then a person decides.
    """
    theirs: tuple[ColumnElement[bool], ...] = () if owner is None else (recipients.c.owner == owner,)
    at_dot = (recipients.c.state == "dot", *theirs)
    unsure = {"uncertain": recipients.c.uncertain + 1, "attempts": recipients.c.attempts + 1, "owner": None}
    twice = recipients.c.uncertain + 1 >= UNCERTAIN_LIMIT
    changes = (
        update(recipients).where(*at_dot, twice).values(state="held", text=UNCERTAIN_TEXT, **unsure),
        update(recipients).where(*at_dot).values(state="queued", due=again, text=UNCERTAIN_TEXT, **unsure),
        update(recipients).where(recipients.c.state == "claimed", *theirs).values(state="queued", owner=None),
    )
    return sum(connection.execute(change).rowcount for change in changes)


def freeze(connection: Connection, mail_key: str, *, now: float, text: str) -> int:
    """No recipient of this mail is tried any more; how many that stops."""
    stopped = {"state": "failed", "status": "", "text": text, "owner": None, "done_at": now}
    return connection.execute(update(recipients).where(_of(mail_key), _OPEN).values(**stopped)).rowcount


def hold(connection: Connection, mail_key: str, why: str) -> int:
    """What has not left yet waits for a person; how many recipients. What is at its dot meanwhile comes to its end."""
    connection.execute(update(mails).where(mails.c.key == mail_key).values(held=why))
    waits = recipients.c.state.in_(("queued", "claimed"))
    held = update(recipients).where(_of(mail_key), waits).values(state="held", owner=None)
    return connection.execute(held).rowcount


def resume(connection: Connection, network: str, arrival: str, *, now: float) -> int:
    """What is held of that arrival's mails is due again, its days begin anew, nothing holds it for age; how many recipients."""
    of_arrival = (mails.c.network == network, mails.c.key.startswith(f"{arrival}/", autoescape=True))
    due = {"state": "queued", "due": now, "uncertain": 0, "attempts": 1}  # tried: no collection takes it
    held = and_(recipients.c.state == "held", recipients.c.mail_id.in_(select(mails.c.id).where(*of_arrival)))
    number = connection.execute(update(recipients).where(held).values(**due)).rowcount
    if number:
        connection.execute(update(mails).where(*of_arrival).values(held=None, told="released", not_before=now))
    return number


def told(connection: Connection, mail_key: str, what: str) -> bool:
    """Whether the coordinators are to hear of it now: True once for each `what`."""
    words = mails.c.told + f" {what}"
    first = (mails.c.key == mail_key, ~mails.c.told.contains(what))
    return connection.execute(update(mails).where(*first).values(told=words)).rowcount == 1


def _of(mail_key: str) -> ColumnElement[bool]:
    return recipients.c.mail_id == select(mails.c.id).where(mails.c.key == mail_key).scalar_subquery()
