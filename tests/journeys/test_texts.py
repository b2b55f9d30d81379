"""An admin's own footer is in the next bulletin within seconds; one that is broken changes nothing and is told."""

from __future__ import annotations

from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, Neighbourhood, mail, until

JAN = MEMBERS[0]
FOOTER = """\
Dag buur! Dit is van {{ sender }}, via {{ network }}.
Spoed: {{ urgent_number }}. Anders: {{ other_number }}.
Weg? Mail afmelden naar {{ address }}
"""


def write(hood: Neighbourhood, text: str) -> None:
    file = hood.folder / "templates" / "nl" / "footer-bulletin.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_an_own_text_is_used_within_seconds_and_a_broken_one_changes_nothing(hood: Neighbourhood) -> None:
    hood.configure('    telephone: {urgent: "101", other: "02 123 45 67"}')
    hood.start()
    write(hood, FOOTER)
    until(lambda: '"configuration-loaded"' in hood.log(), "the texts are taken over")
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie zag hem?\n"))
    text = hood.text_of(hood.wait_for_mail_to(JAN))
    assert "Dag buur! Dit is van Politie Utrecht-Oost, via BIN Wilhelminapark." in text
    assert "Spoed: 101. Anders: 02 123 45 67." in text

    write(hood, FOOTER.replace("{{ sender }}", "{{ sendr }}"))
    checked = hood.command("check")
    assert checked.returncode == 78
    assert "nl/footer-bulletin.txt:1:1: footer-bulletin: " in checked.stderr
    notice = hood.wait_for_mail_to(ANNA)
    assert "sendr" in notice.get_content()
    hood.arrives(mail(OFFICER, "Blauwe Polo", "Wie zag hem?\n"))
    assert "Dag buur! Dit is van Politie" in hood.text_of(hood.wait_for_mail_to(JAN, number=2))
