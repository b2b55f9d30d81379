"""One mail at nine and at five: every reply in it, each answerable alone, and nothing of one member shown to another."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from urllib.parse import unquote

import pytest

from binrelay.mail.message import read_message
from binrelay.records import Known, Mail, Plan, Recall
from binrelay.rules.decision import Why
from binrelay.rules.exposure import names_a_member
from binrelay.rules.gathering import LARGEST, collections, gather_replies
from tests.rules.good import JAN, NETWORK, PIET, POLICE, TALK, YELLOW_POLO
from tests.rules.letters import NOW, OFFICER, desk, letter, plan_for

TWICE_A_DAY = replace(NETWORK, partners=(replace(POLICE, gather_at=(9 * 60, 17 * 60)), *NETWORK.partners[1:]))
MEMORY = Recall(
    ids={YELLOW_POLO.message_id: Known(ours=True, bulletin=YELLOW_POLO.id, conversation=None)},
    bulletins={YELLOW_POLO.id: YELLOW_POLO},
)
ANSWERS = {"In-Reply-To": f"<{YELLOW_POLO.message_id}>"}


def reply(sender: str, text: str, recall: Recall = MEMORY) -> Plan:
    content = letter(
        sender, "Re: Gele Polo", text, fields={**ANSWERS, "Message-ID": f"<{abs(hash(text))}@mail.example>"}
    )
    return plan_for(content, recall=recall, network=TWICE_A_DAY)


FROM_JAN = reply("Jan de Vries <jan@mail.example>", "Hij stond bij de bakker.\nGroeten, Jan de Vries\n")
FROM_PIET = reply("Piet <piet@mail.example>", "Ik zag hem ook.\n\n> Wie zag hem?\n")
TWO = (FROM_JAN.mails[0], FROM_PIET.mails[0])
TAGS = [plan.conversations[0].tag for plan in (FROM_JAN, FROM_PIET)]


def together() -> Mail:
    return gather_replies(TWO, desk(TWICE_A_DAY))


def text_of(mail: Mail) -> str:
    body = message_from_bytes(mail.content, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def memory_after() -> Recall:
    """What the store knows once the replies and their collection are out."""
    ids = {
        plan.mails[0].message_id: Known(True, YELLOW_POLO.id, plan.conversations[0].tag)
        for plan in (FROM_JAN, FROM_PIET)
    }
    talks = {plan.conversations[0].tag: plan.conversations[0] for plan in (FROM_JAN, FROM_PIET)}
    return replace(MEMORY, ids={**ids, COLLECTION.message_id: Known(True, YELLOW_POLO.id, None)}, tags=talks)


COLLECTION = together()


def test_a_reply_waits_for_the_hour_and_goes_alone_a_moment_later_should_nothing_gather_it() -> None:
    due = TWO[0].not_before
    assert due is not None
    assert (due - 120.0) % 3600 == 0
    assert due > NOW
    assert FROM_JAN.mails[1].not_before is None  # the member hears at once


def test_an_urgent_one_and_one_that_the_authority_waits_for_go_at_once() -> None:
    assert reply("jan@mail.example", "Er wordt nu ingebroken!\n").mails[0].not_before is None
    begun = replace(TALK, partner_last_id="question@politie.example")
    asked = replace(MEMORY, between=(begun,), tags={TALK.tag: begun})
    assert reply("jan@mail.example", "Linksaf.\n", asked).mails[0].not_before is None


def test_it_holds_each_reply_whole_with_its_own_tag_and_a_link_that_answers_it() -> None:
    message = message_from_bytes(COLLECTION.content, policy=policy.default)
    inner = [part.get_payload(0) for part in message.walk() if part.get_content_type() == "message/rfc822"]
    assert [str(each["Message-ID"]).strip("<>") for each in inner] == [mail.message_id for mail in TWO]  # type: ignore[index]
    text = text_of(COLLECTION)
    for tag in TAGS:
        assert f"subject=[BIN Wilhelminapark {tag}] Re: Gele Polo" in unquote(text)
    assert "Ik zag hem ook." in text
    assert "Wie zag hem?" not in text
    assert COLLECTION.recipients == POLICE.replies_to
    assert message["Subject"] == "[BIN Wilhelminapark] 2 antwoorden op: Gele Polo"
    assert message["In-Reply-To"] == f"<{YELLOW_POLO.original_id}>"


def test_in_html_each_link_is_words_to_click() -> None:
    body = message_from_bytes(COLLECTION.content, policy=policy.default).get_body(("html",))
    assert body is not None
    html = str(body.get_content())
    assert html.count(">Antwoord dit lid</a>") == 2
    assert "Antwoord dit lid:" not in html
    assert "Ik zag hem ook." in html


def test_nobody_is_named_in_it() -> None:
    assert not names_a_member(COLLECTION, NETWORK)
    assert b"Vries" not in COLLECTION.content
    assert b"jan@" not in COLLECTION.content


def answered(subject: str, text: str, fields: dict[str, str]) -> Plan:
    return plan_for(letter(OFFICER, subject, text, fields=fields), recall=memory_after(), network=TWICE_A_DAY)


@pytest.mark.parametrize("number", [0, 1])
def test_an_answer_to_one_attached_reply_reaches_that_member_alone(number: int) -> None:
    own = {"In-Reply-To": f"<{TWO[number].message_id}>"}
    plan = answered(f"Re: [BIN Wilhelminapark {TAGS[number]}] Re: Gele Polo", "Dank u.\n", own)
    assert plan.arrival.decision == "answer"
    assert plan.mails[0].recipients == ((JAN, PIET)[number].address,)


def test_the_link_under_a_reply_reaches_that_member_alone() -> None:
    plan = answered(f"[BIN Wilhelminapark {TAGS[1]}] Re: Gele Polo", "Dank u.\n", {})
    assert plan.mails[0].recipients == (PIET.address,)


@pytest.mark.parametrize(
    "text",
    ["Dank u.\n", f"Dank u.\n\n> 1. BIN-lid {TAGS[0]}\n", f"Dank.\n> BIN-lid {TAGS[0]}\n> BIN-lid {TAGS[1]}\n"],
)
def test_an_answer_to_the_collection_itself_waits_for_the_coordinator(text: str) -> None:
    to_collection = {"In-Reply-To": f"<{COLLECTION.message_id}>"}
    plan = answered("Re: [BIN Wilhelminapark] 2 antwoorden op: Gele Polo", text, to_collection)
    assert (plan.arrival.decision, plan.arrival.rule) == ("hold", 8)


def test_an_answer_to_one_that_quotes_another_members_words_waits_too() -> None:
    own = {"In-Reply-To": f"<{TWO[0].message_id}>"}
    quoting = f"Dank u.\n\n> 2. BIN-lid {TAGS[1]} via BIN Wilhelminapark\n> Ik zag hem ook.\n"
    plan = answered(f"Re: [BIN Wilhelminapark {TAGS[0]}] Re: Gele Polo", quoting, own)
    assert plan.arrival.decision == "hold"
    assert plan.arrival.why == Why.CONFLICTING_MARKS


def test_one_alone_other_bulletins_and_what_is_too_large_are_not_forced_together() -> None:
    assert list(collections(TWO[:1])) == []
    other = replace(TWO[1], bulletin="B2")
    assert list(collections((TWO[0], other))) == []
    assert list(collections((TWO[0], replace(TWO[1], may_name=(PIET.address,))))) == []
    large = [replace(TWO[0], key=f"large{number}", content=b"x" * (LARGEST // 3)) for number in range(5)]
    assert [len(some) for some in collections(large)] == [3, 2]
    assert read_message(COLLECTION.content).unsafe is None
