"""A partner's mail that looks like a reply and matches nothing: never, in no disguise, does it go to the neighbours."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

import pytest

from binrelay.records import Known, Recall
from binrelay.rules.decision import Why
from tests.rules.good import COUNCIL, NETWORK, POLICE, TALK, YELLOW_POLO
from tests.rules.letters import OFFICER, letter, plan_for

SUBJECTS = [
    "Re: uw melding",
    "RE: uw melding",
    "re:uw melding",
    "Antw: uw melding",
    "Antw.: uw melding",
    "AW: Ihre Meldung",
    "REF: votre message",
    "RES: mensagem",
    "R: segnalazione",
    "Rif: segnalazione",
    "SV: din anmälan",
    "VS: ilmoitus",
    "Odp: zgłoszenie",
    "YNT: ihbar",
    "ATB: ziņojums",
    "[EXT] Re: uw melding",
    "[EXTERN] AW: Ihre Meldung",
    "Betreft: Re: uw melding",
    "Onderwerp: Antw: uw melding",
    "Re[2]: uw melding",
    "Re(3): uw melding",
    "Re^2: uw melding",
    "Re**2: uw melding",
    "Re\uff1a uw melding",
    "R\u200be\u200b: uw melding",
    "\ufeffRe: uw melding",
    "=?utf-8?q?Re=3A_uw_melding?=",
    "=?utf-8?b?UmU6IHV3IG1lbGRpbmc=?=",
    "=?iso-8859-1?q?Antw=3A?= uw melding",
    "Fwd: Re: uw melding",
    "Re: Fwd: uw melding",
    "FW: Antw: uw melding",
    "Uw melding [BIN Wilhelminapark ZZZZ0000]",
    "[bin wilhelminapark zzzz0000] uw melding",
    "[Zaak 2026-11] [BIN Wilhelminapark ZZZZ0000] uw melding",
    "[BIN Wilhelminapark ZZZZ0000] [BIN Wilhelminapark YYYY0000] uw melding",
    "[BIN Wilhelminapark ZZZZ000O] uw melding",
    "Spoed: Re: uw melding",
    "Uw melding\r\nSubject: Re: uw melding",
    "\uff32\uff25: uw melding",
    "回复: 报告",
]
HEADERS: list[Mapping[str, str]] = [
    {"In-Reply-To": "<unknown@elsewhere.example>"},
    {"References": "<unknown@elsewhere.example>"},
    {"References": "<one@a.example> <two@b.example>", "In-Reply-To": "<two@b.example>"},
    {"In-Reply-To": "unknown@elsewhere.example"},
    {"In-Reply-To": "Your message of Monday"},
    {"in-reply-to": "<UNKNOWN@ELSEWHERE.EXAMPLE>"},
    {"References": "\r\n <folded@elsewhere.example>"},
    {"Thread-Index": b64encode(bytes(27)).decode()},
    {"Thread-Index": b64encode(bytes(57)).decode()},
]
# The police have a conversation with Jan; its tag or one of its ids stands somewhere it proves nothing.
REMEMBERED = Recall(
    tags={TALK.tag: TALK},
    bulletins={YELLOW_POLO.id: YELLOW_POLO},
    ids={
        YELLOW_POLO.message_id: Known(ours=True, bulletin=YELLOW_POLO.id, conversation=None),
        YELLOW_POLO.original_id or "": Known(ours=False, bulletin=YELLOW_POLO.id, conversation=None),
    },
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_that_may_be_an_answer_is_held(subject: str) -> None:
    plan = plan_for(letter(OFFICER, subject))
    assert plan.arrival.decision == "hold"
    assert plan.arrival.rule == 8
    assert plan.mails == ()


@pytest.mark.parametrize("fields", HEADERS)
def test_a_header_that_may_mean_an_answer_is_held(fields: Mapping[str, str]) -> None:
    plan = plan_for(letter(OFFICER, "Uw melding", fields=fields))
    assert (plan.arrival.decision, plan.arrival.rule) == ("hold", 8)
    assert plan.mails == ()


@pytest.mark.parametrize(
    "content",
    [
        letter(OFFICER, "Uw melding", "Dag,\n\n> Onderwerp: [BIN Wilhelminapark K7Q4M2X9] lantaarn\n"),
        letter(OFFICER, "Uw melding", "<p>Nummer <b>k7q4m2x9</b></p>", kind="text/html"),
        letter(OFFICER, "Fwd: [BIN Wilhelminapark] Gele Polo", "Ter info.\n"),
        letter(OFFICER, "Fwd: lantaarn", fields={"References": f"<{YELLOW_POLO.message_id}>"}),
        letter(OFFICER, "FW: lantaarn [BIN Wilhelminapark K7Q4M2X9]"),
        letter(OFFICER, "Gele Polo", fields={"In-Reply-To": f"<{YELLOW_POLO.message_id}>"}),
    ],
)
def test_a_mail_that_carries_one_of_ours_along_is_held(content: bytes) -> None:
    plan = plan_for(content, recall=REMEMBERED)
    assert (plan.arrival.decision, plan.arrival.rule) == ("hold", 8)


def test_a_forwarded_mail_of_a_neighbour_as_attachment_is_held() -> None:
    inner = letter("x@y.example", "[BIN Wilhelminapark K7Q4M2X9] lantaarn").decode()
    whole = (
        letter(OFFICER, "Ter info", kind='multipart/mixed; boundary="b"').decode().partition("\r\n\r\n")[0]
        + "\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nZie bijlage\r\n"
        + "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + "\r\n--b--\r\n"
    )
    assert plan_for(whole.encode(), recall=REMEMBERED).arrival.decision == "hold"


def test_the_police_may_forward_what_is_not_ours() -> None:
    forwarded = letter(OFFICER, "Fwd: vermiste hond", fields={"References": "<elsewhere@dieren.example>"})
    assert plan_for(forwarded).arrival.decision == "bulletin"


@pytest.mark.parametrize(
    "subject", ["Reactie gevraagd", "Reparatie brug", "Antwerpen: files", "Gele Polo", "Verdacht: man met ladder"]
)
def test_a_new_bulletin_is_not_taken_for_an_answer(subject: str) -> None:
    assert plan_for(letter(OFFICER, subject)).arrival.decision == "bulletin"


ANSWER = {"In-Reply-To": "<to-police@bin-wilhelminapark.example>"}
WITH_TALK = replace(
    REMEMBERED,
    ids={
        **REMEMBERED.ids,
        "to-police@bin-wilhelminapark.example": Known(ours=True, bulletin=YELLOW_POLO.id, conversation=TALK.tag),
        "other@politie.example": Known(ours=False, bulletin="B0000002", conversation=None),
    },
    bulletins={**REMEMBERED.bulletins, "B0000002": replace(YELLOW_POLO, id="B0000002")},
)


def test_an_answer_to_a_neighbour_who_wrote_about_a_forwarded_mail_reaches_that_neighbour() -> None:
    plan = plan_for(
        letter(OFFICER, f"RE: [BIN Wilhelminapark {TALK.tag}] FW: lantaarn", fields=ANSWER), recall=WITH_TALK
    )
    assert (plan.arrival.decision, plan.arrival.rule) == ("answer", 7)


@pytest.mark.parametrize(
    ("subject", "fields"),
    [
        ("Re: [BIN Wilhelminapark ZZZZ0000] lantaarn", ANSWER),
        (f"Re: [BIN Wilhelminapark {TALK.tag}] [BIN Wilhelminapark ZZZZ0000] lantaarn", {}),
        (f"Re: [BIN Wilhelminapark {TALK.tag}] lantaarn", {"In-Reply-To": "<other@politie.example>"}),
    ],
)
def test_an_answer_whose_marks_name_two_conversations_reaches_nobody(subject: str, fields: Mapping[str, str]) -> None:
    plan = plan_for(letter(OFFICER, subject, fields=fields), recall=WITH_TALK)
    assert (plan.arrival.rule, plan.arrival.why, plan.mails) == (8, Why.CONFLICTING_MARKS, ())


def test_a_neighbours_answer_to_one_bulletin_with_the_code_of_another_goes_to_neither_authority() -> None:
    content = letter(
        "jan@mail.example",
        f"[BIN Wilhelminapark {TALK.tag}] Gele Polo",
        fields={"In-Reply-To": "<other@politie.example>"},
    )
    assert plan_for(content, recall=WITH_TALK).arrival.why == Why.CONFLICTING_MARKS


def test_a_neighbours_answer_to_an_authority_that_is_no_partner_any_more_waits() -> None:
    alone = replace(NETWORK, partners=(COUNCIL,), reports_to=(COUNCIL.id,))
    for who, rule in (("jan@mail.example", 14), ("anna@home.example", 14), ("jan@elsewhere.example", 17)):
        content = letter(who, "Re: Gele Polo", fields={"In-Reply-To": f"<{YELLOW_POLO.message_id}>"})
        plan = plan_for(content, recall=REMEMBERED, network=alone)
        assert (plan.arrival.decision, plan.arrival.rule) == ("hold", rule)
        assert (plan.arrival.releases, plan.mails) == ("nothing", ())


def test_one_piece_of_a_mail_that_was_cut_up_is_held_and_its_author_told() -> None:
    kind = 'message/partial; id="x"; number=1; total=2'
    plan = plan_for(letter(OFFICER, "Gele Polo", kind=kind))
    assert (plan.arrival.rule, plan.arrival.why) == (5, Why.UNREADABLE)
    assert [mail.recipients for mail in plan.mails] == [POLICE.replies_to]


FOLLOW_UP = letter(OFFICER, "RE: Gele Polo", fields={"In-Reply-To": f"<{YELLOW_POLO.original_id}>"})


def test_the_police_may_answer_their_own_bulletin_while_nobody_else_has() -> None:
    plan = plan_for(FOLLOW_UP, recall=REMEMBERED)
    assert plan.arrival.decision == "bulletin"
    assert f"In-Reply-To: <{YELLOW_POLO.message_id}>".encode() in plan.mails[0].content


def test_once_a_neighbour_replied_the_same_mail_is_held() -> None:
    replied = replace(REMEMBERED, bulletins={YELLOW_POLO.id: replace(YELLOW_POLO, replied=True)})
    assert plan_for(FOLLOW_UP, recall=replied).arrival.why == Why.UNMATCHED_REPLY


def test_a_follow_up_that_points_elsewhere_too_is_held() -> None:
    fields = {
        "In-Reply-To": f"<{YELLOW_POLO.original_id}>",
        "References": f"<stranger@ticket.example> <{YELLOW_POLO.original_id}>",
    }
    assert plan_for(letter(OFFICER, "RE: Gele Polo", fields=fields), recall=REMEMBERED).arrival.decision == "hold"


def test_the_council_cannot_follow_up_a_bulletin_of_the_police() -> None:
    content = FOLLOW_UP.replace(b"wijkagent@politie.example", b"groen@utrecht.example")
    assert plan_for(content, recall=REMEMBERED).arrival.decision == "hold"


def test_what_is_held_would_reach_everybody_and_says_so() -> None:
    plan = plan_for(letter(OFFICER, "Re: uw melding"))
    assert (plan.arrival.releases, plan.arrival.reaches) == ("bulletin", len(NETWORK.members))


def test_a_coordinator_who_answers_a_notice_is_told_how_to_decide() -> None:
    told = Recall(ids={"notice@bin.example": Known(ours=True, bulletin=None, conversation=None)})
    content = letter(
        "anna@home.example", "Re: mail 2C7EXPX8 wacht op u", "Ja.\n", fields={"In-Reply-To": "<notice@bin.example>"}
    )
    plan = plan_for(content, recall=told)
    assert (plan.arrival.decision, plan.arrival.rule, plan.arrival.why) == ("hold", 11, Why.ANSWERS_NOTICE)
    assert plan_for(content).arrival.why == Why.UNMATCHED_REPLY
