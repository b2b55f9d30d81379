"""The power goes, the server goes, the YAML is edited, and still everybody gets everything once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, ROOT, Neighbourhood, mail, until

CROWD = tuple(f"buur{number}@mail.example" for number in range(200))


@contextmanager
def slow_provider(folder: Path) -> Iterator[int]:
    """A recording provider in a process of its own that takes its time; the port."""
    command = [sys.executable, "-m", "tests.support.sink", "--folder", str(folder), "--delay", "0.3"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().split()[1])
        finally:
            process.terminate()


def received(folder: Path) -> list[str]:
    return [name for file in folder.glob("*.json") for name in json.loads(file.read_text())["rcpt_tos"]]


def test_the_power_goes_in_the_middle_of_a_bulletin_and_nobody_is_forgotten(
    hood: Neighbourhood, tmp_path: Path
) -> None:
    folder = tmp_path / "received"
    with slow_provider(folder) as port:
        hood.smtp_port, hood.members = port, CROWD
        hood.configure(retry="{first: 1s, longest: 2s, uncertain: 1s}", smtp=", connections: 2, max_recipients: 10")
        hood.start()
        hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
        until(lambda: 20 <= len(received(folder)) < len(CROWD), "some have it")
        hood.kill()
        hood.start()
        until(lambda: set(received(folder)) == set(CROWD), "all have it")
        hood.quiet()
    copies = [received(folder).count(name) for name in CROWD]
    assert min(copies) == 1
    # What was on the two lines at that moment may come twice, with the same Message-ID; nothing else may.
    assert sum(copies) - len(CROWD) <= 20
    ids = {
        line
        for file in folder.glob("*.eml")
        for line in file.read_bytes().splitlines()
        if line.startswith(b"Message-ID")
    }
    assert len(ids) == 1


def test_a_mail_that_is_read_again_after_the_power_came_back_is_not_sent_again(hood: Neighbourhood) -> None:
    hood.start()
    content = mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n")
    hood.arrives(content)
    hood.wait_for_mail_to(MEMBERS[0])
    hood.kill()
    hood.arrives(content)
    hood.start()
    hood.quiet()
    assert hood.provider.recipients.count(MEMBERS[0]) == 1
    assert len(hood.folder_of("BIN/Verwerkt")) >= 1


def test_a_provider_that_is_down_costs_nobody_the_bulletin(hood: Neighbourhood) -> None:
    hood.provider.fail_next("MAIL", "451 4.3.0 try later")
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    hood.wait_for_mail_to(MEMBERS[0])
    hood.quiet()
    assert sorted(hood.provider.recipients) == sorted(MEMBERS)


def test_the_mail_server_restarts_and_the_next_bulletin_goes_out(hood: Neighbourhood) -> None:
    hood.start()
    hood.dovecot.stop()
    until(lambda: hood.status()["networks"][0]["mailbox"] == "down", "the loss is noticed")
    assert hood.command("status").returncode == 75
    hood.dovecot.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    hood.wait_for_mail_to(MEMBERS[0])


def test_a_new_neighbour_in_the_yaml_gets_the_next_bulletin(hood: Neighbourhood) -> None:
    hood.start()
    hood.members = (*MEMBERS, "nieuw@mail.example")
    hood.configure()
    until(lambda: hood.status()["networks"][0]["members"] == len(MEMBERS) + 1, "the edit is in use")
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    hood.wait_for_mail_to("nieuw@mail.example")


def test_a_mistake_in_the_yaml_changes_nothing_and_is_told(hood: Neighbourhood) -> None:
    hood.start()
    good = hood.config.read_text()
    hood.config.write_text(good.replace("reports_to: [politie]", "reports_to: [politei]"))
    notice = hood.wait_for_mail_to(ANNA)
    assert "politei" in notice.get_content()
    told = hood.command("status", "--json")
    assert told.returncode == 75
    assert "politei" in told.stdout
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    hood.wait_for_mail_to(MEMBERS[0])
    hood.config.write_text(good)
    until(lambda: hood.command("status").returncode == 0, "all is well again")


def test_it_stops_when_it_is_told_to_and_leaves_nothing_half_done(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    hood.wait_for_mail_to(MEMBERS[0])
    assert hood.stop() == 0
    assert hood.command("status").returncode == 69
