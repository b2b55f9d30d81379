"""A dangerous attachment waits on every road out, and the coordinator knows before releasing it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.danger_names import Danger
from binrelay.model import Language
from binrelay.rules.decision import Answer, Bulletin, Hold, Leave, Reply, Report, Why
from binrelay.rules.facts import Facts
from binrelay.rules.intake import decide
from binrelay.rules.threads import Thread
from tests.rules.good import (
    BULLETIN,
    BY_COORDINATOR,
    BY_MEMBER,
    BY_STRANGER,
    NETWORK,
    POLICE,
    TALK,
    UNPROVEN,
    YELLOW_POLO,
)
from tests.rules.letters import OFFICER, PHRASES, letter, plan_for

ANSWER = replace(BULLETIN, thread=Thread(named=(TALK,), ids_known=True), reply_like=True)
REPLY = replace(BY_MEMBER, thread=Thread(bulletin=YELLOW_POLO, ids_known=True))
ROADS = [(BULLETIN, Bulletin), (BY_COORDINATOR, Bulletin), (ANSWER, Answer), (REPLY, Reply), (BY_MEMBER, Report)]
PROGRAM = """\
--b

Zie bijlage.
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename=foto.exe

x
--b--
"""


@pytest.mark.parametrize("danger", Danger)
@pytest.mark.parametrize(("facts", "road"), ROADS)
def test_a_dangerous_file_waits_on_every_road(facts: Facts, road: type, danger: Danger) -> None:
    assert isinstance(decide(facts, NETWORK), road)
    decision = decide(replace(facts, danger=danger), NETWORK)
    assert isinstance(decision, Hold)
    assert decision.why == Why(f"dangerous-{danger}")
    assert isinstance(decision.released, road)


def test_a_coordinator_may_release_it() -> None:
    assert isinstance(decide(replace(BULLETIN, danger=Danger.PROGRAM, approved=True), NETWORK), Bulletin)


def test_who_looks_through_every_bulletin_is_told_of_the_file() -> None:
    moderated = replace(BULLETIN, speaker=replace(POLICE, moderate=True), danger=Danger.MACROS)
    decision = decide(moderated, NETWORK)
    assert isinstance(decision, Hold)
    assert (decision.rule, decision.why) == (9, Why.DANGEROUS_MACROS)


def test_a_forgery_with_a_file_is_called_a_forgery() -> None:
    decision = decide(replace(BULLETIN, evidence=UNPROVEN, danger=Danger.PROGRAM), NETWORK)
    assert isinstance(decision, Hold)
    assert decision.why is Why.UNAUTHENTICATED_PARTNER


def test_a_strangers_file_is_left_alone() -> None:
    assert isinstance(decide(replace(BY_STRANGER, danger=Danger.PROGRAM), NETWORK), Leave)


def test_from_bytes_to_the_notice_in_every_language() -> None:
    kind = 'multipart/mixed; boundary="b"'
    plan = plan_for(letter(OFFICER, "Gele Polo", PROGRAM, kind=kind))
    assert (plan.arrival.decision, plan.arrival.why, plan.arrival.releases) == ("hold", "dangerous-program", "bulletin")
    assert plan.mails == ()
    for language in Language:
        assert "program" in PHRASES("why-dangerous-program", language).lower()
