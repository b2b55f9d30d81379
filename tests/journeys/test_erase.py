"""Somebody wants to be forgotten: while it runs, while it does not, and while the mailbox cannot be reached."""

from __future__ import annotations

import shlex
from email import policy
from email.parser import BytesParser

import pytest

from tests.journeys.lives import (
    JAN,
    LISTED,
    PIET,
    TRACES,
    folders_of_the_daemon,
    found_in,
    live,
    written_by_the_daemon,
)
from tests.journeys.neighbourhood import OFFICER, Neighbourhood, mail, until


@pytest.fixture
def street(hood: Neighbourhood) -> Neighbourhood:
    hood.members = LISTED
    hood.configure()
    hood.start()
    return hood


def nothing_is_left(hood: Neighbourhood, tag: str) -> None:
    files, mails = written_by_the_daemon(hood), folders_of_the_daemon(hood)
    assert found_in([*files, *mails]) == []
    database = b"".join(file.read_bytes() for file in files if "sqlite3" in file.name)
    assert tag.encode() not in database
    parsed = (BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in mails)
    assert [mail["Subject"] for mail in parsed if tag in str(mail["Subject"])] == []


def test_while_the_daemon_runs_a_person_goes_from_everything_it_ever_wrote(street: Neighbourhood) -> None:
    tag = live(street)
    assert len({line.rpartition(": ")[2] for line in found_in(written_by_the_daemon(street))}) == len(TRACES)
    told = street.command("erase", JAN, "--yes")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "nothing left" in told.stdout
    nothing_is_left(street, tag)
    street.arrives(mail(OFFICER, "Groene Polo", "Deze ook?\n"))
    street.wait_for_mail_to(PIET, number=2)
    assert not [each for each in street.sent_to(JAN) if b"Groene" in each.content]
    street.stop()
    nothing_is_left(street, tag)


def test_while_the_daemon_is_stopped_it_is_the_same(street: Neighbourhood) -> None:
    tag = live(street)
    street.stop()
    street.arrives(mail(JAN, "Nog iets", "Vergeet mij.\n", proven=False))
    told = street.command("erase", JAN, "--yes")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "1 mails in the inbox" in told.stdout
    nothing_is_left(street, tag)
    assert street.command("data", JAN).returncode == 66
    assert street.command("erase", JAN, "--yes").returncode == 0


def test_with_the_mailbox_away_it_says_what_is_left_and_finishes_the_next_time(street: Neighbourhood) -> None:
    tag = live(street)
    street.stop()
    street.dovecot.stop()
    told = street.command("erase", JAN, "--yes")
    street.dovecot.start()
    assert told.returncode == 75
    assert "could not be reached" in told.stderr
    assert found_in(written_by_the_daemon(street)) == []
    again = shlex.split(told.stderr.splitlines()[-1].partition(": ")[2])
    assert again[:2] == ["binrelay", "erase"]
    done = street.command(*again[1:-2], "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    nothing_is_left(street, tag)


def test_what_the_police_answered_goes_by_itself_once_the_mailbox_is_back(street: Neighbourhood) -> None:
    live(street)
    street.stop()
    street.dovecot.stop()
    assert street.command("erase", JAN, "--yes").returncode == 75
    street.dovecot.start()
    street.start()

    def of_answer() -> list[bytes]:
        return [content for file in folders_of_the_daemon(street) if b"bakker" in (content := file.read_bytes())]

    until(lambda: not of_answer(), "the answer is gone")


def test_a_mail_of_somebody_else_that_waits_is_not_touched_and_told(street: Neighbourhood) -> None:
    live(street)
    street.arrives(mail(OFFICER, "Vermist", f"Weet u iets van {JAN}?\n"))
    street.wait_for_folder("BIN/Wacht", number=2)
    told = street.command("erase", JAN, "--yes")
    assert told.returncode == 75
    assert "decide about" in told.stderr
    assert len(street.folder_of("BIN/Wacht")) == 1


def test_nothing_goes_without_a_yes(street: Neighbourhood) -> None:
    told = street.command("erase", JAN)
    assert told.returncode == 64
    assert "--yes" in told.stderr
    assert JAN in street.config.read_text()


def test_a_partner_is_not_erased(street: Neighbourhood) -> None:
    told = street.command("erase", OFFICER, "--yes")
    assert told.returncode == 65
    assert "a sender of partner politie" in told.stderr
