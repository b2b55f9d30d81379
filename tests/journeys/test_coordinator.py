"""Two hours a week: what waits is told again, the week comes in one letter, and two coordinators never decide twice."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, Neighbourhood, answer, mail, until

JAN = MEMBERS[0]
DAY = 86400


def long_ago(hood: Neighbourhood, statement: str, *values: object) -> None:
    """Makes what happened older than it is, while the daemon is down."""
    with closing(sqlite3.connect(hood.folder / "state" / "binrelay.sqlite3")) as store:
        store.execute(statement, values)
        store.commit()


def test_what_waits_for_a_day_is_told_again_once(hood: Neighbourhood) -> None:
    hood.configure("    digest: off")
    hood.start()
    hood.arrives(mail(OFFICER, "Wachtwoorden", "Mail uw wachtwoord.\n", proven=False))
    hood.wait_for_mail_to(ANNA)
    hood.stop()
    long_ago(hood, "update arrivals set decided = decided - ?", 25 * 3600)
    hood.start()
    reminder = hood.wait_for_mail_to(ANNA, number=2)
    assert reminder["Subject"] == "BIN Wilhelminapark: een mail wacht nog op u"
    assert "Wachtwoorden" in reminder.get_content()
    hood.stop()
    hood.start()
    hood.quiet_outbox()
    assert len(hood.sent_to(ANNA)) == 2


def test_the_week_comes_in_one_letter_with_a_picture_after_restarts_too(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie zag hem?\n"))
    received = hood.wait_for_mail_to(JAN)
    hood.arrives(answer(received, JAN, "Ik.", proven=False))
    hood.wait_for_mail_to(OFFICER)
    hood.quiet()
    hood.stop()
    long_ago(hood, "update watches set since = since - ?", 30 * DAY)
    long_ago(hood, "update bulletins set sent_at = ?", time.time() - 7 * DAY)
    long_ago(hood, "update mails set created = ?", time.time() - 7 * DAY)
    hood.start()
    letter = hood.wait_for_mail_to(ANNA)
    assert letter["Subject"] == "BIN Wilhelminapark: uw weekbericht"
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert not [member for member in MEMBERS if member in hood.text_of(letter)]
    hood.kill()
    hood.start()
    hood.quiet_outbox()
    assert len(hood.sent_to(ANNA)) == 1


def test_the_second_coordinator_finds_the_first_ones_decision_and_is_told(hood: Neighbourhood) -> None:
    hood.start()
    forged = mail(OFFICER, "Wachtwoorden", "Mail uw wachtwoord.\n", proven=False)
    hood.arrives(forged)
    hood.wait_for_folder("BIN/Wacht")
    with hood.box() as program:
        program.move(("BIN/Wacht", "BIN/Geweigerd"), b"Wachtwoorden")
    until(lambda: '"event": "rejected"' in hood.log(), "the first decision counts")
    with hood.box() as program:
        program.move(("BIN/Geweigerd", "BIN/Vrijgeven"), b"Wachtwoorden")
    told = hood.wait_for_mail_to(ANNA, number=2)
    assert "al afgehandeld" in told["Subject"]
    hood.wait_for_folder("BIN/Geweigerd")
    assert not hood.sent_to(JAN)


def test_a_coordinator_on_holiday_stops_nothing_and_is_not_answered(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(OFFICER, "Wachtwoorden", "Mail uw wachtwoord.\n", proven=False))
    notice = hood.wait_for_mail_to(ANNA)
    away = {"Auto-Submitted": "auto-replied", "In-Reply-To": notice["Message-ID"]}
    hood.arrives(mail(ANNA, "Afwezig: wacht op u", "Ik ben op vakantie.\n", fields=away))
    hood.wait_for_folder("BIN/Verwerkt")
    hood.quiet()
    assert len(hood.sent_to(ANNA)) == 1
    assert not hood.sent_to(JAN)


def test_a_partner_who_asked_hears_to_how_many_and_not_to_whom(hood: Neighbourhood) -> None:
    hood.configure()
    text = hood.config.read_text().replace(
        f"replies_to: [{OFFICER}]", f"replies_to: [{OFFICER}]\n        tell_count: true"
    )
    hood.config.write_text(text)
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie zag hem?\n"))
    hood.wait_for_mail_to(JAN)
    hood.quiet()
    hood.stop()
    hood.start()
    told = hood.wait_for_mail_to(OFFICER)
    assert f"aan {len(MEMBERS)} leden" in told.get_content()
    assert told["Auto-Submitted"] == "auto-replied"
    assert not [member for member in MEMBERS if member in told.as_string()]
