"""What becomes of a neighbour's copy after an attempt; trouble with the line is nobody's fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.envelope import SmtpReply
from binrelay.model import RetrySchedule
from binrelay.records import Batch, Kind, Mail, Outcome
from binrelay.rules.budget import may_take, next_slot
from binrelay.rules.retry import Attempt, after_failure, after_replies, after_uncertainty, delay, too_many_recipients
from tests.rules.good import JAN, NETWORK, PIET

SCHEDULE = RetrySchedule(first=60.0, longest=3600.0, give_up=5 * 86400.0, uncertain=300.0)
NOW = Attempt(now=1000.0, schedule=SCHEDULE, jitter=0.0)
MAIL = Mail(
    "X/nl", NETWORK.id, Kind.BULLETIN, "m@bin.example", NETWORK.address, False, b"", (JAN.address, PIET.address)
)
BATCH = Batch(MAIL, (1, 2), attempts=0, uncertain=0, first_due=1000.0)
FINE = SmtpReply(250, "2.0.0", "ok")


def outcome(reply: SmtpReply, *, other: SmtpReply = FINE, batch: Batch = BATCH, attempt: Attempt = NOW) -> Outcome:
    return after_replies(batch, {JAN.address: reply, PIET.address: other}, attempt)[0]


def test_sent_is_what_the_server_took() -> None:
    assert outcome(FINE).state == "sent"


def test_an_address_that_does_not_exist_is_not_tried_again_and_costs_nobody_else() -> None:
    first, second = after_replies(BATCH, {JAN.address: SmtpReply(550, "5.1.1", "no"), PIET.address: FINE}, NOW)
    assert (first.state, first.status) == ("failed", "5.1.1")
    assert second.state == "sent"


def test_a_full_mailbox_is_tried_again_later() -> None:
    full = outcome(SmtpReply(452, "4.2.2", "mailbox full"))
    assert (full.state, full.due) == ("queued", 1060.0)


@pytest.mark.parametrize(
    "reply", [SmtpReply(452, "4.5.3", "too many"), SmtpReply(452, None, "?"), SmtpReply(552, None, "?")]
)
def test_too_many_at_once_goes_on_at_once(reply: SmtpReply) -> None:
    assert too_many_recipients(reply)
    assert (outcome(reply).state, outcome(reply).due) == ("queued", 1000.0)


def test_too_many_without_any_progress_waits_like_any_other_trouble() -> None:
    reply = SmtpReply(452, "4.5.3", "too many")
    assert outcome(reply, other=reply).due == 1060.0


def test_trouble_with_the_line_defers_everybody_alike() -> None:
    assert {(each.state, each.due) for each in after_failure(BATCH, NOW, code=0, text="no connection")} == {
        ("queued", 1060.0)
    }


def test_after_five_days_it_is_given_up_and_said_so() -> None:
    late = replace(NOW, now=1000.0 + 5 * 86400.0)
    assert {(each.state, each.status) for each in after_failure(BATCH, late, code=421, text="later")} == {
        ("failed", "4.4.7")
    }


def test_a_line_that_broke_behind_the_mail_is_tried_once_more_and_then_left_to_a_person() -> None:
    first = after_uncertainty(BATCH, NOW)[0]
    assert (first.state, first.due, first.uncertain) == ("queued", 1300.0, 1)
    assert after_uncertainty(replace(BATCH, uncertain=1), NOW)[0].state == "held"


def test_the_pause_doubles_up_to_the_longest() -> None:
    assert [delay(count, SCHEDULE, 0.0) for count in (0, 1, 2, 5, 6, 40)] == [60, 120, 240, 1920, 3600, 3600]
    assert delay(0, SCHEDULE, 0.99) < 60 * 1.25


def test_no_minute_holds_more_transactions_than_agreed() -> None:
    sent = [0.0, 10.0, 20.0]
    assert next_slot(sent, 3, 30.0) == 60.0
    assert next_slot(sent, 4, 30.0) == 30.0
    assert next_slot(sent, 3, 61.0) == 61.0
    assert next_slot(sent, None, 30.0) == 30.0


def test_no_day_holds_more_recipients_than_agreed() -> None:
    assert may_take(50, per_day=None, sent_last_day=10**6) == 50
    assert may_take(50, per_day=100, sent_last_day=80) == 20
    assert may_take(50, per_day=100, sent_last_day=100) == 0
