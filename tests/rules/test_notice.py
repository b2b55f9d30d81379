"""What the coordinators read: enough to decide, and no neighbour's name or address."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from binrelay.model import Language
from binrelay.records import ArrivalRecord, Mail
from binrelay.rules.decision import Why
from binrelay.rules.notice import held_notices, held_together, shown_subject, tell, unreleased_notices
from tests.rules.good import ANNA, JAN, NETWORK, address
from tests.rules.letters import PHRASES, desk

RECORD = ArrivalRecord(
    id="H1234567",
    network=NETWORK.id,
    digest="d",
    decision="hold",
    rule=8,
    why=Why.UNMATCHED_REPLY,
    state="held",
    partner="politie",
    author=address("wijkagent@politie.example"),
    message_id=None,
    subject="Re: uw melding",
    arrived=1_000_000.0,
    decided=1_000_000.0,
    size=1000,
    releases="bulletin",
    reaches=3,
)


def text(mail: Mail) -> str:
    return str(message_from_bytes(mail.content, policy=policy.default).get_content())


def changed(**facts: object) -> ArrivalRecord:
    return replace(RECORD, **facts)  # type: ignore[arg-type]


def notice(**facts: object) -> str:
    return text(held_notices([changed(**facts)], desk())[0])


def test_the_first_line_warns_where_releasing_would_tell_everybody_something_private() -> None:
    assert "3" in notice().splitlines()[0]
    assert "alle" in notice().splitlines()[0]


def test_it_says_what_waits_why_and_how_to_decide() -> None:
    told = notice(why=Why.UNAUTHENTICATED_PARTNER)
    for part in (
        "Re: uw melding",
        "wijkagent@politie.example",
        "BIN/Vrijgeven",
        "BIN/Geweigerd",
        "H1234567",
        "vervalst",
    ):
        assert part in told


def test_an_encrypted_mail_that_was_released_is_not_said_to_name_somebody() -> None:
    told = text(
        unreleased_notices(changed(why=Why.CANNOT_BE_MADE_SAFE_ENCRYPTED), Why.CANNOT_BE_MADE_SAFE_ENCRYPTED, desk())[0]
    )
    assert "de mail is versleuteld" in told
    assert "een lid hebben genoemd" not in told
    told = text(unreleased_notices(RECORD, Why.NAMES_A_MEMBER, desk())[0])
    assert "een lid hebben genoemd" in told


def test_who_wants_to_join_is_let_in_and_not_passed_on() -> None:
    told = notice(why=Why.JOIN_WAITS, releases="join", partner=None)
    assert "- Toelaten: sleep hem naar de map BIN/Vrijgeven." in told
    assert "- Niet toelaten: sleep hem naar de map BIN/Geweigerd." in told
    assert "oorgeven" not in told


def test_a_neighbour_is_a_neighbour_and_has_no_name_in_it() -> None:
    told = notice(author=JAN.address, why=Why.COMMAND_WAITS, partner=None)
    assert "jan@" not in told
    assert "een lid" in told


@pytest.mark.parametrize("subject", ["Groeten van Jan de Vries", "jan@mail.example is boos", "JAN  DE VRIES"])
def test_a_subject_that_names_a_neighbour_is_not_shown(subject: str) -> None:
    assert shown_subject(subject, NETWORK) == "…"
    assert subject not in notice(subject=subject)


def test_one_mail_for_all_lists_each() -> None:
    together = held_together([changed(id=f"H000000{number}") for number in range(7)], desk())
    assert len(together) == len(NETWORK.coordinators)
    assert all(f"H000000{number}" in text(together[0]) for number in range(7))


def test_one_mail_for_all_says_first_how_many_look_private_and_who_wrote_each_but_a_member() -> None:
    mails = [RECORD, changed(reaches=40), changed(why=Why.MODERATED), changed(author=JAN.address)]
    told = text(held_together(mails, desk())[0])
    assert told.startswith("LET OP: vrijgeven stuurt 3 van deze mails naar alle 40 leden.")
    assert told.count("Van: wijkagent@politie.example") == 3
    assert told.count("Van: een lid") == 1


def test_a_notice_answers_nobody_and_nobody_answers_it() -> None:
    mail = held_notices([RECORD], desk())[0]
    message = message_from_bytes(mail.content, policy=policy.default)
    assert mail.reverse_path is None
    assert mail.recipients == (ANNA.address,)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].display_name == "binrelay"


@pytest.mark.parametrize("why", list(Why))
@pytest.mark.parametrize("language", list(Language))
def test_every_reason_has_a_sentence_in_every_language(why: Why, language: Language) -> None:
    sentence = PHRASES(f"why-{why}", language)
    assert sentence.endswith((".", "!", "?"))


@pytest.mark.parametrize("why", list(Why))
def test_every_reason_is_explained_to_the_admin(why: Why) -> None:
    manual = Path(__file__).parent.parent.parent / "docs" / "operations.md"
    assert f"`{why}`" in manual.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("poison", {"subject": "x", "error": "RecursionError"}),
        ("failed", {"subject": "x", "kind": "bulletin", "failed": 2, "total": 9, "statuses": (("5.1.1", 2),)}),
        ("uncertain", {"subject": "x", "count": 50}),
        ("refused", {"subject": "x", "kind": "bulletin", "count": 50}),
        ("stale", {"subject": "x", "kind": "bulletin", "count": 50}),
        ("exposed", {"subject": "x"}),
        ("unsendable", {"subject": "x", "why": "Daarom."}),
        ("config", {"problems": ["a.yaml:1:1: store: wrong"]}),
        ("login", {"server": "imap", "answer": "NO"}),
    ],
)
def test_every_other_notice_says_what_to_do(name: str, values: dict[str, object]) -> None:
    told = text(tell(name, key="k", desk=desk(), **values)[0])
    assert "Wat u kunt doen" in told


def test_an_unknown_address_on_a_thread_comes_with_the_line_that_makes_it_known() -> None:
    stranger = address("jan@werk.example")
    told = notice(why=Why.UNKNOWN_ON_THREAD, author=stranger, partner=None, releases="reply")
    assert "also: [jan@werk.example]" in told.splitlines()
    assert "also:" not in notice(why=Why.UNKNOWN_ON_THREAD, author=JAN.address, releases="reply")
    assert "also:" not in notice(author=stranger)
