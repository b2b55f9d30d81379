"""Two daemons behind one PostgreSQL: one dies at a named point, the other finishes. Nothing is lost, nobody is wrong.

`make test` tries a telling few of the points, `make crashes` all. Many lives run at once, for they mostly wait.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.journeys.crash_street import CrashStreet
from tests.journeys.test_crashes import POINTS, around, recover, run
from tests.support.dovecot import Dovecot
from tests.support.postgresql import Postgresql

AT_ONCE = 5  # lives; each has two daemons with up to four connections each to the database
ALONE = around("store.unclaim")  # what a daemon does that has its store for itself
ROTA = around("rota.tidy", "rota.attend", "rota.bury")
AT_STOP = around("rota.resign")

# A point of each kind: before and behind each commit, each word of the line, each folder.
TELLING = (
    ("bulletin", "store.enqueue:after"),
    ("bulletin", "inbox.file_all:before"),
    ("outage", "store.claim:after"),
    ("bulletin", "smtp.data"),
    ("report", "smtp.dot"),
    ("bulletin", "smtp.replied"),
    ("bulletin", "store.record:before"),
    ("answer", "store.record:after"),
    ("hold", "store.post:after"),
    ("release", "inbox.file_all:before"),
)
EVERY = tuple(
    (flow, point)
    for flow, points in POINTS.items()
    for point in (*points, *(ROTA if flow == "first start" else ()))
    if point not in ALONE
)


def live(street: CrashStreet, flow: str, point: str) -> str:
    """What was not as it should be."""
    try:
        with street:
            run(street, flow, point=point)
            recover(street, flow)
            assert {point for point in street.passed() if point.startswith("rota.")} <= {*ROTA, *AT_STOP}
    except AssertionError as error:
        return f"{flow}, {point}: {error}"
    return ""


@pytest.mark.timeout(1800)
def test_one_of_two_daemons_dies_at_any_point_and_the_other_finishes(
    dovecot: Dovecot, tmp_path: Path, postgresql: Postgresql
) -> None:
    lives = EVERY if os.environ.get("EVERY_CRASH") else TELLING
    streets = [CrashStreet(dovecot, tmp_path / str(place)) for place in range(len(lives))]
    for street in streets:
        street.folder.mkdir()
        street.store = postgresql.new_database()
    with ThreadPoolExecutor(AT_ONCE) as together:
        told = list(together.map(live, streets, *zip(*lives, strict=True)))
    assert not any(told), "\n".join(filter(None, told))
