"""What servers say quotes people; what an admin mistypes holds addresses. None of it reaches a log, `status` or a notice.

Every journey is searched at its end; here the searcher itself is shown to find things, and the worst roads are walked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, Neighbourhood, mail, until
from tests.journeys.silence import Outputs, Secrets, told_too_much
from tests.support.dovecot import Dovecot
from tests.support.sink import Habits

JAN, PIET = MEMBERS[:2]
NAMED = ("{address: jan@mail.example, name: Jan de Vries, also: [jan@work.example]}", *MEMBERS[1:])
RUDE = {
    JAN: f"550 5.1.1 <{JAN}>: Jan de Vries has left, ask {PIET}",
    PIET: f"450 4.2.0 mailbox of {PIET} (Piet) is busy; see https://help.example/?u=piet%40mail.example",
}


@pytest.fixture
def rude(dovecot: Dovecot, tmp_path: Path) -> Iterator[Neighbourhood]:
    with Neighbourhood(dovecot, tmp_path, habits=Habits(refusals=RUDE)) as neighbourhood:
        neighbourhood.members = NAMED
        yield neighbourhood


def test_what_the_provider_says_of_neighbours_is_told_to_nobody(rude: Neighbourhood) -> None:
    rude.start()
    rude.arrives(mail(OFFICER, "Bericht over Jan de Vries", "Wie heeft de gele Polo gezien?\n"))
    rude.wait_for_mail_to("fatima@post.example")
    rude.command("status")
    rude.command("status", "--json")
    queue = rude.command("queue")
    rude.command("queue", "--json")
    assert "mailbox of …" in queue.stdout


def test_a_held_mail_of_a_neighbour_is_told_of_without_the_neighbour(rude: Neighbourhood) -> None:
    rude.start()
    rude.arrives(
        mail(f"Jan de Vries <{JAN}>", "Vraag van J. de Vries", "afmelden\nGroet, Jan de Vries\n", proven=False)
    )
    rude.arrives(mail(OFFICER, "Re: melding van Jan de Vries", f"Bel {JAN} maar.\n"))
    rude.wait_for_mail_to(ANNA)
    rude.command("held", "list")
    rude.command("held", "list", "--json")


def test_an_edit_that_gives_a_neighbour_two_roles_is_told_by_its_place(rude: Neighbourhood) -> None:
    rude.start()
    rude.config.write_text(rude.config.read_text().replace(f"coordinators: [{ANNA}]", f"coordinators: [{JAN}]"))
    until(lambda: rude.status()["config"]["error"], "the edit is refused")
    rude.command("status")
    assert f"{rude.config}:8:" in rude.command("status", "--json").stdout
    rude.wait_for_mail_to(ANNA)


def test_a_daemon_that_cannot_start_tells_its_log_the_place_and_not_the_person(rude: Neighbourhood) -> None:
    rude.configure()
    text = rude.config.read_text().replace("    members:\n", f"    members:\n      {JAN}: {PIET}\n")
    rude.config.write_text(text)
    told = rude.command("run")
    assert told.returncode == 78
    assert f"{rude.config}:" in told.stderr
    assert rude.command("status").returncode == 78


SEEN = Secrets({JAN}, {OFFICER}, {"Jan de Vries"}, {"Gele Polo"})


@pytest.mark.parametrize(
    ("outputs", "count"),
    [
        (Outputs(log=f"mailbox-down detail={JAN}"), 1),
        (Outputs(log=f"refused {OFFICER}"), 1),
        (Outputs(log="gele polo van JAN DE VRIES"), 2),
        (Outputs(statuses=[f'{{"refused": "550 {JAN}"}}']), 1),
        (Outputs(commands=[("status --json", JAN), ("held show K7Q4M2X9", JAN), ("data jan", JAN)]), 1),
        (Outputs(notices=["Onderwerp: Jan de Vries"]), 1),
        (Outputs(log="ready", notices=[f"Van: {OFFICER}\nOnderwerp: Gele Polo"]), 0),
    ],
)
def test_the_searcher_finds_what_it_is_for(outputs: Outputs, count: int) -> None:
    assert len(told_too_much(replace(outputs), SEEN)) == count
