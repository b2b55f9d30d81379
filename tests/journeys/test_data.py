"""Somebody asks which data there is of them."""

from __future__ import annotations

import json

from tests.journeys.neighbourhood import MEMBERS, OFFICER, Neighbourhood, answer, mail

JAN, OTHERS = MEMBERS[0], MEMBERS[1:]


def test_a_member_gets_everything_that_is_kept_and_nothing_of_the_others(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    hood.arrives(answer(hood.wait_for_mail_to(JAN), JAN, "In de Emmalaan.", proven=False))
    hood.wait_for_mail_to(OFFICER)
    hood.quiet()
    told = hood.command("data", JAN.upper(), "--json")
    assert told.returncode == 0, told.stderr
    account = json.loads(told.stdout)
    assert account["person"]["standing"] == "member"
    assert [(each["decision"], each["partner"]) for each in account["written"]] == [("reply", "Politie Utrecht-Oost")]
    assert [each["kind"] for each in account["received"]] == ["bulletin", "acknowledgement"]
    assert account["received"][0]["result"] == "sent"
    place = account["configuration"][0]["place"]
    line = int(place.rpartition(":")[2])
    assert hood.config.read_text().splitlines()[line - 1].strip() == f"- {JAN}"
    readable = hood.command("data", JAN).stdout
    assert "Gele Polo" in readable
    assert "Doorgegeven aan Politie Utrecht-Oost." in readable
    for other in OTHERS:
        assert other not in told.stdout + readable


def test_about_somebody_unknown_there_is_nothing_to_tell(hood: Neighbourhood) -> None:
    hood.configure()
    told = hood.command("data", "nobody@elsewhere.example")
    assert told.returncode == 66
    assert "Nothing is kept" in told.stderr
    assert hood.command("data", "not an address").returncode == 64
