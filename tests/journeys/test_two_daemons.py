"""Two daemons behind one PostgreSQL: a neighbour notices nothing, whichever of them stands or falls."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.neighbourhood import MEMBERS, OFFICER, mail, until
from tests.journeys.street import Street
from tests.support.dovecot import Dovecot
from tests.support.postgresql import Postgresql
from tests.support.sink import Habits

POLO = mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?")
MANY = 1000
TAKE_OVER = 40.0  # seconds; the silence after which a daemon counts as dead is 15


@pytest.fixture
def street(dovecot: Dovecot, tmp_path: Path, postgresql: Postgresql) -> Iterator[Street]:
    with Street(dovecot, tmp_path, postgresql.new_database()) as made:
        yield made


def test_a_bulletin_reaches_each_neighbour_once_with_two_daemons_at_work(street: Street) -> None:
    street.start()
    street.another()
    street.arrives(POLO)
    for member in MEMBERS:
        street.wait_for_mail_to(member)
    street.quiet()
    assert Counter(street.reached()) == Counter(MEMBERS)


def test_when_the_watching_daemon_stops_the_other_takes_the_mailbox_at_once(street: Street) -> None:
    street.start()
    other = street.another()
    until(lambda: street.on_roll(other.pid)["watches"] == [], "the second stands by")
    assert street.stop() == 0
    until(lambda: street.on_roll(other.pid).get("watches"), "the other daemon watches", patience=14.0)
    street.arrives(POLO)
    street.wait_for_mail_to(MEMBERS[0])


def test_when_the_watching_daemon_is_killed_the_other_takes_over(street: Street) -> None:
    street.start()
    other = street.another()
    street.kill()
    street.arrives(POLO)
    until(lambda: street.sent_to(MEMBERS[0]), "the other daemon sends", patience=TAKE_OVER)
    assert street.on_roll(other.pid)["watches"] == ["wilhelminapark"]


def test_status_tells_of_each_daemon_and_of_the_whole(street: Street) -> None:
    street.start()
    other = street.another()
    until(lambda: street.whole().get("ok"), "all is well")
    told = street.command("status", "--json")
    status = json.loads(told.stdout)
    assert told.returncode == 0
    assert [network["mailbox"] for network in status["networks"]] == ["idle"]
    assert sorted(daemon["pid"] for daemon in status["daemons"]) == sorted((street.pid, other.pid))
    assert sorted(daemon["watches"] for daemon in status["daemons"]) == [[], ["wilhelminapark"]]


@pytest.mark.timeout(240)
def test_one_of_two_daemons_is_killed_amid_a_thousand_and_nobody_is_missed(
    dovecot: Dovecot, tmp_path: Path, postgresql: Postgresql
) -> None:
    members = tuple(f"lid{number}@mail.example" for number in range(MANY))
    with Street(dovecot, tmp_path, postgresql.new_database(), habits=Habits(late_reply=0.2)) as street:
        street.members = members
        street.configure(retry="{first: 1s, longest: 2s, uncertain: 2s}", smtp=", max_recipients: 10, connections: 2")
        street.start()
        victim = street.another()
        street.arrives(POLO)
        until(lambda: len(street.reached()) > MANY // 4, "a quarter is out")
        doubtful = street.kill_daemon(victim)
        until(lambda: set(members) <= set(street.reached()), "everybody is reached", patience=100.0)
        until(street._nothing_due, "nothing is due", patience=60.0)
        copies = Counter(street.reached())
        assert sorted(copies) == sorted(members)
        assert max(copies.values()) <= 2
        assert {member for member, number in copies.items() if number > 1} <= doubtful
