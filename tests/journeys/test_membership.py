"""Who comes and goes: the next bulletin reaches exactly those who are members at that moment."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from binrelay.mail.address import Address
from binrelay.model import Listed
from binrelay.records.members import Cause, Standing, State
from binrelay.store.store import open_store
from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, Neighbourhood, mail, until
from tests.support.dovecot import Dovecot
from tests.support.sink import Habits


def stand(hood: Neighbourhood, standing: Standing) -> None:
    """As a command in another process does, beside the running daemon."""

    async def write() -> None:
        store = await open_store(f"sqlite://{hood.folder}/state/binrelay.sqlite3")
        await store.stand((standing,))
        await store.close()

    asyncio.run(write())


def test_a_pause_written_beside_the_running_daemon_counts_and_ends_by_itself(hood: Neighbourhood) -> None:
    hood.start()
    jan = Address(MEMBERS[0], MEMBERS[0])
    now = time.time()
    stand(hood, Standing("wilhelminapark", jan, State.PAUSED, Cause.OWN_WISH, now, Listed.ACTIVE, until=now + 8))
    until(lambda: hood.status()["networks"][0]["paused"] == 1, "the pause is in use")
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    hood.wait_for_mail_to(MEMBERS[1])
    until(lambda: hood.status()["networks"][0]["paused"] == 0, "the pause is over")
    hood.arrives(mail(OFFICER, "Blauwe Golf", "Wie heeft hem gezien?\n"))
    assert "Blauwe Golf" in hood.wait_for_mail_to(MEMBERS[0])["Subject"]
    assert len(hood.sent_to(MEMBERS[0])) == 1


def days_pass(hood: Neighbourhood, days: int) -> None:
    """What the store noted of failures becomes older."""
    with closing(sqlite3.connect(hood.folder / "state" / "binrelay.sqlite3")) as connection, connection:
        connection.execute("update bounces set at = at - ?", (days * 86400.0,))


def noted_failures(hood: Neighbourhood) -> int:
    with closing(sqlite3.connect(hood.folder / "state" / "binrelay.sqlite3")) as connection:
        return int(connection.execute("select count(*) from bounces").fetchone()[0])


def test_a_neighbour_whose_address_is_gone_is_paused_and_the_coordinator_hears_of_it(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    gone = MEMBERS[0]
    with Neighbourhood(dovecot, tmp_path, habits=Habits(refusals={gone: "550 5.1.1 no such user"})) as hood:
        hood.start()
        hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
        until(lambda: noted_failures(hood) == 1, "the refusal is noted")
        days_pass(hood, 3)
        hood.arrives(mail(OFFICER, "Blauwe Golf", "Wie heeft hem gezien?\n"))
        until(lambda: hood.status()["networks"][0]["paused"] == 1, "the pause")
        texts = [hood.text_of(hood.wait_for_mail_to(ANNA, number=number)) for number in (1, 2, 3)]
        assert sum("op pauze gezet" in text for text in texts) == 1
        assert gone not in "".join(texts)
        hood.arrives(mail(gone, "Ik heb een nieuwe mailbox", "Hij doet het weer.\n"))
        until(lambda: hood.status()["networks"][0]["paused"] == 0, "who writes is there")
