"""Who comes and goes: the next bulletin reaches exactly those who are members at that moment."""

from __future__ import annotations

import asyncio
import time

from binrelay.mail.address import Address
from binrelay.model import Listed
from binrelay.records import Cause, Standing, State
from binrelay.store.store import open_store
from tests.journeys.neighbourhood import MEMBERS, OFFICER, Neighbourhood, mail, until


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
