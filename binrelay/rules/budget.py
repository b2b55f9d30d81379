"""How much an account may still send. Pure: counts and moments in, a moment out."""

from __future__ import annotations

from collections.abc import Sequence

from binrelay.records import Recall

MINUTE = 60.0


def next_slot(sent: Sequence[float], per_minute: int | None, now: float) -> float:
    """When the next transaction may begin, so that no 60 seconds ever hold more than `per_minute` of them.

    `sent` are the moments of earlier transactions, oldest first; those older than a minute do not count.
    """
    if per_minute is None:
        return now
    recent = [moment for moment in sent if moment > now - MINUTE]
    return now if len(recent) < per_minute else recent[-per_minute] + MINUTE


def may_take(limit: int, *, per_day: int | None, sent_last_day: int) -> int:
    """How many recipients the next transaction may have: at most `limit`, within the rolling day."""
    return limit if per_day is None else max(0, min(limit, per_day - sent_last_day))


ANSWERS_PER_ADDRESS = 10  # a day; as list managers allow
ANSWERS_SPARE = 50
ANSWERS_TO_STRANGERS = 20  # a day, all together: nobody uses us to send mail to people who never wrote


def may_answer(recall: Recall, *, members: int, stranger: bool) -> bool:
    """Whether one more automatic answer may go out (RFC 3834 2). `members` is how many the network has."""
    if stranger:
        return recall.answered < 1 and recall.answered_strangers < ANSWERS_TO_STRANGERS
    return recall.answered < ANSWERS_PER_ADDRESS and recall.answered_all < 2 * members + ANSWERS_SPARE
