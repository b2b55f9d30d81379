"""A bulletin that waits five minutes can be taken back by dragging it, and the coordinator is told so at once."""

from __future__ import annotations

import json

import pytest

from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, Neighbourhood, mail, until

JAN = MEMBERS[0]


@pytest.fixture
def patient(hood: Neighbourhood) -> Neighbourhood:
    hood.configure("    delay: 10m")
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Met het verkeerde kenteken.\n"))
    hood.wait_for_folder("BIN/Wacht")
    return hood


def nothing_waits(hood: Neighbourhood) -> bool:
    networks = json.loads(hood.command("status", "--json").stdout)["networks"]
    return bool(networks[0]["deferred"] == 0)


def test_the_coordinator_hears_when_it_goes_out_and_how_to_stop_it(patient: Neighbourhood) -> None:
    notice = patient.wait_for_mail_to(ANNA)
    text = notice.get_content()
    assert "gaat om" in text
    assert f"naar {len(MEMBERS)} leden" in text
    assert "BIN/Geweigerd" in text
    assert not patient.sent_to(JAN)


def test_dragged_to_rejected_nobody_gets_it_and_the_notice_says_so(patient: Neighbourhood) -> None:
    with patient.box() as program:
        assert program.move(("BIN/Wacht", "BIN/Geweigerd"), b"Gele Polo") == 1
    told = patient.wait_for_mail_to(ANNA, number=2).get_content()
    assert "Niemand heeft het gekregen" in told
    until(lambda: nothing_waits(patient), "nothing is left to send")
    assert not patient.sent_to(JAN)
    assert len(patient.folder_of("BIN/Geweigerd")) == 1


def test_dragged_to_release_it_goes_out_now(patient: Neighbourhood) -> None:
    with patient.box() as program:
        program.move(("BIN/Wacht", "BIN/Vrijgeven"), b"Gele Polo")
    patient.wait_for_mail_to(JAN)
    patient.wait_for_folder("BIN/Verwerkt")
    patient.quiet()
    assert sorted(address for address in patient.provider.recipients if address != ANNA) == sorted(MEMBERS)


def test_the_command_line_stops_it_as_well_after_a_restart(patient: Neighbourhood) -> None:
    notice = patient.wait_for_mail_to(ANNA)
    number = next(line for line in notice.get_content().splitlines() if line.startswith("Nummer: ")).split()[-1]
    listed = json.loads(patient.command("held", "list", "--json").stdout)
    assert (listed["id"], listed["state"], listed["reaches"]) == (number, "waiting", len(MEMBERS))
    assert "goes out by itself" in patient.command("held", "list").stdout
    patient.kill()
    patient.start()
    assert patient.command("held", "reject", number).returncode == 0
    patient.wait_for_folder("BIN/Geweigerd")
    assert not patient.sent_to(JAN)


def test_left_alone_it_goes_out_by_itself_and_lies_with_what_is_done(hood: Neighbourhood) -> None:
    hood.configure("    delay: 3s")
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Met het goede kenteken.\n"))
    hood.wait_for_folder("BIN/Wacht")
    hood.wait_for_mail_to(JAN)
    hood.wait_for_folder("BIN/Verwerkt")
    hood.quiet()
    assert sorted(address for address in hood.provider.recipients if address != ANNA) == sorted(MEMBERS)


def test_half_way_out_the_rest_is_spared_and_the_notice_says_how_many_had_it(hood: Neighbourhood) -> None:
    hood.members = tuple(f"buur{number}@mail.example" for number in range(20))
    hood.configure(smtp=", max_recipients: 5, messages_per_minute: 2, connections: 1")
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Met het verkeerde kenteken.\n"))
    hood.wait_for_folder("BIN/Verwerkt")
    until(lambda: len(hood.provider.deliveries) == 2, "the minute's two mails are out")
    with hood.box() as program:
        program.move(("BIN/Verwerkt", "BIN/Geweigerd"), b"Gele Polo")
    until(lambda: "bulletin-stopped" in hood.log(), "it is stopped")
    assert '"stopped": 10' in hood.log()
    assert '"out": 10' in hood.log()
    assert len([each for each in hood.provider.recipients if each != ANNA]) == 10
