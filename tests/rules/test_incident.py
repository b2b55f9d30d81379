"""What is told of a mail that went wrong."""

from __future__ import annotations

from dataclasses import replace

from binrelay.records import Kind
from binrelay.records.incident import Incident, Reached, Sent
from binrelay.rules.incident import Visible, as_json, look
from tests.rules.good import JAN, NETWORK, PIET, address
from tests.rules.letters import NOW, OFFICER, letter
from tests.rules.test_account import WROTE

GOT = Reached(JAN.address, "sent", NOW, 1, 250, "2.0.0", "Ok")
SENT = Sent("AAAA0001/nl", Kind.BULLETIN, "x@bin.example", NOW, 1, (GOT, replace(GOT, address=PIET.address)))
INCIDENT = Incident(NETWORK.id, WROTE, (SENT,), frozenset({"gone@mail.example"}))
QUIET = Visible("BIN", "BIN", "", "Polo", ())


def seen_in(text: str, mail: Sent = SENT) -> set[str]:
    return {who for who, _ in look(letter(OFFICER, "Polo", text), mail, INCIDENT, network=NETWORK).shows}


def test_every_member_whom_a_mail_shows_is_told_by_address_and_by_name() -> None:
    assert seen_in("Volgens piet@work.example en Jan de Vries.\n") == {"piet@work.example", "jan de vries"}


def test_somebody_who_is_no_member_any_more_is_told_too() -> None:
    assert seen_in("Volgens gone@mail.example.\n") == {"gone@mail.example"}


def test_who_alone_received_a_mail_was_shown_nobody_by_being_named_in_it() -> None:
    answer = replace(SENT, kind=Kind.ANSWER, reached=(replace(GOT, address=PIET.address),))
    assert seen_in("Dag Piet Jansen, piet@work.example. Groet aan Jan de Vries.\n", answer) == {"jan de vries"}


def test_authorities_and_the_networks_own_address_are_no_leak() -> None:
    assert seen_in(f"Mail {NETWORK.address} of wijkagent@politie.example.\n") == set()


def test_a_notice_to_the_coordinators_reaches_nobody_with_the_mail_itself() -> None:
    notice = replace(
        SENT, key="AAAA0001/notice/0", kind=Kind.NOTICE, reached=(replace(GOT, address=address("a@b.example")),)
    )
    told = as_json(replace(INCIDENT, mails=(SENT, notice)), (QUIET, QUIET), NETWORK)
    assert told["people_reached"] == 2


def test_what_is_forgotten_is_said_to_be_forgotten() -> None:
    told = as_json(replace(INCIDENT, mails=(replace(SENT, content_id=None, reached=()),)), (None,), NETWORK)
    assert (told["contents_forgotten"], told["recipients_forgotten"]) == (1, 1)
    assert told["people_shown"] == []
