"""What comes round comes once, at the people's own hour, whatever the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from binrelay.model import DigestTime
from binrelay.rules.schedule import DAY, WEEK, last_digest, next_of, to_remind, week_starts
from tests.rules.test_notice import RECORD

HOME = ZoneInfo("Europe/Amsterdam")
MONDAY = DigestTime(0, 8 * 60)
HOUR = 3600.0


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=HOME).timestamp()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-23 07:59", "2026-11-16 08:00"),
        ("2026-11-25 16:00", "2026-11-23 08:00"),
        ("2026-11-29 23:59", "2026-11-23 08:00"),
        ("2026-10-26 08:00", "2026-10-26 08:00"),
        ("2027-01-04 09:00", "2027-01-04 08:00"),
    ],
)
def test_the_week_that_is_told_ended_on_monday_at_eight(now: str, expected: str) -> None:
    assert last_digest(moment(now), MONDAY, HOME).until == moment(expected)


def test_a_week_in_which_the_clocks_change_is_a_whole_week_all_the_same() -> None:
    autumn = last_digest(moment("2026-10-26 08:00"), MONDAY, HOME)
    spring = last_digest(moment("2026-03-30 08:00"), MONDAY, HOME)
    assert autumn.until - autumn.since == WEEK + HOUR
    assert spring.until - spring.since == WEEK - HOUR


def test_the_weeks_of_the_picture_follow_each_other_without_a_gap() -> None:
    span = last_digest(moment("2026-11-25 16:00"), MONDAY, HOME)
    starts = week_starts(span.until, MONDAY, HOME)
    assert (starts[0], starts[-2], starts[-1]) == (span.history, span.since, span.until)
    assert len(starts) == 9


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-25 08:59", "2026-11-25 09:00"),
        ("2026-11-25 09:00", "2026-11-25 17:00"),
        ("2026-11-25 17:00", "2026-11-26 09:00"),
        ("2026-10-24 18:00", "2026-10-25 09:00"),
    ],
)
def test_the_next_of_two_hours(now: str, expected: str) -> None:
    assert next_of((9 * 60, 17 * 60), moment(now), HOME) == moment(expected)


def test_what_waits_is_told_again_after_a_day_and_then_every_week() -> None:
    now = RECORD.decided
    reminded = replace(RECORD, reminded=now + DAY)
    assert to_remind([RECORD], now + DAY - 1) == ()
    assert to_remind([RECORD], now + DAY) == (RECORD,)
    assert to_remind([reminded], now + DAY + WEEK - 1) == ()
    assert to_remind([reminded], now + DAY + WEEK) == (reminded,)


def test_one_reminder_speaks_of_everything_that_waits_a_day() -> None:
    now = RECORD.decided + DAY
    older = replace(RECORD, id="OLDER000", decided=now - 3 * DAY, reminded=now - 2 * DAY)
    fresh = replace(RECORD, id="FRESH000", decided=now - 60)
    assert to_remind([older, RECORD, fresh], now) == (older, RECORD)


def test_a_clock_that_jumps_back_reminds_of_nothing() -> None:
    assert to_remind([replace(RECORD, reminded=RECORD.decided + DAY)], RECORD.decided - 30 * DAY) == ()
