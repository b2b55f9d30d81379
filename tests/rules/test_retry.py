"""What becomes of a neighbour's copy after an attempt; trouble with the line is nobody's fault."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import pytest

from binrelay.mail.envelope import SmtpReply
from binrelay.model import RetrySchedule
from binrelay.records import Batch, Kind, Mail, Outcome, Parcel
from binrelay.rules.retry import (
    DAILY,
    HOURLY,
    Attempt,
    after_failure,
    after_refusal,
    after_replies,
    after_uncertainty,
    delay,
    is_refusal,
    most_at_once,
    puts_off,
    refuses_mail,
    rest_after_login,
    slows_down,
    too_many_recipients,
)
from tests.rules.good import JAN, NETWORK, PIET

SCHEDULE = RetrySchedule(first=60.0, longest=3600.0, give_up=5 * 86400.0, uncertain=300.0)
NOW = Attempt(now=1000.0, schedule=SCHEDULE, jitter=0.0)
MAIL = Mail(
    "X/nl", NETWORK.id, Kind.BULLETIN, "m@bin.example", NETWORK.address, False, b"", (JAN.address, PIET.address)
)
BATCH = Batch(MAIL, (1, 2), attempts=0, uncertain=0, first_due=1000.0)
PARCEL = Parcel(BATCH, BATCH.ids, MAIL.recipients)
FINE = SmtpReply(250, "2.0.0", "ok")


def outcome(reply: SmtpReply, *, other: SmtpReply = FINE, parcel: Parcel = PARCEL, attempt: Attempt = NOW) -> Outcome:
    return after_replies(parcel, {JAN.address: reply, PIET.address: other}, attempt)[0]


def test_sent_is_what_the_server_took() -> None:
    assert outcome(FINE).state == "sent"


def test_an_address_that_does_not_exist_is_not_tried_again_and_costs_nobody_else() -> None:
    first, second = after_replies(PARCEL, {JAN.address: SmtpReply(550, "5.1.1", "no"), PIET.address: FINE}, NOW)
    assert (first.state, first.status) == ("failed", "5.1.1")
    assert second.state == "sent"


def test_of_all_whom_the_server_says_the_same_there_is_one_outcome() -> None:
    (both,) = after_replies(PARCEL, {JAN.address: FINE, PIET.address: replace(FINE)}, NOW)
    assert (both.ids, both.state) == (PARCEL.ids, "sent")


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
    assert {(each.state, each.due) for each in after_failure(PARCEL, NOW, code=0, text="no connection")} == {
        ("queued", 1060.0)
    }


LATE = replace(NOW, now=1000.0 + 5 * 86400.0)


def test_whom_a_server_puts_off_for_five_days_is_given_up() -> None:
    given_up = outcome(SmtpReply(451, None, "later"), attempt=LATE)
    assert (given_up.state, given_up.status) == ("failed", "4.4.7")


def test_what_the_provider_could_not_be_given_for_five_days_waits_for_a_person_and_blames_nobody() -> None:
    assert {each.state for each in after_failure(PARCEL, LATE, code=0, text="no route")} == {"held"}


def test_the_coordinators_hear_of_trouble_however_long_it_lasts() -> None:
    notice, thanks = (
        replace(PARCEL, batch=replace(BATCH, mail=replace(MAIL, kind=kind)))
        for kind in (Kind.NOTICE, Kind.ACKNOWLEDGEMENT)
    )
    assert {each.state for each in after_failure(notice, LATE, code=0, text="no route")} == {"queued"}
    assert {each.state for each in after_failure(thanks, LATE, code=0, text="no route")} == {"failed"}


def test_a_line_that_broke_behind_the_mail_is_tried_once_more_and_then_left_to_a_person() -> None:
    first = after_uncertainty(PARCEL, NOW)[0]
    assert (first.state, first.due, first.uncertain) == ("queued", 1300.0, 1)
    assert after_uncertainty(replace(PARCEL, batch=replace(BATCH, uncertain=1)), NOW)[0].state == "held"


def test_the_pause_doubles_up_to_the_longest() -> None:
    assert [delay(count, SCHEDULE, 0.0) for count in (0, 1, 2, 5, 6, 40)] == [60, 120, 240, 1920, 3600, 3600]
    assert delay(0, SCHEDULE, 0.99) < 60 * 1.25


def test_a_mail_the_server_does_not_want_waits_for_a_person_and_blames_nobody() -> None:
    assert is_refusal("mail", 550, "5.7.1 not your address")
    assert is_refusal("data", 554, "no")
    assert {each.state for each in after_refusal(PARCEL, NOW, code=550, text="no")} == {"held"}


SPAM = SmtpReply(554, "5.7.1", "looks like spam", to_all=True)


def test_a_mail_that_is_refused_behind_its_content_waits_for_a_person() -> None:
    gone = SmtpReply(550, "5.1.1", "no")
    first, second = after_replies(PARCEL, {JAN.address: SPAM, PIET.address: gone}, NOW)
    assert (first.state, second.state) == ("held", "failed")
    assert refuses_mail((SPAM, gone))


@pytest.mark.parametrize("status", ["5.1.8", "5.1.0", "5.1.1", "5.2.0"])
def test_what_one_reply_behind_the_content_says_to_several_is_held_against_none_of_them(status: str) -> None:
    denied = SmtpReply(550, status, "Access denied, bad outbound sender", to_all=True)
    (both,) = after_replies(PARCEL, dict.fromkeys(PARCEL.recipients, denied), NOW)
    assert (both.ids, both.state) == (PARCEL.ids, "held")
    assert refuses_mail([denied, denied])


def test_a_full_mailbox_of_the_one_who_was_left_is_that_ones_failure() -> None:
    gone, full = SmtpReply(550, "5.1.1", "no"), SmtpReply(552, "5.2.2", "mailbox full", to_all=True)
    outcomes = after_replies(PARCEL, {JAN.address: gone, PIET.address: full}, NOW)
    assert {each.state for each in outcomes} == {"failed"}
    assert not refuses_mail([gone, full])


def test_a_sender_that_is_refused_is_no_fault_of_a_lone_recipient() -> None:
    assert refuses_mail([SmtpReply(550, "5.1.8", "Access denied, bad outbound sender", to_all=True)])
    assert not refuses_mail([SmtpReply(550, "5.1.1", "no such user", to_all=True)])


def test_an_account_that_may_send_to_nobody_costs_nobody_the_mail() -> None:
    denied = [SmtpReply(550, "5.7.1", f"relaying denied {number}") for number in range(2)]
    (both,) = after_replies(PARCEL, dict(zip(PARCEL.recipients, denied, strict=True)), NOW)
    assert (both.ids, both.state) == (PARCEL.ids, "held")
    assert refuses_mail(denied)


@pytest.mark.parametrize(
    "replies",
    [
        (SmtpReply(550, "5.7.1", "we do not want you"),),
        (SmtpReply(550, "5.1.1", "no"), SmtpReply(550, "5.7.1", "no")),
        (SmtpReply(552, "5.2.2", "mailbox full", to_all=True),),
        (SmtpReply(550, "5.4.5", "enough for today", to_all=True),),
        (FINE, FINE),
    ],
)
def test_what_speaks_of_a_recipient_or_of_today_refuses_no_mail(replies: tuple[SmtpReply, ...]) -> None:
    assert not refuses_mail(replies)


@pytest.mark.parametrize("kind", [Kind.NOTICE, Kind.ACKNOWLEDGEMENT])
def test_what_nobody_would_hear_of_does_not_wait_for_a_person(kind: Kind) -> None:
    mail = replace(MAIL, kind=kind)
    once = replace(PARCEL, batch=replace(BATCH, mail=mail))
    twice = replace(PARCEL, batch=replace(BATCH, mail=mail, uncertain=1))
    refused = after_refusal(once, NOW, code=553, text="5.7.1 not your address")
    assert {(each.state, each.code, each.status) for each in refused} == {("failed", 0, None)}
    assert {each.state for each in after_uncertainty(once, NOW)} == {"queued"}
    assert {each.state for each in after_uncertainty(twice, NOW)} == {"failed"}


@pytest.mark.parametrize(
    ("phase", "code", "text"),
    [
        ("mail", 451, "later"),
        ("greeting", 554, "no service"),
        ("connect", 0, ""),
        ("mail", 550, "5.4.5 Daily user sending limit exceeded"),
        ("data", 550, "5.7.515 Access denied, bulk sender"),
    ],
)
def test_trouble_of_the_account_is_no_refusal_of_the_mail(phase: str, code: int, text: str) -> None:
    assert not is_refusal(phase, code, text)


@pytest.mark.parametrize(
    "reply",
    [
        SmtpReply(421, None, "closing"),
        SmtpReply(454, "4.7.0", "temporary authentication failure"),
        SmtpReply(451, "4.7.1", "try again", to_all=True),
        SmtpReply(450, "4.7.1", "Rate limited"),
        SmtpReply(450, None, "Rate limit exceeded"),
        SmtpReply(450, None, "You send too fast"),
        SmtpReply(550, "5.4.5", "daily sending quota exceeded"),
    ],
)
def test_what_speaks_of_the_account_slows_the_account_down(reply: SmtpReply) -> None:
    assert slows_down([FINE, reply], put_off=0) is reply
    assert outcome(reply, other=reply).state == "queued"


@pytest.mark.parametrize(
    "reply",
    [
        FINE,
        SmtpReply(452, "4.5.3", "too many recipients"),
        SmtpReply(452, "4.2.2", "mailbox full"),
        SmtpReply(450, "4.2.1", "mailbox busy"),
        SmtpReply(550, "5.1.1", "no such user"),
        SmtpReply(550, "5.7.1", "not welcome"),
        SmtpReply(450, "4.7.1", "greylisted, try again"),
        SmtpReply(451, "4.7.1", "Greylisting in action, please come back later to this separate server"),
    ],
)
def test_what_speaks_of_one_recipient_slows_nobody_else_down(reply: SmtpReply) -> None:
    assert slows_down([FINE, reply], put_off=0) is None


def test_a_greylisted_recipient_is_tried_again_and_everybody_of_several_mails_slows_the_account_down() -> None:
    grey = SmtpReply(450, "4.7.1", "greylisted, try again")
    assert outcome(grey).state == "queued"
    assert puts_off([grey, grey])
    assert not puts_off([grey, FINE])
    assert not puts_off([grey, SmtpReply(550, "5.1.1", "no such user")])
    assert [slows_down([grey], put_off=times) for times in (1, 2, 3)] == [None, None, grey]


def test_a_server_that_takes_fewer_at_once_shows_how_many() -> None:
    many = SmtpReply(452, "4.5.3", "too many recipients")
    assert most_at_once(PARCEL, {JAN.address: FINE, PIET.address: many}) == 1
    assert most_at_once(PARCEL, {JAN.address: FINE, PIET.address: FINE}) is None
    assert most_at_once(PARCEL, {JAN.address: many, PIET.address: many}) is None


def test_a_full_mailbox_amid_others_is_no_limit_for_everybody() -> None:
    full = SmtpReply(452, None, "insufficient system storage")
    assert most_at_once(PARCEL, {JAN.address: full, PIET.address: FINE}) is None


def test_a_refused_login_is_asked_again_after_5_15_and_60_minutes_and_then_rarely() -> None:
    assert [rest_after_login(refusals, then=DAILY) for refusals in (1, 2, 3, 4, 9)] == [300, 900, 3600, DAILY, DAILY]


def test_a_mailbox_with_a_revoked_password_is_knocked_at_thirty_times_a_day_at_most() -> None:
    moments = accumulate(rest_after_login(refusals, then=HOURLY) for refusals in range(1, 100))
    assert 1 + sum(moment <= 86400 for moment in moments) <= 30
