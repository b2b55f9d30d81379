"""Police send a wrong number plate and then the right one: whoever had the first hears of the second, and nobody else."""

from __future__ import annotations

from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, Neighbourhood, answer, mail, read, until

JAN, PIET, FATIMA, LUCIA = MEMBERS
NEW = "nieuw@mail.example"


def test_a_correction_reaches_who_had_the_bulletin_paused_or_not_in_the_same_thread(hood: Neighbourhood) -> None:
    hood.members = (JAN, PIET, FATIMA)
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Kenteken 12-AB-34.\n"))
    first = hood.wait_for_mail_to(JAN)
    hood.quiet()
    hood.members = ("{address: " + JAN + ", paused: true}", PIET, NEW)
    hood.configure()
    until(lambda: hood.log().count('"paused": 1'), "the edit is in force")
    hood.arrives(mail(OFFICER, "Rectificatie: Gele Polo", "Kenteken 12-AB-35.\n"))
    second = hood.wait_for_mail_to(JAN, number=2)
    hood.quiet()
    assert second["Subject"] == "[BIN Wilhelminapark] Rectificatie: Gele Polo"
    assert second["In-Reply-To"] == first["Message-ID"]
    assert len(hood.sent_to(PIET)) == 2
    assert len(hood.sent_to(FATIMA)) == 1
    assert not hood.sent_to(NEW)


def test_a_withdrawal_that_may_be_a_private_answer_waits_for_the_coordinator(hood: Neighbourhood) -> None:
    hood.start()
    bulletin = mail(OFFICER, "Gele Polo", "Wie zag hem?\n")
    hood.arrives(bulletin)
    received = hood.wait_for_mail_to(JAN)
    hood.arrives(answer(received, JAN, "Ik zag hem bij de bakker.", proven=False))
    hood.wait_for_mail_to(OFFICER)
    own = read(bulletin)["Message-ID"]
    fields = {"In-Reply-To": own, "References": own}
    hood.arrives(mail(OFFICER, "Re: Gele Polo - ingetrokken", "Dank u, mevrouw.\n", fields=fields))
    hood.wait_for_folder("BIN/Wacht")
    assert "persoonlijk" in hood.wait_for_mail_to(ANNA).get_content()
    assert len(hood.sent_to(PIET)) == 1
    with hood.box() as program:
        program.move(("BIN/Wacht", "BIN/Vrijgeven"), b"ingetrokken")
    assert hood.wait_for_mail_to(PIET, number=2)["In-Reply-To"] == received["Message-ID"]
