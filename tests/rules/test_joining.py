"""A stranger is asked once, in our own words alone; only who answers from that very address reaches the coordinator."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.message import read_message
from binrelay.model import Language, Network
from binrelay.records import Plan, Recall
from binrelay.records.members import State
from binrelay.rules.decision import Join, Why
from binrelay.rules.joining import DAY, confirms, token_for
from binrelay.rules.plan import Case, make_plan
from tests.journeys.neighbourhood import read
from tests.rules.good import BY_STRANGER, NETWORK, address
from tests.rules.letters import NOW, desk, letter, plan_for

KEY = b"k" * 32
JOOST = address("joost@nieuw.example")
TODAY = int(NOW // DAY)
TOKEN = token_for(JOOST, NETWORK, key=KEY, day=TODAY)
MEMORY = Recall(key=KEY)
AD = "Koop nu pillen op pillen.example"


def answered(subject: str, text: str = "Ja.\n", *, sender: str = str(JOOST), now: float = NOW) -> bool:
    return confirms(read_message(letter(sender, subject, text)), NETWORK, key=KEY, now=now)


def asked(recall: Recall = MEMORY, network: Network = NETWORK) -> Plan:
    return plan_for(letter(f"{AD} <{JOOST}>", "Aanmelden", f"Aanmelden\n-- \n{AD}\n"), recall=recall, network=network)


def test_a_stranger_gets_one_mail_without_a_word_of_their_own() -> None:
    plan = asked()
    assert (plan.arrival.decision, plan.arrival.rule, plan.arrival.state) == ("join", 16, "done")
    (mail,) = plan.mails
    assert mail.recipients == (JOOST,)
    assert mail.key.endswith("/join")
    assert b"pillen" not in mail.content
    assert read(mail.content)["Auto-Submitted"] == "auto-replied"


def test_a_stranger_may_say_who_they_are_and_still_asks_to_join() -> None:
    text = "Hallo,\n\nWij zijn net verhuisd naar de Parkstraat, op nummer 12, en ontvangen graag uw berichten.\n"
    plan = plan_for(letter(str(JOOST), "Aanmelden", text), recall=MEMORY)
    assert (plan.arrival.decision, plan.arrival.rule) == ("join", 16)


def test_an_advertisement_under_such_a_subject_is_left_alone() -> None:
    plan = plan_for(letter(str(JOOST), "Membership", f"{AD}\n" * 40), recall=MEMORY)
    assert (plan.arrival.decision, plan.mails) == ("leave", ())


def test_a_stranger_who_asks_again_the_same_day_gets_nothing() -> None:
    assert asked(replace(MEMORY, answered=1)).mails == ()
    assert asked(replace(MEMORY, answered_strangers=20)).mails == ()


def test_the_answer_carries_the_token_in_the_subject_or_in_the_text() -> None:
    assert answered(f"Re: [BIN Wilhelminapark] Wilt u lid worden? {TOKEN}")
    assert answered(f"Antw: {TOKEN.lower()}")
    assert answered("Re: lid", f"Ja graag.\n{TOKEN}\n")


def test_the_token_is_for_that_address_that_network_and_eight_days() -> None:
    assert not answered(TOKEN, sender="other@nieuw.example")
    assert not confirms(read_message(letter(str(JOOST), TOKEN)), replace(NETWORK, id="elsewhere"), key=KEY, now=NOW)
    assert answered(TOKEN, now=NOW + 7 * DAY)
    assert not answered(TOKEN, now=NOW + 8 * DAY)
    assert not answered(TOKEN[:-1] + ("A" if TOKEN[-1] != "A" else "B"))
    assert not confirms(read_message(letter(str(JOOST), TOKEN)), NETWORK, key=b"", now=NOW)


@pytest.mark.parametrize("language", Language)
def test_the_question_can_be_answered_in_every_language(language: Language) -> None:
    plan = asked(network=replace(NETWORK, language=language))
    message = read(plan.mails[0].content)
    day = int(desk().now // DAY)
    assert token_for(JOOST, NETWORK, key=b"", day=day) in str(message["Subject"])


def test_who_is_let_in_is_a_member_and_is_welcomed_with_both_numbers_and_the_way_out() -> None:
    message = read_message(letter(str(JOOST), f"Re: {TOKEN}"))
    decision = Join(16, Why.LET_IN, JOOST, let_in=True)
    plan = make_plan(Case(message, BY_STRANGER, MEMORY, decision, NOW, 1), desk())
    assert [(each.address, each.state) for each in plan.standings] == [(JOOST, State.JOINED)]
    (mail,) = plan.mails
    text = str(read(mail.content).get_content())
    assert all(
        word in text for word in ("112", "0900-8844", "afmelden", "zien niet wie u bent", "Politie Utrecht-Oost")
    )
