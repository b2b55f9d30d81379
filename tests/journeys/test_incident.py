"""Something went wrong, and within 72 hours somebody has to say who got what."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.neighbourhood import COORDINATOR, MEMBERS, OFFICER, Neighbourhood, answer, mail, until
from tests.support.dovecot import Dovecot
from tests.support.sink import Habits

JAN = MEMBERS[0]


def told(hood: Neighbourhood, name: str) -> dict[str, Any]:
    done = hood.command("incident", name, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def number_in_log(hood: Neighbourhood, decision: str) -> str:
    """As the admin finds it: the arrival's id in the log."""
    events = [json.loads(line) for line in hood.log().splitlines() if line.startswith("{")]
    return str(next(each["id"] for each in events if each["event"] == "arrival" and each["decision"] == decision))


@pytest.fixture
def unlucky(dovecot: Dovecot, tmp_path: Path) -> Iterator[Neighbourhood]:
    """One of the neighbours has no mailbox any more."""
    habits = Habits(refusals={MEMBERS[3]: "550 5.1.1 no such user"})
    with Neighbourhood(dovecot, tmp_path, habits=habits) as hood:
        yield hood


def test_a_private_answer_that_was_released_to_all_is_told_with_everybody_who_got_it(unlucky: Neighbourhood) -> None:
    hood = unlucky
    hood.start()
    hood.arrives(mail(OFFICER, "RE: uw melding", f"Dag, {JAN.partition('@')[0]}, wij waren er.\n"))
    hood.wait_for_folder("BIN/Wacht")
    waiting = json.loads(hood.command("held", "list", "--json").stdout)
    hood.command("held", "release", waiting["id"])
    hood.wait_for_mail_to(JAN)
    hood.quiet()
    found = told(hood, waiting["id"].lower())
    assert found["people_reached"] == 3
    assert found["people_shown"] == []
    (sent,) = (each for each in found["mails"] if each["kind"] == "bulletin")
    assert sent["to"].endswith(f"<{COORDINATOR}>")
    assert "uw melding" in sent["subject"]
    outcome = {each["address"]: each for each in sent["recipients"]}
    assert set(outcome) == set(MEMBERS)
    assert outcome[JAN]["state"] == "sent"
    assert outcome[JAN]["at"]
    assert outcome[MEMBERS[3]]["reply"].startswith("550 5.1.1")
    readable = hood.command("incident", waiting["id"]).stdout
    assert "Received by 3 of 4" in readable
    here = time.strftime("%z")
    assert re.search(rf"^Arrival: .+, \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d {re.escape(here)}, from", readable, re.MULTILINE)
    assert "rule 8 (unmatched-reply)" in readable
    assert told(hood, f"<{sent['message_id']}>")["mails"] == [sent]
    assert sent in told(hood, sent["key"])["mails"]


def test_whom_a_mail_shows_is_told_and_after_it_was_forgotten_that_nobody_can_say(hood: Neighbourhood) -> None:
    hood.members = (f"{{address: {JAN}, name: Jan Jansen-Timmermans, identity: named}}", *MEMBERS[1:])
    hood.configure("    retention: {content: 1s, conversations: 180d}")
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie?\n"))
    hood.arrives(answer(hood.wait_for_mail_to(JAN), JAN, "Ik.", proven=False))
    tag = str(hood.wait_for_mail_to(OFFICER)["Subject"]).split("]")[0].split()[-1]
    hood.quiet()
    found = told(hood, tag)
    assert JAN in found["people_shown"]
    hood.stop()
    time.sleep(1.0)  # the retention of a content
    hood.start()  # forgetting comes first
    until(lambda: told(hood, tag)["contents_forgotten"] == 2, "the contents are forgotten")
    later = told(hood, number_in_log(hood, "reply"))
    assert later["people_shown"] == []
    readable = hood.command("incident", tag).stdout
    assert "cannot be looked up any more" in readable
    assert "Received by 1 of 1" in readable


def test_a_name_that_nothing_has_is_said_to_be_unknown(hood: Neighbourhood) -> None:
    hood.configure()
    told = hood.command("incident", "K7Q4M2X9")
    assert told.returncode == 66
    assert "Nothing is known" in told.stderr
