"""What becomes of a recipient after an attempt: sent, tried again, held for a person, or given up. Pure.

Invariant: only a reply about a recipient ends that recipient; trouble with the line or the account defers all alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from binrelay.mail.address import Address
from binrelay.mail.envelope import SmtpReply
from binrelay.model import RetrySchedule
from binrelay.records import Batch, Kind, Outcome, Parcel
from binrelay.records.waiting import Wait
from binrelay.rules.lateness import TOLD_OF


@dataclass(frozen=True, slots=True)
class Attempt:
    """When it was made, by which schedule, with which die."""

    now: float
    schedule: RetrySchedule
    jitter: float  # in [0, 1)


# A name server that does not answer is back within minutes, or is not this mail's last chance: a person can vouch for it.
LOOK_UPS = RetrySchedule(first=30.0, longest=600.0, give_up=3600.0, uncertain=0.0)
UNCERTAIN_LIMIT = 2  # one retry after a lost line; after that a person decides
UNCERTAIN_TEXT = "the line broke after the mail was handed over; it may or may not have arrived"
LOGIN_RESTS = (300.0, 900.0, 3600.0)  # seconds after a refused login; providers lock accounts that knock more often
HOURLY, DAILY = 3600.0, 86400.0  # afterwards: a mailbox, for what lies in it may be urgent; a submission account
_QUOTA = ("5.4.5", "5.7.515")  # the account's day is over; this account may not send so much
# Address, mailbox: LMTP-like servers say so behind the content, of their one recipient.
_OF_RECIPIENT = ("5.1.", "5.2.")
_OF_SENDER = ("5.1.0", "5.1.7", "5.1.8")
_SEVERAL = 3  # transactions in a row; greylisting puts off a first mail to a domain, not all mail to everybody
_TOO_FAST = re.compile(r"\brate|limit|too (?:many|fast)|throttl|quota|slow down", re.IGNORECASE)


def after_replies(parcel: Parcel, replies: Mapping[Address, SmtpReply], attempt: Attempt) -> tuple[Outcome, ...]:
    """One outcome for each different reply, in the order of the parcel."""
    rows: dict[SmtpReply, list[int]] = {}
    for row, address in zip(parcel.ids, parcel.recipients, strict=True):
        rows.setdefault(replies[address], []).append(row)
    if _shuts_out(tuple(rows), len(parcel.ids)):
        reply = next(iter(rows))
        return after_refusal(parcel, attempt, code=reply.code, text=f"{reply.status} {reply.text}")
    progress = any(reply.accepted for reply in rows)
    return tuple(
        _after_reply(tuple(ids), reply, parcel, attempt=attempt, progress=progress) for reply, ids in rows.items()
    )


def after_failure(parcel: Parcel, attempt: Attempt, *, code: int, text: str) -> tuple[Outcome, ...]:
    """The same for everybody: nobody was accepted and nobody is to blame, so that nobody is given up for it.

    In the end a person decides. A notice is tried for ever: it is how a person hears of the trouble.
    """
    reply = SmtpReply(code if 400 <= code < 500 else 451, None, text)
    kind, batch = parcel.batch.mail.kind, parcel.batch
    if kind in TOLD_OF and _too_long(batch, attempt):
        return (Outcome(parcel.ids, "held", attempt.now, reply.code, None, text, batch.uncertain),)
    if kind is Kind.NOTICE:
        return (_again(parcel.ids, reply, parcel, attempt=attempt),)
    return (_later(parcel.ids, reply, parcel, attempt=attempt),)


def after_refusal(parcel: Parcel, attempt: Attempt, *, code: int, text: str) -> tuple[Outcome, ...]:
    """The server refused the mail itself, at MAIL or DATA: a person decides, and nobody is to blame."""
    state, unsure = _left_to_a_person(parcel), parcel.batch.uncertain
    if state == "failed":
        code, text = 0, f"{code} {text}"  # a failure with a code of its own would count against the recipient
    return (Outcome(parcel.ids, state, attempt.now, code, None, text, unsure),)


def after_uncertainty(parcel: Parcel, attempt: Attempt) -> tuple[Outcome, ...]:
    """The line broke after the final dot: wait, then once more with the same bytes, then leave it to a person.

    The Message-ID stays the same, so that a receiver who has the mail already can drop the copy (RFC 5321 4.5.3.2.6).
    """
    count = parcel.batch.uncertain + 1
    state = _left_to_a_person(parcel) if count >= UNCERTAIN_LIMIT else "queued"
    due = attempt.now + attempt.schedule.uncertain
    return (Outcome(parcel.ids, state, due, 0, None, UNCERTAIN_TEXT, count),)


def _left_to_a_person(parcel: Parcel) -> str:
    """Of an acknowledgement or a notice no person hears, so none can decide about it: it ends here."""
    return "held" if parcel.batch.mail.kind in TOLD_OF else "failed"


def given_back(parcel: Parcel, due: float) -> tuple[Outcome, ...]:
    """It was not tried."""
    return (Outcome(parcel.ids, "queued", due, 0, None, "", parcel.batch.uncertain),)


def _after_reply(
    ids: tuple[int, ...], reply: SmtpReply, parcel: Parcel, *, attempt: Attempt, progress: bool
) -> Outcome:
    if reply.accepted:
        return Outcome(ids, "sent", attempt.now, reply.code, reply.status, reply.text, parcel.batch.uncertain)
    if progress and too_many_recipients(reply):
        # RFC 5321 4.5.3.1.10: the rest goes in a transaction of its own, at once; it is nobody's failure.
        return Outcome(ids, "queued", attempt.now, reply.code, reply.status, reply.text, parcel.batch.uncertain)
    if _refuses_content(reply, len(ids)):
        return after_refusal(replace(parcel, ids=ids), attempt, code=reply.code, text=reply.text)[0]
    if _is_final(reply):
        return Outcome(ids, "failed", attempt.now, reply.code, reply.status, reply.text, parcel.batch.uncertain)
    return _later(ids, reply, parcel, attempt=attempt)


def refuses_mail(replies: Collection[SmtpReply]) -> bool:
    """5yz that speaks of the mail, or of us: it came behind the content, or tells each of several the same policy."""
    different = Counter(replies)
    content = any(_refuses_content(reply, number) for reply, number in different.items())
    return content or _shuts_out(tuple(different), len(replies))


def _refuses_content(reply: SmtpReply, recipients: int) -> bool:
    """`recipients`: to how many it was said. One reply to several cannot say of each that there is no such mailbox."""
    status = reply.status or ""
    of_recipient = recipients == 1 and status.startswith(_OF_RECIPIENT) and status not in _OF_SENDER
    return reply.to_all and _is_final(reply) and not of_recipient


def _shuts_out(different: Sequence[SmtpReply], recipients: int) -> bool:
    policy = all(_is_final(reply) and (reply.status or "").startswith("5.7.") for reply in different)
    return recipients > 1 and policy


def _is_final(reply: SmtpReply) -> bool:
    return reply.code >= 500 and reply.status not in _QUOTA


def look_up_again(wait: Wait, now: float) -> float | None:
    """Seconds until an author's key is looked up again; None: long enough, a person decides."""
    if now - wait.since >= LOOK_UPS.give_up:
        return None
    return delay(wait.times - 1, LOOK_UPS, 0.0)


def too_many_recipients(reply: SmtpReply) -> bool:
    """452 or 552 that speaks of the number of recipients, not of a full mailbox (RFC 3463 X.5.3)."""
    if reply.status:
        return reply.status[1:] == ".5.3"
    return reply.code in (452, 552)


def most_at_once(parcel: Parcel, replies: Mapping[Address, SmtpReply]) -> int | None:
    """The server's limit of recipients a transaction, where this one went over it; None: it did not.

    A limit refuses everybody behind it. Amid others it is a full mailbox, of which old servers say the same 452 or 552.
    """
    taken = sum(not too_many_recipients(reply) for reply in replies.values())
    behind = all(too_many_recipients(replies[address]) for address in parcel.recipients[taken:])
    return taken if 0 < taken < len(parcel.recipients) and behind else None


def slows_down(replies: Iterable[SmtpReply], *, put_off: int) -> SmtpReply | None:
    """The reply that speaks of the account, not of its recipient: we send too fast, too much, or not now.

    `put_off`: how many transactions in a row, with this one, ended in nothing but replies as greylisting gives them. One
    recipient's server may greylist us; where several transactions fare so, it is the account.
    """
    every = tuple(replies)
    sure = next((reply for reply in every if _of_account(reply)), None)
    return sure or (every[0] if put_off >= _SEVERAL else None)


def puts_off(replies: Iterable[SmtpReply]) -> bool:
    """A policy (RFC 3463 X.7) keeps everybody waiting: greylisting, or the account is to slow down."""
    return all(400 <= reply.code < 500 and _of_policy(reply) for reply in replies)


def _of_account(reply: SmtpReply) -> bool:
    if reply.accepted or reply.code >= 500:
        return reply.status in _QUOTA
    if reply.code in (421, 454) or (reply.to_all and _of_policy(reply)):
        return True
    return not too_many_recipients(reply) and reply.code in (450, 451, 452) and bool(_TOO_FAST.search(reply.text))


def _of_policy(reply: SmtpReply) -> bool:
    return (reply.status or "").startswith("4.7.")


def is_refusal(phase: str, code: int, text: str) -> bool:
    """5yz at MAIL or DATA: the server does not want this mail. A quota says the same of the account, until tomorrow."""
    return phase in ("mail", "data", "content") and code >= 500 and not text.startswith(_QUOTA)


def _later(ids: tuple[int, ...], reply: SmtpReply, parcel: Parcel, *, attempt: Attempt) -> Outcome:
    batch = parcel.batch
    if _too_long(batch, attempt):
        return Outcome(ids, "failed", attempt.now, reply.code, reply.status or "4.4.7", reply.text, batch.uncertain)
    return _again(ids, reply, parcel, attempt=attempt)


def _too_long(batch: Batch, attempt: Attempt) -> bool:
    return attempt.now - batch.first_due >= attempt.schedule.give_up


def _again(ids: tuple[int, ...], reply: SmtpReply, parcel: Parcel, *, attempt: Attempt) -> Outcome:
    batch = parcel.batch
    due = attempt.now + delay(batch.attempts, attempt.schedule, attempt.jitter)
    return Outcome(ids, "queued", due, reply.code, reply.status, reply.text, batch.uncertain)


def delay(attempts: int, schedule: RetrySchedule, jitter: float) -> float:
    """Seconds until the next try, doubling. Perturbed: a restarted daemon must not send its backlog in one second."""
    return min(schedule.first * float(2 ** min(attempts, 16)), schedule.longest) * (1 + jitter / 4)


def rest_after_login(refusals: int, *, then: float) -> float:
    """Seconds to leave a server alone that refused our login so often; `then` once a person has to mend it."""
    return then if is_shut_out(refusals) else LOGIN_RESTS[refusals - 1]


def is_shut_out(refusals: int) -> bool:
    """A person has to mend it: a password that was refused so often is wrong."""
    return refusals > len(LOGIN_RESTS)
