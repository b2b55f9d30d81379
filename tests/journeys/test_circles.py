"""Machines that answer machines fall silent; a network that sends more than it can explain stops until a person looks."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from pathlib import Path

import pytest

from binrelay.store.store import open_store
from tests.journeys.neighbourhood import COORDINATOR, MEMBERS, OFFICER, Neighbourhood, answer, mail, read, until
from tests.support.dovecot import Dovecot

OTHER = "coordinator@bin-oost.example"
POLITE = {"Auto-Submitted": "auto-replied"}


class Post:
    """Carries mail between two neighbourhoods whose coordinators are on holiday: each mail is answered by a machine."""

    def __init__(self, west: Neighbourhood, east: Neighbourhood, habits: dict[str, str]) -> None:
        self.ways = ((west, east, OTHER), (east, west, COORDINATOR))
        self.habits = habits
        self.carried: list[EmailMessage] = []
        self._seen: dict[int, int] = {0: 0, 1: 0}

    def carry(self) -> int:
        """Takes on what is new; how many mails."""
        before = len(self.carried)
        for number, (sender, receiver, address) in enumerate(self.ways):
            found = sender.sent_to(address)[self._seen[number] :]
            self._seen[number] += len(found)
            for each in found:
                self.carried.append(read(each.content))
                receiver.arrives(each.content)
                sender.arrives(answer(self.carried[-1], address, "Ik ben er niet.\n", fields=self.habits, proven=False))
        return len(self.carried) - before


@pytest.mark.parametrize("habits", [POLITE, {}], ids=["polite", "without a word that it is a machine"])
def test_two_coordinators_on_holiday_fall_silent_within_four_mails(
    hood: Neighbourhood, dovecot: Dovecot, tmp_path: Path, habits: dict[str, str]
) -> None:
    folder = tmp_path / "east"
    folder.mkdir()
    with Neighbourhood(dovecot, folder) as east:
        hood.members, east.members = (OTHER,), (COORDINATOR + ".home",)
        hood.configure()
        east.configure()
        east.config.write_text(
            east.config.read_text().replace(COORDINATOR, OTHER).replace(OTHER + ".home", COORDINATOR)
        )
        hood.start()
        east.start()
        post = Post(hood, east, habits)
        hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
        east.arrives(mail(OFFICER, "Blauwe Golf", "Wie heeft hem gezien?\n"))
        until(lambda: post.carry() or len(post.carried) >= 2, "both bulletins are out")
        for _ in range(10):
            for each in (hood, east):
                each.quiet()
            if not post.carry():
                break
        else:
            raise AssertionError("they never fell silent")
        assert len(post.carried) <= 4


def break_off(hood: Neighbourhood) -> None:
    async def write() -> None:
        store = await open_store(f"sqlite://{hood.folder}/state/binrelay.sqlite3")
        await store.break_off("wilhelminapark", "too-many")
        await store.close()

    asyncio.run(write())


def test_a_stopped_network_says_so_without_mail_and_goes_on_when_a_person_says_so(hood: Neighbourhood) -> None:
    hood.start()
    break_off(hood)
    until(lambda: hood.status()["networks"][0]["stopped"] == "too-many", "the daemon sees it")
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    (word,) = hood.wait_for_folder("BIN/Wacht")
    assert "binrelay restart" in hood.text_of(read(word))
    hood.wait_for_folder("BIN/Verwerkt")
    assert hood.provider.recipients == []
    assert hood.command("status").returncode == 75
    hood.stop()
    hood.start()
    assert hood.command("restart", "wilhelminapark").returncode == 0
    hood.wait_for_mail_to(MEMBERS[0])
    assert hood.command("restart", "elsewhere").returncode == 66
