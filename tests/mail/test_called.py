"""What a mail calls its author is taken out where it is a name, and what is reported stays readable."""

from __future__ import annotations

import time

import pytest

from binrelay.mail.address import Address
from binrelay.mail.called import own_name
from binrelay.mail.scrub import Person, redacted

JAN = (Address("jan@mail.example", "jan@mail.example"),)
REPORT = (
    "Hij stond bij de bakker aan het eind van de straat. Mijn iPad is weg, zei de heer naast mij.\n"
    "Ik kreeg een politie tip in de buurt app, de buurtapp zei niets.\nPolitie\nDe politie schreef een bon.\n"
)


@pytest.mark.parametrize(
    "shown",
    [
        *("Politie Tip", "Buurt App", "Info Buurt", "Mijn iPad", "iPhone", "De Bakker", "van de Straat", "de heer"),
        *("", ", ,", "(werk)", "112 0612345678", "jan@mail.example", "'Bakker'", "Bakker | Utrecht Oost"),
    ],
)
def test_words_of_the_street_beside_the_address_leave_the_report_as_it_is(shown: str) -> None:
    assert own_name(shown) is None
    assert redacted(REPORT, person=Person(JAN, None, own_name(shown)), pseudonym="#") == REPORT


@pytest.mark.parametrize(
    "shown",
    [
        *("Jan de Wit", "'Jan de Wit'", "\u201cJan de Wit\u201d", "Wit, Jan de", "Dr. Jan de Wit", "Jan de Wit (werk)"),
        *(
            "[EXT] Jan de Wit",
            "Jan de Wit | Bakkerij De Korenaar",
            "Jan de Wit via Buurtgroep",
            "Jan de Wit 06-12345678",
        ),
        *("J. de Wit", "T. de Wit", "Familie de Wit", "Dhr. de Wit", "jan de wit", "Jan\u00a0de\u00a0Wit"),
    ],
)
def test_however_a_mail_program_writes_a_name_nobody_signs_with_it(shown: str) -> None:
    name = own_name(shown)
    text = "Gezien!\nGroet, Jan de Wit\nJ. de Wit\nfamilie de Wit, dhr. de Wit\n"
    found = redacted(text, person=Person(JAN, None, name), pseudonym="#")
    assert "Gezien!" in found
    assert any(line not in found for line in text.splitlines()[1:]), found
    if "Jan" in (name or ""):
        assert "Jan de Wit" not in found


@pytest.mark.parametrize(
    "shown", ["ab " * 330, "a b " * 240, "\u00e9 " * 490, "((" * 490, "x |" * 300, "1" * 998, "' " * 490]
)
def test_no_name_that_a_stranger_makes_up_keeps_the_daemon_busy(shown: str) -> None:
    began = time.process_time()
    redacted(REPORT * 20, person=Person(JAN, None, own_name(shown)), pseudonym="#")
    assert time.process_time() - began < 1.0
