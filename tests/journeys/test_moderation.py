"""What is doubtful waits in a folder, and the coordinator decides by dragging."""

from __future__ import annotations

import json

from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, Neighbourhood, mail, until

JAN = MEMBERS[0]


def forged() -> bytes:
    return mail(OFFICER, "Wachtwoorden", "Mail uw wachtwoord aan de wijkagent.\n", proven=False)


def test_a_forged_bulletin_reaches_no_neighbour_and_the_coordinator_hears_of_it(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(forged())
    notice = hood.wait_for_mail_to(ANNA)
    hood.wait_for_folder("BIN/Wacht")
    text = notice.get_content()
    assert OFFICER in text
    assert "Wachtwoorden" in text
    assert "wijkagent." not in text.replace(OFFICER, "")
    assert notice["Auto-Submitted"] == "auto-generated"
    assert not [member for member in MEMBERS if hood.sent_to(member)]
    assert hood.status()["ok"] is True


def test_dragging_it_to_release_sends_it_in_the_partners_name(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(forged())
    hood.wait_for_folder("BIN/Wacht")
    with hood.box() as program:
        assert program.move(("BIN/Wacht", "BIN/Vrijgeven"), b"Wachtwoorden") == 1
    bulletin = hood.wait_for_mail_to(JAN)
    assert bulletin["From"].addresses[0].display_name == "Politie Utrecht-Oost via BIN Wilhelminapark"
    hood.wait_for_folder("BIN/Verwerkt")
    hood.quiet()
    assert sorted(address for address in hood.provider.recipients if address != ANNA) == sorted(MEMBERS)


def test_dragging_it_to_rejected_ends_it(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(forged())
    hood.wait_for_folder("BIN/Wacht")
    with hood.box() as program:
        program.move(("BIN/Wacht", "BIN/Geweigerd"), b"Wachtwoorden")
    until(lambda: json.loads(hood.command("status", "--json").stdout)["networks"][0]["held"] == 0, "nothing held")
    assert not hood.sent_to(JAN)


def test_an_old_mail_program_that_copies_and_deletes_releases_once(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(forged())
    hood.wait_for_folder("BIN/Wacht")
    with hood.box() as program:
        program.move_by_copy(("BIN/Wacht", "BIN/Vrijgeven"), b"Wachtwoorden")
    hood.wait_for_mail_to(JAN)
    hood.wait_for_folder("BIN/Verwerkt")
    hood.quiet()
    assert hood.provider.recipients.count(JAN) == 1


def test_the_command_line_does_the_same(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(forged())
    hood.wait_for_folder("BIN/Wacht")
    waiting = json.loads(hood.command("held", "list", "--json").stdout)
    assert waiting["releases"] == "bulletin"
    assert waiting["reaches"] == len(MEMBERS)
    assert hood.command("held", "release", waiting["id"]).returncode == 0
    hood.wait_for_mail_to(JAN)
    hood.wait_for_folder("BIN/Verwerkt")
    assert hood.command("held", "release", waiting["id"]).returncode == 66


def test_any_mail_dragged_from_inbox_to_release_goes_out_in_the_networks_name(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail("tante@elders.example", "Buurtfeest", "Zaterdag om vier uur.\n", proven=False))
    until(lambda: hood.status()["networks"][0]["left_alone"] == 1, "it is left alone")
    with hood.box() as program:
        program.move(("INBOX", "BIN/Vrijgeven"), b"Buurtfeest")
    bulletin = hood.wait_for_mail_to(JAN)
    assert bulletin["From"].addresses[0].display_name == "BIN Wilhelminapark"


def test_six_doubtful_mails_in_a_minute_are_told_in_few_notices(hood: Neighbourhood) -> None:
    hood.start()
    for number in range(9):
        hood.arrives(mail(OFFICER, f"Nep {number}", "Klik hier.\n", proven=False))
    hood.wait_for_folder("BIN/Wacht", number=9)
    hood.wait_for_mail_to(ANNA)
    hood.quiet()
    assert len(hood.sent_to(ANNA)) <= 6


def test_the_notice_about_a_private_looking_answer_warns_in_its_first_line(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(OFFICER, "RE: uw melding", "Dag mevrouw, wij zijn geweest.\n"))
    first = hood.wait_for_mail_to(ANNA).get_content().splitlines()[0]
    assert str(len(MEMBERS)) in first
    assert not hood.sent_to(JAN)


def test_the_list_of_what_waits_warns_of_a_private_looking_answer_too(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(OFFICER, "RE: uw melding", "Dag mevrouw, wij zijn geweest.\n"))
    hood.wait_for_folder("BIN/Wacht")
    assert f"releasing sends it to all {len(MEMBERS)} members" in hood.command("held", "list").stdout
