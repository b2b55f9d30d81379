"""No window of time holds more than the provider allows, wherever it begins."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binrelay.model import SmtpAccount
from binrelay.records import Dispatch
from binrelay.rules.budget import ANY_NUMBER, DAY, HOUR, MINUTE, Allowance, Limits, Spending, limits_of
from tests.rules.good import NETWORK

NOW = 1_000_000.0
NONE = Limits(50, None, None, None, None, None)


def spending(limits: Limits, *sent: tuple[float, int, int]) -> Spending:
    """After (seconds ago, transactions, recipients) each."""
    made = Spending(limits)
    for number, (ago, transactions, recipients) in enumerate(sent):
        made.add(Dispatch(number + 1, NOW - ago, transactions, recipients))
    return made


def test_without_limits_everything_may_leave_at_once() -> None:
    free = spending(NONE, (1.0, 1000, 50_000))
    assert not free.counts
    assert free.allowance(NOW) == Allowance(ANY_NUMBER, ANY_NUMBER, NOW)
    assert free.reached_by(10_000, NOW, one_each=True) == NOW


def test_a_full_minute_opens_when_its_oldest_transaction_is_a_minute_old() -> None:
    limits = replace(NONE, transactions_per_minute=3)
    full = spending(limits, (50.0, 2, 2), (10.0, 1, 1))
    assert full.allowance(NOW) == Allowance(0, 0, NOW + 10)
    assert full.allowance(NOW + 10).transactions == 2


def test_a_day_of_recipients_counts_over_any_24_hours() -> None:
    limits = replace(NONE, recipients_per_day=100)
    assert spending(limits, (DAY - 1, 1, 80), (5.0, 1, 20)).allowance(NOW) == Allowance(0, 0, NOW + 1)
    assert spending(limits, (DAY + 1, 1, 80), (5.0, 1, 20)).allowance(NOW).recipients == 80


def test_the_tightest_window_decides() -> None:
    limits = replace(NONE, transactions_per_minute=30, recipients_per_hour=400, recipients_per_day=1500)
    assert spending(limits, (2 * HOUR, 10, 1400)).allowance(NOW) == Allowance(30, 100, NOW)
    assert spending(limits, (MINUTE, 8, 390)).allowance(NOW) == Allowance(30, 10, NOW)


def test_what_is_about_to_leave_counts_already() -> None:
    limits = replace(NONE, transactions_per_minute=3, recipients_per_day=100)
    assert spending(limits).allowance(NOW, transactions=2, recipients=90) == Allowance(1, 10, NOW)
    assert spending(limits).allowance(NOW, transactions=3, recipients=3).transactions == 0


@pytest.mark.parametrize(("one_each", "minutes"), [(True, 9), (False, 0)])
def test_it_says_when_the_last_recipient_will_be_reached(*, one_each: bool, minutes: int) -> None:
    limits = replace(NONE, transactions_per_minute=30)
    assert spending(limits).reached_by(300, NOW, one_each=one_each) == NOW + minutes * MINUTE


def test_three_days_of_recipients_take_three_days() -> None:
    limits = replace(NONE, recipients_per_day=150)
    assert spending(limits).reached_by(400, NOW, one_each=False) == NOW + 2 * DAY
    assert spending(limits, (HOUR, 2, 100)).reached_by(60, NOW, one_each=False) == NOW + DAY - HOUR


def test_asking_changes_nothing() -> None:
    limited = spending(replace(NONE, recipients_per_day=150), (HOUR, 2, 100))
    before = limited.allowance(NOW)
    limited.reached_by(4000, NOW, one_each=True)
    assert limited.allowance(NOW) == before


def test_networks_that_share_an_account_keep_the_strictest_of_their_limits() -> None:
    account: SmtpAccount = NETWORK.smtp
    strict = replace(account, max_recipients=30, recipients_per_day=500)
    other = replace(account, max_recipients=100, recipients_per_day=None, messages_per_hour=250)
    assert limits_of((strict, other), None) == Limits(30, account.messages_per_minute, 250, None, None, 500)
    assert limits_of((strict, other), 20).per_transaction == 20


@given(
    steps=st.lists(st.tuples(st.floats(0, 40), st.integers(1, 60), st.booleans()), max_size=60),
    per_minute=st.integers(1, 40),
    per_hour=st.integers(1, 400),
)
def test_whoever_keeps_to_the_allowance_never_goes_over_a_limit(
    steps: list[tuple[float, int, bool]], per_minute: int, per_hour: int
) -> None:
    limits = replace(NONE, transactions_per_minute=per_minute, recipients_per_hour=per_hour)
    kept, now, sent = Spending(limits), NOW, []
    for pause, wish, one_each in steps:
        now += pause
        allowed = kept.allowance(now)
        recipients = min(wish, allowed.recipients, allowed.transactions * (1 if one_each else 50))
        if recipients:
            dispatch = Dispatch(0, now, recipients if one_each else -(-recipients // 50), recipients)
            kept.add(dispatch)
            sent.append(dispatch)
        else:
            assert allowed.when > now, "nothing may leave, and nobody says when"
    for first in sent:
        minute = [each.transactions for each in sent if first.at <= each.at < first.at + MINUTE]
        hour = [each.recipients for each in sent if first.at <= each.at < first.at + HOUR]
        assert sum(minute) <= per_minute
        assert sum(hour) <= per_hour


def test_the_time_in_which_a_limit_kept_mail_waiting_is_told_from_the_time_in_which_it_could_have_left() -> None:
    daily = replace(NONE, recipients_per_day=100)
    assert spending(daily).free(NOW - DAY, NOW) == DAY
    full_all_day = spending(daily, (2 * DAY - 1, 2, 100), (DAY - 1, 2, 100))
    assert full_all_day.free(NOW - DAY, NOW) == 0
    off_for_half_a_day = spending(daily, (1.5 * DAY, 2, 100))
    assert off_for_half_a_day.free(NOW - 1.25 * DAY, NOW) == DAY / 2
    not_full = spending(daily, (DAY / 2, 2, 99))
    assert not_full.free(NOW - DAY, NOW) == DAY
    filled_bit_by_bit = spending(daily, (DAY / 2, 2, 60), (DAY / 4, 2, 40))
    assert filled_bit_by_bit.free(NOW - DAY, NOW) == 3 * DAY / 4


def test_a_full_minute_explains_a_minute() -> None:
    both = replace(NONE, transactions_per_minute=2, recipients_per_day=100)
    assert spending(both, (120.0, 2, 2), (30.0, 2, 2)).free(NOW - DAY, NOW) == DAY - 60 - 30
