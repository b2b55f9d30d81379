"""Words to the daemon are told from words to the authorities."""

from __future__ import annotations

import pytest

from binrelay.mail.message import read_message
from binrelay.rules.commands import is_command, is_join
from tests.rules.letters import letter

JAN = "jan@mail.example"


@pytest.mark.parametrize(
    "subject", ["afmelden", "Afmelden!", "UNSUBSCRIBE", "désinscription", "Abmelden.", "hulp", " pauze "]
)
def test_one_word_in_the_subject_is_a_word_to_us(subject: str) -> None:
    assert is_command(read_message(letter(JAN, subject)))


@pytest.mark.parametrize("text", ["Afmelden\n\nGroet, Jan\n", "\n  afmelden.\n> Gele Polo\n", "hilfe\n"])
def test_one_word_on_the_first_line_is_a_word_to_us(text: str) -> None:
    assert is_command(read_message(letter(JAN, "Re: [BIN Wilhelminapark] Gele Polo", text)))


def test_the_first_line_of_a_web_page_counts_too() -> None:
    assert is_command(read_message(letter(JAN, "Re: Gele Polo", "<div>Afmelden</div><p>Groet</p>\n", kind="text/html")))


@pytest.mark.parametrize(
    "text",
    ["Afmelden kan ik me niet herinneren\n", "Hulp nodig bij nummer 3!\n", "Ik wil iets melden\n", "> afmelden\n"],
)
def test_a_neighbour_who_needs_help_speaks_to_the_police(text: str) -> None:
    assert not is_command(read_message(letter(JAN, "Gele Polo", text)))


def test_a_stranger_who_wants_to_join_is_known_by_word() -> None:
    assert is_join(read_message(letter("nieuw@mail.example", "Lid worden")))
    assert not is_join(read_message(letter("nieuw@mail.example", "Mag ik lid worden van de schaakclub?")))
