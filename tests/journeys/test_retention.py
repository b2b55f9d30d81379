"""What nobody needs any more goes, from the folders too; what a person keeps there stays."""

from __future__ import annotations

import time

from tests.journeys.neighbourhood import MEMBERS, OFFICER, Neighbourhood, mail, until


def test_after_its_time_a_mail_leaves_the_folder_and_status_says_so(hood: Neighbourhood) -> None:
    hood.configure("    retention: {content: 2s, conversations: 180d}")
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie?\n"))
    hood.wait_for_mail_to(MEMBERS[0])
    hood.arrives(mail(OFFICER, "Wachtwoorden", "Klik.\n", proven=False))
    hood.wait_for_folder("BIN/Wacht")
    hood.quiet()
    hood.wait_for_folder("BIN/Verwerkt")
    hood.stop()
    own = mail("tante@elders.example", "Recept", "Boter.\n", proven=False)
    hood.dovecot.append(hood.user, "BIN/Verwerkt", own, date=time.time() - 90 * 86400)
    time.sleep(2.1)
    hood.start()
    until(lambda: hood.status()["networks"][0]["forgetting"]["folders"], "the folders were looked through")
    assert hood.folder_of("BIN/Verwerkt") == [own]
    assert len(hood.folder_of("BIN/Wacht")) == 1
    assert "folders-emptied" in hood.log()
