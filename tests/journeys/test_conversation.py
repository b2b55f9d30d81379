"""The yellow Polo: a bulletin, a neighbour's reply, the police's answer, and nobody learns who lives where."""

from __future__ import annotations

from tests.journeys.neighbourhood import ANNA, COORDINATOR, MEMBERS, OFFICER, Neighbourhood, answer, mail, read, until

JAN = MEMBERS[0]


def polo() -> bytes:
    return mail(OFFICER, "Gele Polo", "Wie heeft vannacht een gele Polo gezien?\n")


def test_a_bulletin_reaches_every_neighbour_once_and_names_none(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(polo())
    bulletin = hood.wait_for_mail_to(JAN)
    hood.quiet()
    assert sorted(hood.provider.recipients) == sorted(MEMBERS)
    assert bulletin["From"].addresses[0].addr_spec == COORDINATOR
    assert bulletin["From"].addresses[0].display_name == "Politie Utrecht-Oost via BIN Wilhelminapark"
    assert bulletin["Subject"] == "[BIN Wilhelminapark] Gele Polo"
    assert bulletin["List-Post"] == "NO"
    text = bulletin.get_content()
    assert "gele Polo gezien" in text
    assert "0900-8844" in text
    assert "112" in text
    for delivery in hood.provider.deliveries:
        assert not [member for member in MEMBERS if member.encode() in delivery.content]
    assert len(hood.folder_of("BIN/Verwerkt")) == 1


def test_a_reply_reaches_the_police_without_a_name_and_the_answer_reaches_that_neighbour_alone(
    hood: Neighbourhood,
) -> None:
    hood.start()
    hood.arrives(polo())
    bulletin = hood.wait_for_mail_to(JAN)
    hood.arrives(answer(bulletin, f"Jan <{JAN}>", f"Ja! Hij stond bij mij. Groet, {JAN}", proven=False))
    reply = hood.wait_for_mail_to(OFFICER)
    thanks = hood.wait_for_mail_to(JAN, number=2)
    assert JAN.encode() not in hood.sent_to(OFFICER)[0].content
    assert "Hij stond bij mij" in hood.text_of(reply)
    assert reply["From"].addresses[0].display_name.startswith("BIN-lid ")
    assert reply["In-Reply-To"] == read(polo())["Message-ID"]
    assert thanks["Auto-Submitted"] == "auto-replied"
    assert hood.sent_to(JAN)[1].mail_from == ""

    before = len(hood.provider.deliveries)
    hood.arrives(answer(reply, OFFICER, "Dank u. Wij komen langs."))
    private = hood.wait_for_mail_to(JAN, number=3)
    hood.quiet()
    assert hood.provider.deliveries[before].rcpt_tos == (JAN,)
    assert len(hood.provider.deliveries) == before + 1
    assert "Wij komen langs" in private.get_content()


def test_a_neighbours_own_news_goes_to_the_police(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(JAN, "Kapotte lantaarn", "Bij nummer 3 brandt geen licht.\n", proven=False))
    report = hood.wait_for_mail_to(OFFICER)
    assert "brandt geen licht" in report.get_content()
    assert report["Subject"].startswith("[BIN Wilhelminapark ")
    assert not hood.sent_to(ANNA)


def test_what_the_police_answer_from_another_program_by_tag_alone_still_finds_its_neighbour(
    hood: Neighbourhood,
) -> None:
    hood.start()
    hood.arrives(mail(JAN, "Kapotte lantaarn", "Bij nummer 3 brandt geen licht.\n", proven=False))
    report = hood.wait_for_mail_to(OFFICER)
    hood.arrives(mail(OFFICER, f"[Zaak 12] {report['Subject']}", "Doorgegeven aan de gemeente.\n"))
    private = hood.wait_for_mail_to(JAN, number=2)
    hood.quiet()
    assert "aan de gemeente" in private.get_content()
    assert not hood.sent_to(MEMBERS[1])


def test_out_of_office_reaches_nobody(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(JAN, "Afwezig", "Ik ben er niet.\n", proven=False, fields={"Auto-Submitted": "auto-replied"}))
    hood.wait_for_folder("BIN/Verwerkt")
    hood.quiet()
    assert not hood.provider.deliveries


def test_a_strangers_mail_is_left_alone(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail("tante@elders.example", "Verjaardag", "Kom je zondag?\n", proven=False))
    hood.arrives(polo())
    hood.wait_for_mail_to(JAN)
    assert [b"Verjaardag" in each for each in hood.folder_of("INBOX")] == [True]
    with hood.box() as program:
        assert "\\Seen" not in program.flags("INBOX")[0]


def test_what_lay_in_the_mailbox_before_is_left_alone(hood: Neighbourhood) -> None:
    hood.arrives(mail(OFFICER, "Oud bericht", "Van vorig jaar.\n"))
    hood.start()
    hood.arrives(polo())
    hood.wait_for_mail_to(JAN)
    assert len(hood.folder_of("INBOX")) == 1
    until(lambda: hood.status()["networks"][0]["left_alone"] == 1, "status counts it")
