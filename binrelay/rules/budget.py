"""How much an account may still send. Pure: counts and moments in, a moment out."""

from __future__ import annotations

from collections.abc import Sequence

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
