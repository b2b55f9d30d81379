"""When things that come round are due, in the people's own time. Pure.

Invariant: the moment named is the last one that is over, so that a daemon that was away catches up once, not often.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from binrelay.model import DigestTime
from binrelay.records import ArrivalRecord
from binrelay.records.coordinator import Span

DAY = 86400.0
WEEK = 7 * DAY
WEEKS_SHOWN = 8
GRACE = 120.0  # after its hour a reply that nothing has gathered goes out alone: nothing waits for a worker that died


def last_digest(now: float, at: DigestTime, zone: ZoneInfo) -> Span:
    """The week that ended last; a week has 167 or 169 hours when the clocks change."""
    today = datetime.fromtimestamp(now, zone).date()
    day = today - timedelta(days=(today.weekday() - at.weekday) % 7)
    if _moment(day, at.minute, zone) > now:
        day -= timedelta(days=7)
    weeks = [_moment(day - timedelta(days=7 * back), at.minute, zone) for back in (WEEKS_SHOWN, 1, 0)]
    return Span(*weeks)


def week_starts(until: float, at: DigestTime, zone: ZoneInfo) -> tuple[float, ...]:
    """Where each of the weeks shown begins, oldest first, and where the last one ends."""
    day = datetime.fromtimestamp(until, zone).date()
    return tuple(_moment(day - timedelta(days=7 * back), at.minute, zone) for back in range(WEEKS_SHOWN, -1, -1))


def next_of(times: Sequence[int], now: float, zone: ZoneInfo) -> float:
    """The next of these times of the day, given in minutes after midnight."""
    today = datetime.fromtimestamp(now, zone).date()
    moments = (_moment(today + timedelta(days=days), minute, zone) for days in (0, 1) for minute in times)
    return min(moment for moment in moments if moment > now)


def _moment(day: date, minute: int, zone: ZoneInfo) -> float:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone).timestamp()


def to_remind(held: Sequence[ArrivalRecord], now: float) -> Sequence[ArrivalRecord]:
    """What waits a day or longer, once anything of it is due: first after a day, then every week."""
    if not any(_is_due(record, now) for record in held):
        return ()
    return tuple(record for record in held if now - record.decided >= DAY)


def _is_due(record: ArrivalRecord, now: float) -> bool:
    if record.reminded is None:
        return now - record.decided >= DAY
    return now - record.reminded >= WEEK
