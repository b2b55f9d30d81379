"""What becomes of a recipient after an attempt: sent, tried again, or given up. Pure.

Invariant: only a reply about a recipient ends that recipient; trouble with the line or the account defers all alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from binrelay.mail.address import Address
from binrelay.mail.envelope import SmtpReply
from binrelay.model import RetrySchedule
from binrelay.records import Batch, Outcome
from binrelay.records.waiting import Wait


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


def after_replies(batch: Batch, replies: Mapping[Address, SmtpReply], attempt: Attempt) -> tuple[Outcome, ...]:
    """One outcome a recipient, in the order of the batch."""
    progress = any(reply.accepted for reply in replies.values())
    return tuple(
        _after_reply(row, replies[address], batch, attempt=attempt, progress=progress)
        for row, address in zip(batch.ids, batch.mail.recipients, strict=True)
    )


def after_failure(batch: Batch, attempt: Attempt, *, code: int, text: str) -> tuple[Outcome, ...]:
    """The same for everybody: nobody was accepted and nobody is to blame."""
    reply = SmtpReply(code if 400 <= code < 500 else 451, None, text)
    return tuple(_later(row, reply, batch, attempt=attempt) for row in batch.ids)


def after_uncertainty(batch: Batch, attempt: Attempt) -> tuple[Outcome, ...]:
    """The line broke after the final dot: wait, then once more with the same bytes, then leave it to a person.

    The Message-ID stays the same, so that a receiver who has the mail already can drop the copy (RFC 5321 4.5.3.2.6).
    """
    count = batch.uncertain + 1
    state = "held" if count >= UNCERTAIN_LIMIT else "queued"
    due = attempt.now + attempt.schedule.uncertain
    return tuple(Outcome(row, state, due, 0, None, UNCERTAIN_TEXT, count) for row in batch.ids)


def _after_reply(row: int, reply: SmtpReply, batch: Batch, *, attempt: Attempt, progress: bool) -> Outcome:
    if reply.accepted:
        return Outcome(row, "sent", attempt.now, reply.code, reply.status, reply.text, batch.uncertain)
    if progress and too_many_recipients(reply):
        # RFC 5321 4.5.3.1.10: the rest goes in a transaction of its own, at once; it is nobody's failure.
        return Outcome(row, "queued", attempt.now, reply.code, reply.status, reply.text, batch.uncertain)
    if reply.code >= 500:
        return Outcome(row, "failed", attempt.now, reply.code, reply.status, reply.text, batch.uncertain)
    return _later(row, reply, batch, attempt=attempt)


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


def _later(row: int, reply: SmtpReply, batch: Batch, *, attempt: Attempt) -> Outcome:
    if attempt.now - batch.first_due >= attempt.schedule.give_up:
        return Outcome(row, "failed", attempt.now, reply.code, reply.status or "4.4.7", reply.text, batch.uncertain)
    due = attempt.now + delay(batch.attempts, attempt.schedule, attempt.jitter)
    return Outcome(row, "queued", due, reply.code, reply.status, reply.text, batch.uncertain)


def delay(attempts: int, schedule: RetrySchedule, jitter: float) -> float:
    """Seconds until the next try, doubling. Perturbed: a restarted daemon must not send its backlog in one second."""
    return min(schedule.first * float(2 ** min(attempts, 16)), schedule.longest) * (1 + jitter / 4)
