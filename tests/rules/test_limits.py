"""What runs in circles stops, what is answered has limits, and a network that sends too much is stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.mark import make_mark
from binrelay.records import Kind, Recall
from binrelay.records.members import Ledger
from binrelay.rules.answering import ANSWERS_PER_ADDRESS, ANSWERS_TO_STRANGERS, may_answer
from binrelay.rules.breaker import Trip, trips
from binrelay.rules.decision import Hold, Ignore, Why
from binrelay.rules.intake import ANSWERS_PER_HOUR, decide
from tests.rules.good import BY_MEMBER, NETWORK
from tests.rules.letters import letter, plan_for

KEY = b"k" * 32
MINE = Recall(key=KEY)
RECEIVED = "from a.example by b.example; Tue, 24 Nov 2026 09:00:00 +0100"
OURS = make_mark(KEY, "K7Q4M2X9K7Q4M2X9")
MEMBER = "Jan <jan@mail.example>"
QUIET = Ledger(widest_passed=0, widest=0, unexplained=0)


def why(content: bytes, recall: Recall = MINE) -> str:
    return plan_for(content, recall=recall).arrival.why


def hops(number: int) -> bytes:
    return b"".join(f"Received: {RECEIVED}\r\n".encode() for _ in range(number)) + letter(MEMBER, "Dag")


def test_a_mail_of_ours_is_known_by_its_mark_also_in_another_network() -> None:
    assert why(letter(MEMBER, "Dag", fields={"X-Binrelay-Loop": OURS})) == Why.LOOP
    elsewhere = replace(NETWORK, id="elsewhere")
    looped = plan_for(letter(MEMBER, "Dag", fields={"X-Binrelay-Loop": OURS}), recall=MINE, network=elsewhere)
    assert looped.arrival.why == Why.LOOP


def test_a_mark_that_somebody_made_up_changes_nothing() -> None:
    forged = {"X-Binrelay-Loop": make_mark(b"guess", "K7Q4M2X9K7Q4M2X9")}
    assert why(letter(MEMBER, "Dag", fields=forged)) == Why.MEMBER_WRITES


def test_a_mail_that_was_handed_on_too_often_goes_no_further() -> None:
    assert why(hops(50)) == Why.MEMBER_WRITES
    assert why(hops(51)) == Why.LOOP


def test_two_machines_that_write_faster_than_people_wait_for_a_person() -> None:
    busy = replace(BY_MEMBER, answers_last_hour=ANSWERS_PER_HOUR)
    held = decide(busy, NETWORK)
    assert isinstance(held, Hold)
    assert (held.rule, held.why) == (14, Why.TOO_MANY_MAILS)
    assert not isinstance(decide(replace(busy, approved=True), NETWORK), (Hold, Ignore))


def test_a_member_who_had_ten_answers_today_is_heard_and_not_answered() -> None:
    plan = plan_for(letter(MEMBER, "Dag"), recall=replace(MINE, answered=ANSWERS_PER_ADDRESS))
    assert [mail.kind for mail in plan.mails] == [Kind.REPORT]
    plan = plan_for(letter(MEMBER, "Dag"), recall=replace(MINE, answered=ANSWERS_PER_ADDRESS - 1))
    assert [mail.kind for mail in plan.mails] == [Kind.REPORT, Kind.ACKNOWLEDGEMENT]


def test_a_stranger_is_answered_once_a_day_and_strangers_twenty_times() -> None:
    assert may_answer(Recall(), members=30, stranger=True)
    assert not may_answer(Recall(answered=1), members=30, stranger=True)
    assert not may_answer(Recall(answered_strangers=ANSWERS_TO_STRANGERS), members=30, stranger=True)


def test_answers_to_all_grow_with_the_network() -> None:
    assert may_answer(Recall(answered_all=1500), members=900, stranger=False)
    assert not may_answer(Recall(answered_all=1500), members=30, stranger=False)


@pytest.mark.parametrize(
    ("ledger", "trip"),
    [
        (QUIET, None),
        (Ledger(widest_passed=23, widest=20, unexplained=0), None),
        (Ledger(widest_passed=24, widest=0, unexplained=0), Trip.TOO_MANY),
        (Ledger(widest_passed=0, widest=21, unexplained=0), Trip.TOO_WIDE),
        (Ledger(widest_passed=0, widest=0, unexplained=1), Trip.UNEXPLAINED),
    ],
)
def test_a_network_stops_when_it_sends_more_than_it_can_explain(ledger: Ledger, trip: Trip | None) -> None:
    assert trips(ledger, authorities=3) is trip
