"""What a person is told who asks which data we have of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from binrelay.model import Identity, Language, Network
from binrelay.records import ArrivalRecord, Kind
from binrelay.records.dossier import Dossier, Received, Talk
from binrelay.records.members import BounceRecord
from binrelay.rules.account import Account, Entry, as_json, as_text
from tests.rules.good import JAN, NETWORK, PIET, TALK, address
from tests.rules.letters import NOW, desk

DAY = 86400.0
WROTE = ArrivalRecord(
    id="AAAA0001",
    network=NETWORK.id,
    digest="d",
    decision="reply",
    rule=14,
    why="answers-bulletin",
    state="done",
    partner="politie",
    author=JAN.address,
    message_id="from-jan@mail.example",
    subject="Re: Gele Polo",
    arrived=NOW - DAY,
    decided=NOW - DAY,
    size=100,
    releases="nothing",
    reaches=1,
)
GOT = Received("B/nl", Kind.BULLETIN, "[BIN Wilhelminapark] Gele Polo", NOW - DAY, "sent", NOW - DAY + 5, "2.0.0", True)
DOSSIER = Dossier(
    network=NETWORK.id,
    arrivals=(WROTE, replace(WROTE, id="HELD0001", state="held", decision="hold", subject="Lantaarn")),
    contents=frozenset({"HELD0001"}),
    talks=(Talk(TALK, "gele polo", NOW),),
    received=(GOT, replace(GOT, mail="C/nl", subject="", state="failed", content_kept=False)),
    bounces=(BounceRecord(JAN.address, "5.1.1", "failed", None, NOW),),
    named_in=1,
)
ACCOUNT = Account(NETWORK, JAN.addresses, DOSSIER, NOW)


def text_of(account: Account) -> str:
    return as_text(account, desk(account.network))


def test_a_member_reads_what_they_wrote_what_became_of_it_and_what_they_got() -> None:
    text = text_of(ACCOUNT)
    for told in ("jan@mail.example", "Jan de Vries", "Re: Gele Polo", "Doorgegeven aan Politie Utrecht-Oost"):
        assert told in text
    assert "Lantaarn\n  Wacht op de coördinator." in text
    assert "K7Q4M2X9 met Politie Utrecht-Oost" in text
    assert "(onderwerp gewist) (mislukt)" in text


def test_it_says_how_long_things_are_kept_and_where_to_complain() -> None:
    text = text_of(ACCOUNT)
    for told in ("30 dagen", "180 dagen", str(NETWORK.address), "Autoriteit Persoonsgegevens"):
        assert told in text


@pytest.mark.parametrize("account", [ACCOUNT, Account(NETWORK, (address("x@y.example"),), Dossier(NETWORK.id), NOW)])
def test_no_other_member_can_be_read_from_it(account: Account) -> None:
    told = text_of(account) + json.dumps(as_json(account))
    for other in (*PIET.addresses, "Piet Jansen", "fatima"):
        assert str(other) not in told


def test_it_says_whether_authorities_see_the_name() -> None:
    named = replace(JAN, identity=Identity.NAMED)
    network = replace(NETWORK, members=(named,), roster={JAN.address.key: named})
    assert "zien uw naam en adres niet" in text_of(ACCOUNT)
    assert "zien uw naam en adres bij" in text_of(replace(ACCOUNT, network=network))


def test_each_person_is_answered_in_their_own_language() -> None:
    french = replace(JAN, language=Language.FR)
    network: Network = replace(NETWORK, members=(french,), roster={JAN.address.key: french})
    assert text_of(replace(ACCOUNT, network=network)).startswith("Voici ce que BIN Wilhelminapark a sur vous")
    assert as_text(ACCOUNT, desk(), Language.DE).startswith("Das hat BIN Wilhelminapark")


def test_the_json_can_be_read_by_another_program() -> None:
    told = json.loads(json.dumps(as_json(replace(ACCOUNT, entries=(Entry("a member", "binrelay.yaml:40"),)))))
    assert told["person"]["addresses"] == ["jan@mail.example"]
    assert told["configuration"] == [{"role": "a member", "place": "binrelay.yaml:40"}]
    assert [each["content"] for each in told["written"]] == ["not in the database", "kept until it is decided"]
    assert told["received"][0]["subject"] == "[BIN Wilhelminapark] Gele Polo"
    assert told["received"][0]["content_kept_until"] > told["received"][0]["at"]
    assert told["received"][1]["content_kept_until"] is None
    assert told["conversations"][0]["with"] == "Politie Utrecht-Oost"


def test_a_partner_who_is_no_longer_configured_is_told_by_id() -> None:
    gone = replace(DOSSIER, talks=(Talk(replace(TALK, partner="brandweer"), "", NOW),))
    assert "brandweer" in text_of(replace(ACCOUNT, dossier=gone))


def test_of_a_stranger_nothing_is_kept() -> None:
    assert Account(NETWORK, (address("x@y.example"),), Dossier(NETWORK.id), NOW).empty
    assert not ACCOUNT.empty
