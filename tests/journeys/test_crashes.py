"""The daemon dies before and after each effect on the world: nothing is lost, nobody is wrong, nothing comes twice in vain.

`make test` tries each point in one flow that passes it; `make crashes` tries every point of every flow.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.crash_site import CrashSite
from tests.journeys.flows import FLOWS, reached
from tests.journeys.neighbourhood import until
from tests.support.dovecot import Dovecot
from tests.support.watchful_sink import PHASES

EVERY = bool(os.environ.get("EVERY_CRASH"))


def around(*effects: str) -> tuple[str, ...]:
    return tuple(f"{effect}:{side}" for effect in effects for side in ("before", "after"))


OUT = around("store.claim", "submitter.submit", "store.record")
AT_SERVER = PHASES
AGAIN = PHASES[1:]  # on a connection that is open already
AT_START = around("store.unclaim", "store.failures", "store.forget", "inbox.connect")
BY_THE_CLOCK = around("store.ripen", "store.wiped", "store.claim")  # passed in any flow, sooner or later
AT_STOP = around("inbox.close", "submitter.close")
WRITE = re.compile(r"store\..*:before")
IN = around("store.enqueue", "inbox.file_all")

# Every point that a flow passes. A new effect of the daemon has to be added here: a test sees to that.
POINTS = {
    "first start": (*AT_START, *around("store.set_watch", "store.acquaint")),
    "outage": (*AT_START, *BY_THE_CLOCK, *IN, *OUT, *AT_SERVER),
    "bulletin": (*IN, *OUT, *AT_SERVER),
    "reply": (*IN, *OUT, *AGAIN),
    "report": (*IN, *OUT, *AT_SERVER),
    "answer": (*IN, *OUT, *AGAIN),
    "hold": (*IN, *around("store.post"), *OUT, *AT_SERVER),
    "release": (*around("store.enqueue", "inbox.file_all"), *OUT, *AGAIN),
    "reject": around("store.reject"),
    "bounce": (*IN, *around("store.failures")),
}


def chosen() -> list[tuple[str, str]]:
    """Each point in one flow, those of sending in different ones; or every point of every flow."""
    if EVERY:
        return [(flow, point) for flow, points in POINTS.items() for point in points]
    flows = list(POINTS)
    places = list(dict.fromkeys(point for points in POINTS.values() for point in points))
    passing = {point: [flow for flow in flows if point in POINTS[flow]] for point in places}
    return [(passing[point][number % len(passing[point])], point) for number, point in enumerate(places)]


@pytest.fixture
def site(dovecot: Dovecot, tmp_path: Path) -> Iterator[CrashSite]:
    with CrashSite(dovecot, tmp_path) as made:
        yield made


def run(site: CrashSite, flow: str, *, point: str = "", refuse: bool = False) -> None:
    """Up to the step, then the step with the trap armed, until all is done or the daemon is dead."""
    FLOWS[flow].start(site, point, refuse)
    FLOWS[flow].before(site)
    site.before = reached(site)
    site.arm()
    FLOWS[flow].step(site)
    until(lambda: site.struck() or (not point and site.at_rest()), f"the daemon passes {point}")
    assert not point or point in site.passed()


def recover(site: CrashSite, flow: str) -> None:
    """Another daemon takes up the work, and all is as if nothing had happened."""
    site.disarm()
    doubtful = site.in_doubt()
    site.revive()
    site.settle()
    site.stop()
    site.check_ledger(twice=doubtful)
    assert reached(site) - site.before == FLOWS[flow].reaches


def test_there_are_enough_points_and_each_flow_is_tried() -> None:
    assert len({point for points in POINTS.values() for point in points}) >= 36
    assert set(POINTS) == set(FLOWS)


@pytest.mark.parametrize("flow", list(FLOWS))
def test_every_effect_of_a_flow_is_one_of_the_points(site: CrashSite, flow: str) -> None:
    run(site, flow)
    site.stop()
    site.check_ledger(twice=set())
    assert site.passed() <= {*POINTS[flow], *BY_THE_CLOCK, *AT_STOP, "smtp.connect"}
    assert reached(site) - site.before == FLOWS[flow].reaches


@pytest.mark.parametrize(("flow", "point"), chosen())
def test_after_a_crash_at_any_point_all_is_as_if_nothing_had_happened(site: CrashSite, flow: str, point: str) -> None:
    run(site, flow, point=point)
    recover(site, flow)


@pytest.mark.parametrize(("flow", "point"), [each for each in chosen() if WRITE.fullmatch(each[1])])
def test_a_database_that_refuses_to_write_loses_nothing(site: CrashSite, flow: str, point: str) -> None:
    """From that point on, until the daemon has given up or waits; then there is room again."""
    run(site, flow, point=point, refuse=True)
    recover(site, flow)


@pytest.mark.parametrize("point", AT_STOP)
def test_a_crash_while_it_stops_is_no_worse_than_a_stop(site: CrashSite, point: str) -> None:
    site.begin(point=point)
    FLOWS["bulletin"].step(site)
    site.settle()
    site.arm()
    site.stop()
    assert point in site.passed()
    recover(site, "bulletin")
