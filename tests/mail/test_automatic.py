"""What nobody wrote is told from what somebody wrote; a neighbour's words are never taken for a machine's."""

from __future__ import annotations

import time

import pytest

from binrelay.mail.automatic import Automatic, read_automatic
from binrelay.mail.message import read_message
from tests.mail.corpora import corpus_files, needs_corpora


def mail(subject: str = "Hallo", *fields: str, body: str = "Dag.\r\n", kind: str = "text/plain") -> Automatic | None:
    author = () if any(field.startswith("From:") for field in fields) else ("From: jan@mail.example",)
    lines = [*author, f"Subject: {subject}", f"Content-Type: {kind}", *fields]
    return read_automatic(read_message(("\r\n".join(lines) + "\r\n\r\n" + body).encode()))


@pytest.mark.parametrize(
    "fields",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: Auto-Replied; owner-email=x",
        "Auto-Submitted: (hallo) auto-replied (zimbra; vacation)",
        "Auto-Submitted: auto-generated (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: Vakantie",
        "Precedence: auto_reply",
        "X-Post-MessageClass: 9; Autoresponder",
        "X400-Content-Identifier: Auto Reply to",
        "Content-Identifier: Auto-replied",
        "Delivered-To: autoresponder",
    ],
)
def test_an_out_of_office_is_known_by_its_header(fields: str) -> None:
    assert mail("Re: uw vraag", fields) is Automatic.AUTO_REPLIED


@pytest.mark.parametrize(
    "subject",
    [
        "Automatisch antwoord: Gele Polo",
        "Automatische reactie: Gele Polo",
        "Afwezigheidsbericht: Gele Polo",
        "Afwezigheidsassistent",
        "Out of office: Re: Gele Polo",
        "Automatic reply: Gele Polo",
        "[Automatisch antwoord] Gele Polo",
        "AUTO: Jan de Vries is niet op kantoor (terug 10-11-2026)",
        "Abwesenheitsnotiz: Gelber Polo",
        "Automatische Antwort: Gelber Polo",
        "Réponse automatique : Polo jaune",
        "Absence du bureau : Polo jaune",
        "=?utf-8?q?R=C3=A9ponse_automatique_=3A_Polo?=",
        "Jan de Vries is out of the office",
        "Ik ben afwezig Re: Gele Polo",
        "Absent Re: Polo jaune",
        "Im Urlaub AW: Gelber Polo",
    ],
)
def test_an_out_of_office_is_known_by_its_subject_where_its_header_says_nothing(subject: str) -> None:
    assert mail(subject) is Automatic.WORDS


@pytest.mark.parametrize(
    "field",
    [
        "In-Reply-To: <1@bin.example>",
        "X-Auto-Response-Suppress: All",
        "Auto-Submitted: auto-generated",
        "Return-Path: <>",
        "Precedence: bulk",
    ],
)
def test_a_subject_and_a_trace_of_a_machine_make_an_out_of_office(field: str) -> None:
    assert mail("Automatisch antwoord: Gele Polo", field) is Automatic.AUTO_REPLIED


@pytest.mark.parametrize(
    "subject",
    [
        "Automatisch hek kapot",
        "Afwezig deze week, wilt u opletten?",
        "Vakantie",
        "Absence de lumière dans la rue",
        "Auto met draaiende motor",
        "Auto: witte Golf, kenteken onbekend",
        "Out of office hours the gate is open",
        "Automatisch antwoord gekregen van de gemeente?",
        "Officier gezocht",
        "Antwoord op uw vraag",
        "Out of the blue a noise",
        "Vakantie re: wie let op ons huis",
    ],
)
def test_a_neighbour_who_writes_about_absence_or_cars_is_a_person(subject: str) -> None:
    assert mail(subject) is None


@pytest.mark.parametrize(
    "fields",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: no (really)",
        "X-Auto-Response-Suppress: All",
        "List-Unsubscribe: <mailto:x@y.example>",
        "X-Autoreply: no",
        "Return-Path: <jan@mail.example>",
    ],
)
def test_what_many_mail_programs_add_proves_nothing(fields: str) -> None:
    assert mail("Hallo", fields) is None


@pytest.mark.parametrize("field", ["Precedence: bulk", "X-Auto-Response-Suppress: All"])
def test_auto_is_a_program_where_it_wants_no_answer_and_a_car_where_not(field: str) -> None:
    assert mail("Auto: Gele Polo", field) is Automatic.AUTO_REPLIED
    assert mail("Auto: Gele Polo", "In-Reply-To: <1@bin.example>") is None


@pytest.mark.parametrize("from_", ["postmaster@vereniging.example", "Postmaster <jan@mail.example>"])
def test_a_person_may_read_the_postmasters_mail(from_: str) -> None:
    assert mail("Gele Polo", f"From: {from_}") is None


ITSELF = "Dank voor uw bericht. Dit is een automatisch gegenereerd antwoord.\r\n"


def test_a_program_that_says_so_in_an_answer_is_believed() -> None:
    assert mail("RE: Gele Polo", "In-Reply-To: <1@bin.example>", body=ITSELF) is Automatic.WORDS
    assert mail("Gele Polo", "Precedence: bulk", body=ITSELF) is Automatic.WORDS


@pytest.mark.parametrize(
    "body",
    [
        "Ik kreeg: 'Dit is een automatisch antwoord.' Wat nu?\r\n",
        "Dit kwam terug:\r\n\r\n> Dit is een automatisch antwoord.\r\n",
        "Hij stond hier.\r\n\r\nGroet, Jan\r\n\r\nDit is een automatisch bericht.\r\n",
    ],
)
def test_a_neighbour_who_repeats_what_a_program_says_is_a_person(body: str) -> None:
    assert mail("RE: Gele Polo", "In-Reply-To: <1@bin.example>", body=body) is None


def test_a_neighbour_who_passes_on_a_program_of_his_own_accord_is_a_person() -> None:
    assert mail("Vreemde mail van mijn bank", body=ITSELF) is None


def test_what_a_rule_of_the_mailbox_passed_on_was_written_by_a_person() -> None:
    assert mail("Gele Polo", "X-MS-Exchange-Inbox-Rules-Loop: jan@mail.example") is None


def test_precedence_is_told_apart_because_it_is_weak() -> None:
    assert mail("Hallo", "Precedence: bulk") is Automatic.PRECEDENCE


def test_a_read_receipt_is_no_reply() -> None:
    kind = 'multipart/report; report-type=disposition-notification; boundary="b"'
    body = "--b\r\n\r\nGelezen\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nx\r\n--b--\r\n"
    assert mail("Gelezen: Gele Polo", kind=kind, body=body) is Automatic.RECEIPT


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (("Auto-Submitted: auto-generated",), Automatic.AUTO_GENERATED),
        (("Return-Path: <>",), Automatic.NULL_PATH),
        (("List-Id: <x.example>", "List-Post: <mailto:x@x.example>"), Automatic.LIST),
        (("List-Id: <x.example>",), Automatic.LIST),
        (("List-Post: <mailto:x@x.example>", "Precedence: list"), Automatic.LIST),
        (("X-BeenThere: x@x.example",), Automatic.LIST),
        (("List-Unsubscribe: <mailto:x@x.example>",), None),
        (("Mailing-List: list x@x.example", "List-Unsubscribe: <mailto:x@x.example>"), Automatic.LIST),
        (("Auto-Submitted: auto-replied", "Return-Path: <>"), Automatic.AUTO_REPLIED),
    ],
)
def test_the_strongest_sign_counts(fields: tuple[str, ...], expected: Automatic | None) -> None:
    assert mail("Hallo", *fields) is expected


def test_a_calendar_that_accepts_is_a_machine() -> None:
    assert mail("Geaccepteerd: overleg", kind="text/calendar; method=REPLY") is Automatic.AUTO_GENERATED


@needs_corpora
def test_real_out_of_office_mail_is_found() -> None:
    found = [read_automatic(read_message(path.read_bytes())) for path in corpus_files("auto-reply")]
    assert len(found) >= 17
    assert sum(each in (Automatic.AUTO_REPLIED, Automatic.WORDS) for each in found) / len(found) >= 0.95


@needs_corpora
def test_real_people_are_not_taken_for_machines() -> None:
    found = [read_automatic(read_message(path.read_bytes())) for path in corpus_files("human")]
    assert len(found) >= 90
    machine = [each for each in found if each not in (None, Automatic.LIST, Automatic.PRECEDENCE)]
    assert len(machine) / len(found) <= 0.005


@pytest.mark.parametrize("path", ["<>", "< >", "<MAILER-DAEMON>", " <MAILER-DAEMON@mx.example> ", "MAILER-DAEMON"])
def test_servers_write_the_null_path_in_several_ways(path: str) -> None:
    assert mail("Hallo", f"Return-Path: {path}") is Automatic.NULL_PATH


@pytest.mark.parametrize("path", ["", "<jan@mail.example>", "<" + " " * 15_000 + "x", "<" * 15_000])
def test_no_return_path_makes_it_slow(path: str) -> None:
    before = time.process_time()
    assert mail("Hallo", f"Return-Path: {path}") is None
    assert time.process_time() - before < 1
