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
from tests.journeys.neighbourhood import ANNA, COORDINATOR, MEMBERS, OFFICER, Neighbourhood, answer, mail, until
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


def test_a_newcomer_in_the_yaml_is_welcomed_and_the_others_are_left_in_peace(hood: Neighbourhood) -> None:
    hood.configure("    welcome: true")
    hood.start()
    hood.members = (*MEMBERS, "nieuw@mail.example")
    hood.configure("    welcome: true")
    text = hood.text_of(hood.wait_for_mail_to("nieuw@mail.example"))
    assert all(word in text for word in ("112", "0900-8844", "afmelden", COORDINATOR))
    hood.quiet()
    assert hood.provider.recipients == ["nieuw@mail.example"]


def test_a_second_address_waits_and_the_line_of_the_notice_makes_it_known(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    received = hood.wait_for_mail_to(MEMBERS[0])
    hood.arrives(answer(received, "jan@werk.example", "Om half drie bij de bakker."))
    notice = hood.text_of(hood.wait_for_mail_to(ANNA))
    (line,) = [line for line in notice.splitlines() if line.startswith("also:")]
    assert MEMBERS[0] not in notice
    hood.members = (f"{{address: {MEMBERS[0]}, {line}}}", *MEMBERS[1:])
    hood.configure()
    until(lambda: "configuration-loaded" in hood.log(), "the edit is in use")
    hood.arrives(answer(received, "jan@werk.example", "En hij reed naar het park."))
    relayed = hood.wait_for_mail_to(OFFICER)
    assert "park" in hood.text_of(relayed)
    assert "jan" not in hood.sent_to(OFFICER)[-1].content.decode("utf-8", "replace").lower()
    # The notice spoke of a stranger, as it must; what a journey asks at its end is who is a member then.
    hood.members = MEMBERS
    hood.configure()


def test_members_read_each_in_their_own_language_and_a_coordinator_who_wants_to_reads_along(
    hood: Neighbourhood,
) -> None:
    hood.members = (MEMBERS[0], f"{{address: {MEMBERS[1]}, language: fr}}", f"{{address: {MEMBERS[2]}, language: en}}")
    hood.configure()
    text = hood.config.read_text().replace(
        f"coordinators: [{ANNA}]", f"coordinators: [{{address: {ANNA}, bulletins: true}}]"
    )
    hood.config.write_text(text)
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    found = [hood.wait_for_mail_to(who).as_string() for who in (*MEMBERS[:3], ANNA)]
    words = ("?subject=afmelden", "?subject=d%C3%A9sinscription", "?subject=unsubscribe", "?subject=afmelden")
    assert all(word in mail for word, mail in zip(words, found, strict=True))
    assert not any(who in mail for mail in found for who in (*MEMBERS, ANNA))
