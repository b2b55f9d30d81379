"""A correction reaches whoever had the bulletin it corrects; what may be a private answer never gets that far."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.message import read_message
from binrelay.mail.subject import read_subject
from binrelay.model import Language, Member, Network
from binrelay.records import Known, Plan, Recall
from binrelay.rules.corrections import speaks_of_correction, uncorrected
from binrelay.rules.decision import Why
from tests.rules.good import FATIMA, JAN, NETWORK, PIET, YELLOW_POLO
from tests.rules.letters import OFFICER, letter, plan_for

ORIGINAL = {"In-Reply-To": "<original@politie.example>", "References": "<original@politie.example>"}
HAD_IT = {YELLOW_POLO.id: frozenset({JAN.address.key, PIET.address.key})}
MEMORY = Recall(
    ids={"original@politie.example": Known(ours=False, bulletin=YELLOW_POLO.id, conversation=None)},
    bulletins={YELLOW_POLO.id: YELLOW_POLO},
    reached=HAD_IT,
)
BY_SUBJECT = replace(MEMORY, ids={}, same_subject=(YELLOW_POLO.id,))


def recipients(plan: Plan) -> set[str]:
    return {address.key for mail in plan.mails for address in mail.recipients}


def subject(plan: Plan) -> str:
    return read_message(plan.mails[0].content).subject


@pytest.mark.parametrize(
    "spelled",
    [
        "Rectificatie: Gele Polo",
        "RECTIFICATIE Gele Polo",
        "Correctie op Gele Polo",
        "Ingetrokken - Gele Polo",
        "Gele Polo (ingetrokken)",
        "Gele Polo - VERVALLEN",
        "Correction: Gele Polo",
        "Recall: Gele Polo",
        "Rectificatif : Gele Polo",
        "Berichtigung zu Gele Polo",
        "Intrekken: Gele Polo",
    ],
)
def test_a_correction_in_any_of_the_four_languages_names_the_bulletin_it_corrects(spelled: str) -> None:
    bare = read_subject(spelled, NETWORK.name).bare
    assert speaks_of_correction(bare, read_message(letter(OFFICER, spelled)))
    assert uncorrected(bare) == "gele polo"


@pytest.mark.parametrize("spelled", ["Gele Polo", "Herinnering: Gele Polo", "Rappel : Gele Polo", "Correctiebedrijf"])
def test_what_does_not_speak_of_a_correction_is_none(spelled: str) -> None:
    assert not speaks_of_correction(spelled, read_message(letter(OFFICER, spelled)))


@pytest.mark.parametrize(
    ("text", "found"), [("Rectificatie: hij was blauw.\n", True), ("De rectificatie komt.\n", False)]
)
def test_a_first_line_says_so_when_it_is_headed_so(text: str, found: bool) -> None:  # noqa: FBT001 - pytest names it
    assert speaks_of_correction("Gele Polo", read_message(letter(OFFICER, "Gele Polo", text))) is found


def test_it_reaches_those_who_had_the_first_and_nobody_else_threaded() -> None:
    plan = plan_for(letter(OFFICER, "Rectificatie: Gele Polo"), recall=BY_SUBJECT)
    assert plan.arrival.why == Why.CORRECTION
    assert recipients(plan) == {"jan@mail.example", "piet@mail.example"}
    assert plan.arrival.reaches == 2
    header = read_message(plan.mails[0].content).header
    assert header.first("in-reply-to") == f"<{YELLOW_POLO.message_id}>"


def test_who_paused_since_still_hears_it_and_who_left_does_not() -> None:
    paused = replace(JAN, paused=True)
    network = with_members(paused, FATIMA)
    plan = plan_for(letter(OFFICER, "Rectificatie: Gele Polo"), recall=BY_SUBJECT, network=network)
    assert recipients(plan) == {"jan@mail.example"}


def test_who_moved_to_another_address_still_hears_it() -> None:
    moved = replace(JAN, address=FATIMA.address, also=(JAN.address,))
    plan = plan_for(letter(OFFICER, "Rectificatie: Gele Polo"), recall=BY_SUBJECT, network=with_members(moved))
    assert recipients(plan) == {"fatima@post.example"}


def test_where_nobody_knows_who_had_it_everybody_hears_it() -> None:
    plan = plan_for(letter(OFFICER, "Rectificatie: Gele Polo"), recall=replace(BY_SUBJECT, reached={}))
    assert recipients(plan) == {member.address.key for member in NETWORK.members}


def test_a_follow_up_that_is_headed_so_is_marked_in_the_readers_language() -> None:
    english = replace(JAN, language=Language.EN)
    content = letter(OFFICER, "Re: Gele Polo", "Rectificatie\nHij was blauw.\n", fields=ORIGINAL)
    plan = plan_for(content, recall=MEMORY, network=with_members(english))
    assert subject(plan) == "[BIN Wilhelminapark] Correction: Gele Polo"


def test_a_subject_that_says_so_itself_is_left_as_it_is() -> None:
    plan = plan_for(letter(OFFICER, "Gele Polo (ingetrokken)"), recall=BY_SUBJECT)
    assert subject(plan) == "[BIN Wilhelminapark] Gele Polo (ingetrokken)"


def test_another_partners_bulletin_cannot_be_corrected() -> None:
    council = letter("Gemeente <veiligheid@utrecht.example>", "Rectificatie: Gele Polo")
    plan = plan_for(council, recall=BY_SUBJECT)
    assert plan.arrival.why == Why.PARTNER_SPEAKS
    assert len(recipients(plan)) == 3


@pytest.mark.parametrize(
    ("spelled", "fields", "memory"),
    [
        ("Re: Rectificatie: Gele Polo", {}, BY_SUBJECT),
        (
            "Re: Gele Polo (ingetrokken)",
            ORIGINAL,
            replace(MEMORY, bulletins={"B0000001": replace(YELLOW_POLO, replied=True)}),
        ),
        ("Rectificatie: Gele Polo", {"In-Reply-To": "<unknown@elsewhere.example>"}, BY_SUBJECT),
        ("Rectificatie [BIN Wilhelminapark K7Q4M2X9] Gele Polo", {}, BY_SUBJECT),
    ],
)
def test_a_word_of_correction_opens_no_door_for_what_may_be_private(
    spelled: str, fields: dict[str, str], memory: Recall
) -> None:
    plan = plan_for(letter(OFFICER, spelled, fields=fields), recall=memory)
    assert plan.arrival.decision == "hold"
    assert plan.arrival.rule == 8
    assert plan.arrival.why == Why.UNMATCHED_REPLY
    assert plan.arrival.releases == "bulletin"
    assert plan.arrival.reaches == 2


def with_members(*members: Member) -> Network:
    roster = {each.key: member for member in members for each in member.addresses}
    return replace(NETWORK, members=members, roster=roster)
