"""What was sent lately and why: the counts that limits on answers and the breaker go by. Reads only."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from binrelay.mail.address import Address
from binrelay.records import Kind
from binrelay.records.members import Ledger
from binrelay.store.schema import arrivals, bulletins, mails, recipients

_DAY = 86400.0
_HOUR = 3600.0
_PASSED_ON = (Kind.REPLY, Kind.REPORT, Kind.ANSWER)
_NOBODY: ColumnElement[int] = literal_column("0")
_ID = 8  # characters of an arrival's id, with which the keys of its mails begin
JOINING = "/join"  # with which the keys of answers to strangers end


def answers(connection: Connection, network: str, now: float, *, to: Address | None = None) -> int:
    """How many automatic answers the last day saw: to that address, or to everybody."""
    whom = (recipients.c.key == to.key,) if to else ()
    return _count(connection, network, now - _DAY, mails.c.kind == Kind.ACKNOWLEDGEMENT.value, *whom)


def answers_to_strangers(connection: Connection, network: str, now: float) -> int:
    to_join = (mails.c.kind == Kind.ACKNOWLEDGEMENT.value, mails.c.key.endswith(JOINING, autoescape=True))
    return _count(connection, network, now - _DAY, *to_join)  # by kind, or the index leads to every mail there ever was


def answered_lately(connection: Connection, network: str, now: float, *, member: Address) -> int:
    """How many answers of authorities that member got within the hour."""
    theirs = (mails.c.kind == Kind.ANSWER.value, recipients.c.key == member.key)
    return _count(connection, network, now - _HOUR, *theirs)


def ledger(connection: Connection, network: str, *, since: float, members: int) -> Ledger:
    """`members`: how many there are now, for a bulletin of which nobody noted how many there were."""
    return Ledger(
        widest_passed=_widest(connection, network, since, kinds=_PASSED_ON),
        widest=_widest(connection, network, since, kinds=(Kind.BULLETIN,), beyond=_members_then(members)),
        unexplained=_unexplained(connection, network, since),
    )


def _count(connection: Connection, network: str, since: float, *which: ColumnElement[bool]) -> int:
    lately = (mails.c.network == network, mails.c.created > since, *which)
    return connection.scalar(select(func.count()).select_from(recipients.join(mails)).where(*lately)) or 0


def _cause() -> ColumnElement[str]:
    return func.substr(mails.c.key, 1, _ID)


def _members_then(now: int) -> ColumnElement[int]:
    known = select(bulletins.c.members).where(
        bulletins.c.network == mails.c.network, bulletins.c.id == mails.c.bulletin
    )
    return func.coalesce(func.max(known.correlate(mails).scalar_subquery()), now)


def _widest(
    connection: Connection,
    network: str,
    since: float,
    *,
    kinds: tuple[Kind, ...],
    beyond: ColumnElement[int] = _NOBODY,
) -> int:
    """How many recipients the mails of these kinds had at most that one arrival caused, `beyond` so many."""
    own = mails.c.key.startswith(f"{network}/", autoescape=True)
    lately = (mails.c.network == network, mails.c.created > since, mails.c.kind.in_([kind.value for kind in kinds]))
    # Counted mail by mail, in the index alone: this is asked while a mail to thousands is on its way.
    number = select(func.count()).where(recipients.c.mail_id == mails.c.id).correlate(mails).scalar_subquery()
    each = select((func.sum(number) - beyond).label("number")).where(*lately, ~own).group_by(_cause()).subquery()
    return max(connection.scalar(select(func.max(each.c.number))) or 0, 0)


def _unexplained(connection: Connection, network: str, since: float) -> int:
    """Mails to people without an arrival that caused them, and none of the network's own account."""
    kinds = [kind.value for kind in (*_PASSED_ON, Kind.BULLETIN)]
    known = select(arrivals.c.id).where(arrivals.c.network == network, arrivals.c.id == _cause()).exists()
    own = mails.c.key.startswith(f"{network}/", autoescape=True)
    lost = (mails.c.network == network, mails.c.created > since, mails.c.kind.in_(kinds), ~known, ~own)
    return connection.scalar(select(func.count()).select_from(mails).where(*lost)) or 0
