"""Who asks the network itself for something: members are served, strangers are asked to confirm, nobody is broadcast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.automatic import Automatic
from binrelay.rules.commands import Wish
from binrelay.rules.decision import Command, Decision, Hold, Ignore, Join, Leave, Why
from binrelay.rules.facts import Facts
from binrelay.rules.intake import decide
from binrelay.rules.threads import Thread
from binrelay.rules.wish_words import Verb
from tests.rules.good import (
    BULLETIN,
    BY_COORDINATOR,
    BY_MEMBER,
    BY_STRANGER,
    FORGED,
    JAN,
    NETWORK,
    YELLOW_POLO,
)
from tests.rules.letters import letter
from tests.rules.wishes import Row, done_with, outcome, rows

ON_BULLETIN = Thread(bulletin=YELLOW_POLO, ids_known=True)


def held(decision: Decision) -> tuple[int, Why]:
    assert isinstance(decision, Hold), decision
    return decision.rule, decision.why


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: f"line-{row.line}")
def test_what_people_write_to_us_does_what_the_table_says(row: Row) -> None:
    assert done_with(row) == row.does


def test_the_table_is_large_and_knows_each_outcome() -> None:
    table = list(rows())
    assert len(table) >= 200
    assert {row.does.split()[0] for row in table} == {*Verb, "doubtful", "no"}


GMAIL = """<div dir="ltr">Graag afmelden</div><br><div class="gmail_quote"><div dir="ltr">Op di 24 nov 2026 schreef BIN:<br></div>
<blockquote>Wie heeft hem gezien? Hij stond bij de bakker en reed weg in de richting van het park.</blockquote></div>"""
OUTLOOK = """<html><head><style>p.MsoNormal {margin:0}</style></head><body><p class=MsoNormal>Afmelden&nbsp;aub</p>
<div id="divRplyFwdMsg"><b>Van:</b> BIN<br><b>Onderwerp:</b> Gele Polo</div><p>Wie heeft hem gezien?</p></body></html>"""
FRENCH = "<p>D&eacute;sinscription</p><p>Cordialement,<br>Lucie</p>"


@pytest.mark.parametrize("html", [GMAIL, OUTLOOK, FRENCH], ids=["gmail", "outlook", "entities"])
def test_a_mail_that_is_html_alone_is_read_without_what_it_quotes(html: str) -> None:
    reply = letter("Jan <jan@mail.example>", "Re: [BIN Wilhelminapark] Gele Polo", html, kind="text/html")
    assert outcome(reply) == "leave"


def test_the_footer_of_a_quoted_bulletin_in_html_asks_for_nothing() -> None:
    quoted = f"<div>Niets gezien.</div><blockquote type=cite>{FRENCH}<p>afmelden</p></blockquote>"
    reply = letter("Jan <jan@mail.example>", "Re: [BIN Wilhelminapark] Gele Polo", quoted, kind="text/html")
    assert outcome(reply) == "no wish"


def test_a_word_to_the_daemon_never_reaches_the_police_by_itself() -> None:
    asks = Wish(Verb.LEAVE)
    assert decide(replace(BY_MEMBER, wish=asks, thread=ON_BULLETIN), NETWORK) == Command(
        13, Why.ASKS_US, JAN.address, asks
    )
    doubtful = replace(asks, sure=False)
    assert held(decide(replace(BY_MEMBER, wish=doubtful, thread=ON_BULLETIN), NETWORK)) == (13, Why.COMMAND_WAITS)


WANTS_IN = replace(BY_STRANGER, wish=Wish(Verb.JOIN))


def test_who_wants_to_join_is_asked_to_confirm_and_then_waits_for_the_coordinator() -> None:
    assert BY_STRANGER.author is not None
    asked = Join(16, Why.ASKS_TO_JOIN, BY_STRANGER.author, let_in=False)
    assert decide(WANTS_IN, NETWORK) == asked
    confirmed = replace(WANTS_IN, wish=None, confirms=True)
    assert held(decide(confirmed, NETWORK)) == (16, Why.JOIN_WAITS)
    assert decide(replace(confirmed, approved=True), NETWORK) == replace(asked, why=Why.LET_IN, let_in=True)


def test_a_forged_or_half_said_wish_to_join_is_left_alone() -> None:
    assert decide(replace(WANTS_IN, evidence=FORGED), NETWORK) == Leave(18, Why.STRANGER)
    assert decide(replace(WANTS_IN, wish=Wish(Verb.JOIN, sure=False)), NETWORK) == Leave(18, Why.STRANGER)


def test_a_stranger_who_passes_a_bulletin_on_with_the_word_afmelden_unsubscribes_nobody() -> None:
    leaving = replace(BY_STRANGER, wish=Wish(Verb.LEAVE))
    assert decide(leaving, NETWORK) == Leave(18, Why.STRANGER)
    assert held(decide(replace(leaving, thread=ON_BULLETIN, forward=True), NETWORK)) == (17, Why.UNKNOWN_ON_THREAD)


@pytest.mark.parametrize("speaker", [BULLETIN, BY_COORDINATOR])
def test_a_word_to_the_daemon_from_who_may_write_to_all_goes_to_nobody(speaker: Facts) -> None:
    asks = replace(speaker, wish=Wish(Verb.HELP, ordinary=True))
    assert held(decide(asks, NETWORK))[1] == Why.COMMAND_WAITS


@pytest.mark.parametrize("kind", [Automatic.AUTO_REPLIED, Automatic.AUTO_GENERATED])
def test_the_unsubscribe_button_of_a_mail_program_works_although_a_machine_writes_the_mail(kind: Automatic) -> None:
    pressed = replace(BY_MEMBER, automatic=kind, wish=Wish(Verb.LEAVE, by_subject=True))
    assert isinstance(decide(pressed, NETWORK), Command)
    for other in (
        Wish(Verb.LEAVE),
        Wish(Verb.LEAVE, ordinary=True, by_subject=True),
        Wish(Verb.PAUSE, by_subject=True),
    ):
        assert decide(replace(pressed, wish=other), NETWORK) == Ignore(3, Why.AUTOMATIC)
    assert decide(replace(pressed, automatic=Automatic.NULL_PATH), NETWORK) == Ignore(3, Why.AUTOMATIC)
