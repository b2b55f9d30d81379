"""The ladder, rung by rung; each test is a promise to a member, an officer or a coordinator."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.authentication import Evidence
from binrelay.mail.automatic import Automatic
from binrelay.mail.dsn import DeliveryReport
from binrelay.rules.decision import Answer, Bounce, Bulletin, Decision, Hold, Ignore, Leave, Reply, Report, Why
from binrelay.rules.facts import Facts
from binrelay.rules.intake import decide
from binrelay.rules.threads import Thread
from tests.rules.good import (
    ANNA,
    BULLETIN,
    BY_COORDINATOR,
    BY_MEMBER,
    BY_STRANGER,
    FORGED,
    JAN,
    NETWORK,
    PIET,
    POLICE,
    TALK,
    UNPROVEN,
    UNREACHABLE,
    YELLOW_POLO,
)

ANSWERS = Thread(named=(TALK,), ids_known=True)
ON_BULLETIN = Thread(bulletin=YELLOW_POLO, ids_known=True)
OTHER_TALK = replace(TALK, tag="AAAABBBB", member=PIET.address)


def held(decision: Decision) -> tuple[int, Why]:
    assert isinstance(decision, Hold), decision
    return decision.rule, decision.why


# ------------------------------------------------------------------ rungs 1 to 5


@pytest.mark.parametrize("facts", [BULLETIN, BY_MEMBER, BY_STRANGER, replace(BULLETIN, approved=True)])
def test_what_we_sent_ourselves_never_goes_out_again(facts: Facts) -> None:
    assert decide(replace(facts, loop=True), NETWORK) == Ignore(1, Why.LOOP)


def test_a_delivery_report_is_recorded_and_sent_to_nobody() -> None:
    report = DeliveryReport(())
    assert decide(replace(BY_STRANGER, report=report, automatic=Automatic.NULL_PATH), NETWORK) == Bounce(
        2, Why.DELIVERY_REPORT, report
    )


@pytest.mark.parametrize("kind", [kind for kind in Automatic if kind is not Automatic.PRECEDENCE])
@pytest.mark.parametrize("facts", [BY_MEMBER, BY_STRANGER, replace(BULLETIN, evidence=UNPROVEN)])
def test_out_of_office_of_a_neighbour_reaches_no_authority(facts: Facts, kind: Automatic) -> None:
    assert decide(replace(facts, automatic=kind), NETWORK) == Ignore(3, Why.AUTOMATIC)


def test_out_of_office_of_the_police_is_not_a_bulletin() -> None:
    assert decide(replace(BULLETIN, automatic=Automatic.AUTO_REPLIED), NETWORK) == Ignore(3, Why.AUTOMATIC)


@pytest.mark.parametrize("kind", [kind for kind in Automatic if kind is not Automatic.AUTO_REPLIED])
def test_a_bulletin_from_the_councils_mailing_tool_waits_and_is_not_dropped(kind: Automatic) -> None:
    decision = decide(replace(BULLETIN, automatic=kind), NETWORK)
    assert held(decision) == (3, Why.AUTOMATIC_PARTNER)
    assert isinstance(decision, Hold)
    assert isinstance(decision.released, Bulletin)


def test_precedence_alone_does_not_silence_a_neighbour() -> None:
    assert isinstance(decide(replace(BY_MEMBER, automatic=Automatic.PRECEDENCE), NETWORK), Report)


def test_a_mail_with_two_authors_waits() -> None:
    doubtful = replace(BULLETIN, author=None, speaker=None)
    assert held(decide(doubtful, NETWORK)) == (4, Why.AMBIGUOUS_AUTHOR)


@pytest.mark.parametrize("facts", [BULLETIN, BY_MEMBER, BY_STRANGER, replace(BULLETIN, evidence=UNPROVEN)])
def test_a_mail_that_is_too_large_waits(facts: Facts) -> None:
    assert held(decide(replace(facts, oversize=True), NETWORK)) == (5, Why.TOO_LARGE)


def test_a_mail_that_cannot_be_read_safely_waits_and_not_even_a_coordinator_sends_it_on() -> None:
    decision = decide(replace(BULLETIN, unsafe="nested too deep"), NETWORK)
    assert held(decision) == (5, Why.UNREADABLE)
    assert isinstance(decision, Hold)
    assert decision.released is None


# ------------------------------------------------------------------ rungs 6 to 10: a partner


@pytest.mark.parametrize("evidence", [UNPROVEN, FORGED])
def test_police_in_from_is_not_enough(evidence: Evidence) -> None:
    forged = replace(BULLETIN, evidence=evidence)
    assert held(decide(forged, NETWORK)) == (6, Why.UNAUTHENTICATED_PARTNER)


@pytest.mark.parametrize("facts", [BULLETIN, BY_COORDINATOR])
def test_a_silent_name_server_is_told_apart_from_a_forgery(facts: Facts) -> None:
    decision = decide(replace(facts, evidence=UNREACHABLE), NETWORK)
    assert held(decision)[1] is Why.KEY_UNREACHABLE
    assert isinstance(decision, Hold)
    assert isinstance(decision.released, Bulletin)


def test_a_bulletin_of_the_councils_tool_is_not_dropped_because_a_name_server_is_silent() -> None:
    unknown = replace(BULLETIN, evidence=UNREACHABLE)
    assert held(decide(replace(unknown, automatic=Automatic.LIST), NETWORK)) == (3, Why.KEY_UNREACHABLE)
    assert decide(replace(unknown, automatic=Automatic.AUTO_REPLIED), NETWORK) == Ignore(3, Why.AUTOMATIC)


def test_an_unproven_answer_is_not_passed_on_either() -> None:
    assert held(decide(replace(BULLETIN, evidence=UNPROVEN, thread=ANSWERS), NETWORK))[0] == 6


def test_the_police_answer_reaches_that_neighbour_alone() -> None:
    answer = replace(BULLETIN, thread=ANSWERS, reply_like=True)
    assert decide(answer, NETWORK) == Answer(7, Why.ANSWERS_CONVERSATION, "politie", "K7Q4M2X9")


def test_the_council_cannot_answer_in_a_conversation_of_the_police() -> None:
    thread = replace(ANSWERS, named=(replace(TALK, partner="gemeente"),))
    assert held(decide(replace(BULLETIN, thread=thread, reply_like=True), NETWORK)) == (8, Why.UNMATCHED_REPLY)


def test_a_forwarded_reply_of_a_neighbour_is_never_broadcast() -> None:
    forwarded = replace(BULLETIN, thread=ANSWERS, forward=True, forwards_ours=True)
    assert held(decide(forwarded, NETWORK)) == (8, Why.FORWARDED_OURS)


def test_two_marks_of_different_conversations_match_neither() -> None:
    thread = Thread(named=(TALK, OTHER_TALK), ids_known=True)
    assert held(decide(replace(BULLETIN, thread=thread, reply_like=True), NETWORK)) == (8, Why.CONFLICTING_MARKS)


def test_what_looks_like_a_reply_and_matches_nothing_is_never_broadcast() -> None:
    assert held(decide(replace(BULLETIN, reply_like=True), NETWORK)) == (8, Why.UNMATCHED_REPLY)


def test_a_released_private_looking_answer_would_go_to_everybody_and_the_coordinator_is_told_so() -> None:
    decision = decide(replace(BULLETIN, reply_like=True), NETWORK)
    assert isinstance(decision, Hold)
    assert decision.released == Bulletin(10, Why.PARTNER_SPEAKS, "politie")


def test_the_police_may_follow_up_their_own_bulletin() -> None:
    follow_up = replace(BULLETIN, reply_like=True, follow_up=True, thread=ON_BULLETIN)
    assert decide(follow_up, NETWORK) == Bulletin(10, Why.FOLLOW_UP, "politie", "B0000001")


def test_the_seventh_bulletin_of_an_hour_waits() -> None:
    assert isinstance(decide(replace(BULLETIN, bulletins_last_hour=5), NETWORK), Bulletin)
    assert held(decide(replace(BULLETIN, bulletins_last_hour=6), NETWORK)) == (9, Why.TOO_MANY_BULLETINS)


def test_a_moderated_partner_waits_for_the_coordinator_but_its_answers_do_not() -> None:
    moderated = replace(POLICE, moderate=True)
    assert held(decide(replace(BULLETIN, speaker=moderated), NETWORK)) == (9, Why.MODERATED)
    assert isinstance(decide(replace(BULLETIN, speaker=moderated, thread=ANSWERS), NETWORK), Answer)


def test_a_bulletin_of_the_police_goes_to_everybody() -> None:
    assert decide(BULLETIN, NETWORK) == Bulletin(10, Why.PARTNER_SPEAKS, "politie")


def test_a_bulletin_that_was_two_days_under_way_waits() -> None:
    assert held(decide(replace(BULLETIN, stale=True), NETWORK)) == (10, Why.STALE)


# ------------------------------------------------------------------ rung 11: a coordinator


def test_the_coordinator_speaks_for_the_network() -> None:
    assert decide(BY_COORDINATOR, NETWORK) == Bulletin(11, Why.COORDINATOR_SPEAKS, None)


def test_the_coordinators_address_in_from_is_not_enough() -> None:
    assert held(decide(replace(BY_COORDINATOR, evidence=UNPROVEN), NETWORK)) == (11, Why.UNAUTHENTICATED_PARTNER)


def test_a_coordinators_reply_that_matches_nothing_is_never_broadcast() -> None:
    assert held(decide(replace(BY_COORDINATOR, reply_like=True), NETWORK)) == (11, Why.UNMATCHED_REPLY)


def test_a_coordinator_who_answers_a_bulletin_is_a_neighbour_like_any_other() -> None:
    answer = replace(BY_COORDINATOR, thread=ON_BULLETIN, reply_like=True, evidence=UNPROVEN)
    assert decide(answer, NETWORK) == Reply(14, Why.ANSWERS_BULLETIN, ANNA.address, "politie", "B0000001", None)


def test_a_coordinator_who_answers_the_networks_own_bulletin_is_asked_whether_that_is_for_everybody() -> None:
    own = Thread(bulletin=replace(YELLOW_POLO, partner=None, replied=True), ids_known=True)
    hold = decide(replace(BY_COORDINATOR, thread=own, reply_like=True), NETWORK)
    assert held(hold) == (11, Why.UNMATCHED_REPLY)
    assert isinstance(hold, Hold)
    assert isinstance(hold.released, Bulletin)


def test_a_coordinators_forged_answer_to_a_bulletin_waits_like_a_neighbours() -> None:
    answer = replace(BY_COORDINATOR, thread=ON_BULLETIN, reply_like=True, evidence=FORGED)
    assert held(decide(answer, NETWORK)) == (12, Why.FORGED_MEMBER)


def test_a_coordinators_answer_to_a_neighbour_reaches_that_neighbour_alone() -> None:
    thread = Thread(named=(replace(TALK, partner=None),), ids_known=True)
    answer = replace(BY_COORDINATOR, thread=thread, reply_like=True)
    assert decide(answer, NETWORK) == Answer(11, Why.ANSWERS_CONVERSATION, None, "K7Q4M2X9")


# ------------------------------------------------------------------ rungs 12 to 15: a member


def test_a_neighbour_whose_own_provider_says_forged_is_not_passed_on() -> None:
    assert held(decide(replace(BY_MEMBER, evidence=FORGED), NETWORK)) == (12, Why.FORGED_MEMBER)


def test_a_neighbours_answer_goes_to_who_issued_the_bulletin() -> None:
    answer = replace(BY_MEMBER, thread=ON_BULLETIN, reply_like=True)
    assert decide(answer, NETWORK) == Reply(14, Why.ANSWERS_BULLETIN, JAN.address, "politie", "B0000001", None)


def test_a_second_answer_to_the_same_bulletin_stays_in_the_same_conversation() -> None:
    answer = replace(BY_MEMBER, thread=replace(ON_BULLETIN, begun=(TALK,)))
    assert decide(answer, NETWORK) == Reply(14, Why.ANSWERS_BULLETIN, JAN.address, "politie", "B0000001", "K7Q4M2X9")


def test_a_neighbour_goes_on_in_a_conversation() -> None:
    assert decide(replace(BY_MEMBER, thread=ANSWERS), NETWORK) == Reply(
        14, Why.CONTINUES_CONVERSATION, JAN.address, "politie", "B0000001", "K7Q4M2X9"
    )


def test_the_words_of_the_subject_are_enough_for_a_neighbour() -> None:
    answer = replace(BY_MEMBER, thread=Thread(subject_bulletin=YELLOW_POLO))
    assert isinstance(decide(answer, NETWORK), Reply)


def test_nobody_speaks_in_a_neighbours_conversation() -> None:
    thread = Thread(named=(OTHER_TALK,), ids_known=True)
    assert held(decide(replace(BY_MEMBER, thread=thread), NETWORK)) == (14, Why.FOREIGN_CONVERSATION)


def test_a_neighbours_two_conversations_in_one_mail_wait() -> None:
    thread = Thread(named=(TALK, replace(TALK, tag="CCCCDDDD")), ids_known=True)
    assert held(decide(replace(BY_MEMBER, thread=thread), NETWORK)) == (14, Why.CONFLICTING_MARKS)


def test_a_neighbours_own_news_goes_to_the_authorities_named_for_it() -> None:
    assert decide(BY_MEMBER, NETWORK) == Report(15, Why.MEMBER_WRITES, JAN.address, ("politie",))


# ------------------------------------------------------------------ rungs 16 to 18: a stranger


def test_a_neighbour_who_answers_from_an_unknown_address_waits() -> None:
    decision = decide(replace(BY_STRANGER, thread=ON_BULLETIN), NETWORK)
    assert held(decision) == (17, Why.UNKNOWN_ON_THREAD)
    assert isinstance(decision, Hold)
    assert isinstance(decision.released, Reply)
    assert decision.released.partner == "politie"


def test_the_coordinators_own_post_is_left_alone() -> None:
    assert decide(BY_STRANGER, NETWORK) == Leave(18, Why.STRANGER)


def test_old_post_of_strangers_is_left_alone_too() -> None:
    assert decide(replace(BY_STRANGER, stale=True), NETWORK) == Leave(18, Why.STRANGER)


# ------------------------------------------------------------------ release


@pytest.mark.parametrize(
    "facts",
    [
        replace(BULLETIN, evidence=UNPROVEN),
        replace(BULLETIN, bulletins_last_hour=99),
        replace(BULLETIN, oversize=True),
        replace(BULLETIN, stale=True),
    ],
)
def test_the_coordinator_vouches_and_it_goes_out_in_the_partners_name(facts: Facts) -> None:
    assert decide(replace(facts, approved=True), NETWORK) == Bulletin(10, Why.PARTNER_SPEAKS, "politie")


def test_a_hold_says_beforehand_what_releasing_does() -> None:
    decision = decide(replace(BULLETIN, evidence=UNPROVEN), NETWORK)
    assert isinstance(decision, Hold)
    assert decision.released == decide(replace(BULLETIN, evidence=UNPROVEN, approved=True), NETWORK)
