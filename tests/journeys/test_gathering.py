"""An officer who reads mail twice a day gets one mail with every reply in it, and still answers one neighbour alone."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from email.message import EmailMessage

import pytest

from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, Neighbourhood, answer, mail, until

JAN, PIET = MEMBERS[:2]


@pytest.fixture
def answered(hood: Neighbourhood) -> Neighbourhood:
    """Two neighbours have answered the yellow Polo; the officer gets replies together."""
    hood.configure()
    text = hood.config.read_text().replace(
        f"replies_to: [{OFFICER}]", f"replies_to: [{OFFICER}]\n        replies: digest"
    )
    hood.config.write_text(text)
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie zag hem?\n"))
    for neighbour, words in ((JAN, "Bij de bakker."), (PIET, "Ik zag hem ook.")):
        received = hood.wait_for_mail_to(neighbour)
        hood.arrives(answer(received, neighbour, words, proven=False))
        hood.wait_for_mail_to(neighbour, number=2)  # the acknowledgement
    hood.quiet()
    return hood


def the_hour_comes(hood: Neighbourhood) -> None:
    """A minute before each would go out alone, while the daemon is down."""
    hood.stop()
    with closing(sqlite3.connect(hood.folder / "state" / "binrelay.sqlite3")) as store:
        due = time.time() + 60
        store.execute("update recipients set due = ? where state = 'queued'", (due,))
        store.execute("update mails set not_before = ? where not_before is not null", (due,))
        store.commit()
    hood.start()


def attached(collection: EmailMessage) -> list[EmailMessage]:
    inner = [part.get_content() for part in collection.iter_attachments()]
    assert all(isinstance(each, EmailMessage) for each in inner)
    return inner


def test_nothing_goes_to_the_officer_before_the_hour_and_then_all_of_it_once(answered: Neighbourhood) -> None:
    assert not answered.sent_to(OFFICER)
    the_hour_comes(answered)
    collection = answered.wait_for_mail_to(OFFICER)
    assert collection["Subject"] == "[BIN Wilhelminapark] 2 antwoorden op: Gele Polo"
    assert len(attached(collection)) == 2
    text = answered.text_of(collection)
    assert "Bij de bakker." in text
    assert "Ik zag hem ook." in text
    assert not [member for member in MEMBERS if member.encode() in answered.sent_to(OFFICER)[0].content]
    answered.kill()
    answered.start()
    answered.quiet_outbox()
    assert len(answered.sent_to(OFFICER)) == 1


def test_an_answer_to_one_attached_reply_reaches_that_neighbour_alone(answered: Neighbourhood) -> None:
    the_hour_comes(answered)
    second = attached(answered.wait_for_mail_to(OFFICER))[1]
    answered.arrives(answer(second, OFFICER, "Dank u. Welke kant op?"))
    assert "Dank u. Welke kant op?" in answered.text_of(answered.wait_for_mail_to(PIET, number=3))
    answered.quiet()
    assert len(answered.sent_to(JAN)) == 2


def test_an_answer_to_the_collection_itself_is_held(answered: Neighbourhood) -> None:
    the_hour_comes(answered)
    answered.arrives(answer(answered.wait_for_mail_to(OFFICER), OFFICER, "Dank u."))
    answered.wait_for_folder("BIN/Wacht")
    assert "2 antwoorden op: Gele Polo" in answered.wait_for_mail_to(ANNA).get_content()
    assert len(answered.sent_to(JAN)) == 2


def test_a_cry_for_help_does_not_wait_for_the_hour_and_is_answered_with_the_number_once(
    answered: Neighbourhood,
) -> None:
    answered.arrives(mail(JAN, "Inbraak", "Er wordt nu ingebroken op nummer 7!\n", proven=False))
    passed_on = answered.wait_for_mail_to(OFFICER)
    assert "MOGELIJK SPOED: Inbraak" in passed_on["Subject"]
    told = answered.wait_for_mail_to(JAN, number=3)
    assert told.get_content().startswith("Gebeurt het nu? Bel 112.")
    answered.arrives(mail(JAN, "Nog steeds", "Ze zijn nu aan het inbreken!\n", proven=False))
    answered.wait_for_mail_to(OFFICER, number=2)
    again = answered.wait_for_mail_to(JAN, number=4)
    assert "Gebeurt het nu?" not in again.get_content()
    until(lambda: len(answered.sent_to(OFFICER)) == 2, "both at once")
