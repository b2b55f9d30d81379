"""What goes by age, and what a wrong clock may not do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.records import ArrivalRecord
from binrelay.rules.retention import ABSENCE, BORN, DAY, PROBATION, first_look, leaves_folders, look_again
from tests.rules.test_account import WROTE

NOW = BORN + 700 * DAY
OLD: ArrivalRecord = replace(WROTE, decided=NOW - 31 * DAY)
MONTH_AGO = NOW - 30 * DAY


@pytest.mark.parametrize("state", ["done", "ignored", "released", "rejected"])
def test_what_was_settled_long_ago_leaves_the_folders(state: str) -> None:
    assert leaves_folders(replace(OLD, state=state), MONTH_AGO)
    assert not leaves_folders(replace(OLD, state=state, decided=NOW), MONTH_AGO)


@pytest.mark.parametrize("state", ["held", "waiting", "left"])
def test_what_waits_or_is_a_persons_own_stays_however_old_it_is(state: str) -> None:
    assert not leaves_folders(replace(OLD, state=state), MONTH_AGO)


def test_what_somebody_put_there_by_hand_stays() -> None:
    assert not leaves_folders(None, MONTH_AGO)


def test_the_time_of_a_held_mail_begins_with_the_decision() -> None:
    assert not leaves_folders(replace(OLD, state="released", settled=NOW), MONTH_AGO)


def test_what_a_person_had_erased_goes_at_once() -> None:
    assert leaves_folders(replace(OLD, decided=NOW, erased=True), MONTH_AGO)


def test_a_clock_near_to_what_the_store_remembers_is_believed() -> None:
    assert first_look(NOW, 0.0, newest=None).believed
    assert first_look(NOW, 0.0, newest=NOW - ABSENCE).believed


@pytest.mark.parametrize(
    ("wall", "newest"), [(0.0, None), (0.0, NOW), (NOW, NOW + DAY), (NOW + 365 * DAY, NOW), (BORN - 1, None)]
)
def test_a_clock_from_another_time_is_doubted_at_the_first_look(wall: float, newest: float | None) -> None:
    assert not first_look(wall, 0.0, newest=newest).believed


@pytest.mark.parametrize("jump", [365 * DAY, -365 * DAY, 3600.0, -NOW])
def test_a_clock_that_jumps_is_doubted(jump: float) -> None:
    trust = first_look(NOW, 0.0, newest=NOW)
    assert not look_again(trust, NOW + 60 + jump, 60.0).believed


def test_a_clock_that_drifts_or_is_corrected_a_little_is_believed() -> None:
    trust = first_look(NOW, 0.0, newest=NOW)
    assert look_again(trust, NOW + 3600 + 30, 3600.0).believed


def test_a_clock_that_goes_well_for_a_day_is_believed_again() -> None:
    trust = look_again(first_look(NOW, 0.0, newest=NOW), NOW + 90 * DAY, 60.0)
    later = look_again(trust, NOW + 90 * DAY + PROBATION / 2, 60.0 + PROBATION / 2)
    assert not later.believed
    assert look_again(later, NOW + 90 * DAY + PROBATION, 60.0 + PROBATION).believed


def test_a_second_jump_begins_the_day_anew() -> None:
    trust = look_again(first_look(NOW, 0.0, newest=NOW), NOW + 90 * DAY, 60.0)
    again = look_again(trust, NOW, PROBATION)
    assert not look_again(again, NOW + 3600.0, PROBATION + 3600.0).believed
