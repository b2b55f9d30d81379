"""Who mails that it is happening now is told to call, at once and once a day; the authority sees it in the subject."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.message import read_message
from binrelay.records import Kind, Mail, Plan, Recall
from tests.rules.good import NETWORK
from tests.rules.letters import NOW, letter, plan_for

CRY = letter("jan@mail.example", "Inbraak", "Er wordt nu ingebroken op nummer 7!\n")


def thanks(plan: Plan) -> Mail:
    (mail,) = [mail for mail in plan.mails if mail.kind is Kind.ACKNOWLEDGEMENT]
    return mail


def subject(mail: Mail) -> str:
    return read_message(mail.content).subject


def test_the_authority_sees_it_in_the_subject() -> None:
    plan = plan_for(CRY)
    assert plan.arrival.decision == "report"
    assert "MOGELIJK SPOED: Inbraak" in subject(plan.mails[0])


def test_the_member_is_told_to_call_in_the_subject_and_in_the_first_line() -> None:
    mail = thanks(plan_for(CRY))
    text = mail.content.decode().partition("\r\n\r\n")[2]
    assert "Bel 112 als het nu gebeurt" in subject(mail)
    assert text.startswith("Gebeurt het nu? Bel 112.")
    assert "0900-8844" in text
    assert mail.reverse_path is None


def test_once_a_day_whatever_the_conversation() -> None:
    plan = plan_for(CRY, recall=Recall(warned_at=NOW - 3600))
    assert "Bel 112 als" not in subject(thanks(plan))
    again = plan_for(CRY, recall=Recall(warned_at=NOW - 86401))
    assert "Bel 112 als" in subject(thanks(again))
    assert again.conversations[0].warned_at == NOW


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Help", "Er wordt ingebroken bij de buren\n"),
        ("Afmelden", "Dat komt later, er wordt nu ingebroken bij de buren!\n"),
        ("Afmelden", "Kom snel, help ons!\n"),
        ("", "Afmelden lukt nu niet, kom snel, een man met een mes\n"),
    ],
)
def test_a_cry_is_no_question_to_the_network_and_waits_for_nobody(title: str, text: str) -> None:
    assert plan_for(letter("jan@mail.example", title, text)).arrival.decision == "report"


def test_who_wants_to_leave_in_a_hurry_is_no_cry_to_the_police() -> None:
    assert plan_for(letter("jan@mail.example", "Met spoed afmelden", "")).arrival.decision == "command"


def test_a_machine_that_cries_is_not_answered() -> None:
    content = letter("jan@mail.example", "Alarm", "Er is nu brand!\n", fields={"Auto-Submitted": "auto-generated"})
    plan = plan_for(content)
    assert plan.arrival.decision == "ignore"
    assert plan.mails == ()


def test_a_calm_mail_is_passed_on_as_ever() -> None:
    plan = plan_for(letter("jan@mail.example", "Lantaarn", "De lantaarn is stuk.\n"))
    assert "SPOED" not in subject(plan.mails[0])
    assert plan.conversations[0].warned_at is None


def test_belgium_calls_other_numbers() -> None:
    network = replace(NETWORK, telephone=replace(NETWORK.telephone, urgent="101"))
    assert "Bel 101 als het nu gebeurt" in subject(thanks(plan_for(CRY, network=network)))
