"""Whose mail keeps coming back, and whether the person or the mail is to blame. Pure.

Invariant: nobody is removed; a member is paused at most, and only for what speaks of the person. A state follows from what
is known, so that it can be judged again any time and comes out the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from binrelay.mail.dsn import DeliveryReport
from binrelay.model import Member, Network
from binrelay.records import Recall
from binrelay.records.members import BounceRecord, Cause, Failure, Returned, Standing, State
from binrelay.rules.membership import paused, resumed

DAY = 86400.0
WINDOW = 90 * DAY  # what is older says nothing of today
# RFC 3463: no such mailbox, no such domain (also RFC 7504, RFC 7505), bad syntax, moved; switched off; no route to the
# domain. Not 5.1.0, 5.1.7 and 5.1.8, with which servers speak of the sender, nor anything of 5.7: that is our reputation.
OF_THE_PERSON = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
FULL = frozenset({"5.2.2"})
FAILING_DAYS = 2  # days with a failure, without a proof in between, that pause a member
FULL_DAYS, FULL_SPAN = 3, 14 * DAY  # a mailbox may be full during a holiday
# A mail that this many could not be given, and that share of all, is to blame itself.
BLAME_COUNT, BLAME_SHARE = 5, 0.1
QUIET = 2 * DAY  # a mail that has not come back for so long has arrived


@dataclass(frozen=True, slots=True)
class Judgement:
    """What follows from all failures together."""

    standings: tuple[Standing, ...]  # to be written
    blamed: tuple[str, ...]  # keys of mails that are to blame themselves
    newest: int  # the failure that decided: names the notice


def read_bounces(report: DeliveryReport, recall: Recall, now: float) -> tuple[BounceRecord, ...]:
    """The report's words about recipients of our own mails; what is not ours is no word about anybody."""
    return tuple(_bounce(each, report, alone=len(recall.returned) == 1, now=now) for each in recall.returned)


def _bounce(returned: Returned, report: DeliveryReport, *, alone: bool, now: float) -> BounceRecord:
    """A server may name whom our recipient forwards to: of one recipient alone the report's verdict holds."""
    said = next((each for each in report.recipients if each.address == returned.address), None)
    status = said.status if said else report.status if alone else None
    action = said.action if said else report.action if alone else None
    return BounceRecord(
        returned.address, status, action.value if action else "unclear", returned.mail, now, counts=returned.sure
    )


def judge(
    failures: Sequence[Failure],
    proofs: Mapping[str, float],
    network: Network,
    *,
    standings: Sequence[Standing],
    now: float,
) -> Judgement:
    """`network` is the effective one; `proofs`: when an address was last seen to work."""
    blamed = frozenset(_blamed(failures))
    speaking = [each for each in failures if each.counts and each.mail not in blamed]
    failing = {each.address.key for each in standings if _is_failing(each)}
    changes = tuple(
        change
        for member in network.members
        if (
            change := _change(member, speaking, proofs, failing=member.address.key in failing, network=network, now=now)
        )
    )
    return Judgement(changes, tuple(sorted(blamed)), max((each.id for each in failures), default=0))


def concerned(failures: Sequence[Failure], standings: Sequence[Standing], network: Network) -> tuple[Member, ...]:
    """Members about whom there is something to judge."""
    keys = {each.address.key for each in failures if each.counts}
    keys |= {each.address.key for each in standings if _is_failing(each)}
    return tuple(member for member in network.members if any(address.key in keys for address in member.addresses))


def _is_failing(standing: Standing) -> bool:
    return standing.state is State.PAUSED and standing.cause is Cause.FAILING


def _blamed(failures: Sequence[Failure]) -> Iterator[str]:
    """Mails that came back from so many that it is not the people."""
    by_mail: defaultdict[str, list[Failure]] = defaultdict(list)
    for each in failures:
        by_mail[each.mail].append(each)
    for mail, of_mail in by_mail.items():
        whom = {each.address.key for each in of_mail}
        if len(whom) > BLAME_COUNT and len(whom) > BLAME_SHARE * of_mail[0].of:
            yield mail


def _change(
    member: Member,
    failures: Sequence[Failure],
    proofs: Mapping[str, float],
    *,
    failing: bool,
    network: Network,
    now: float,
) -> Standing | None:
    proven = max((proofs.get(address.key, 0.0) for address in member.addresses), default=0.0)
    mine = [each for each in failures if each.address in member.addresses and each.at > proven]
    given_up = _given_up(mine)
    if given_up and not member.paused:
        return paused(member, network, cause=Cause.FAILING, now=now)
    if failing and not given_up:
        return resumed(member, network, cause=Cause.FAILING, now=now)
    return None


def _given_up(failures: Sequence[Failure]) -> bool:
    dead = [each.at for each in failures if each.status in OF_THE_PERSON]
    full = [each.at for each in failures if each.status in FULL]
    return _days(dead) >= FAILING_DAYS or (_days(full) >= FULL_DAYS and max(full) - min(full) >= FULL_SPAN)


def _days(moments: Sequence[float]) -> int:
    """A failure counts once a day: ten mails of one evening are one failure, as list managers count."""
    return len({int(moment // DAY) for moment in moments})
