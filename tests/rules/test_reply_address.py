"""An address under `replies_to` alone, such as a control room: it is the partner, and may not write to everybody."""

from __future__ import annotations

from dataclasses import replace

from binrelay.mail.danger_names import Danger
from binrelay.rules.decision import Answer, Bulletin, Hold, Why
from binrelay.rules.facts import speaker_of
from binrelay.rules.intake import decide
from binrelay.rules.threads import Thread
from tests.rules.good import BULLETIN, NETWORK, POLICE, TALK, UNPROVEN, address

ROOM = address("meldkamer@regio.example")
POLICE_AND_ROOM = replace(POLICE, replies_to=(ROOM,))
SPEAKS = replace(BULLETIN, author=ROOM, speaker=POLICE_AND_ROOM)
ANSWERS = replace(SPEAKS, thread=Thread(named=(TALK,), ids_known=True))


def test_whoever_gets_a_members_reply_can_answer_it() -> None:
    assert speaker_of(ROOM, replace(NETWORK, partners=(POLICE_AND_ROOM,))) == POLICE_AND_ROOM
    assert decide(ANSWERS, NETWORK) == Answer(7, Why.ANSWERS_CONVERSATION, "politie", TALK.tag)


def test_nobody_is_believed_to_be_the_control_room_without_proof() -> None:
    decision = decide(replace(ANSWERS, evidence=UNPROVEN), NETWORK)
    assert isinstance(decision, Hold)
    assert decision.why is Why.UNAUTHENTICATED_PARTNER


def test_who_only_gets_replies_reaches_everybody_through_the_coordinator_alone() -> None:
    decision = decide(SPEAKS, NETWORK)
    assert isinstance(decision, Hold)
    assert (decision.rule, decision.why) == (9, Why.REPLIES_ONLY)
    assert decision.released == Bulletin(10, Why.PARTNER_SPEAKS, "politie")
    with_macros = decide(replace(SPEAKS, danger=Danger.MACROS), NETWORK)
    assert isinstance(with_macros, Hold)
    assert with_macros.why is Why.DANGEROUS_MACROS
