"""Which cells are measured, in which order, and which peer is left out of which.

* The cells that goals speak of come first; the table is whole where a run ends early.
* A peer that would need more than 45 seconds for a cell, reckoned from what it needs for fewer members, is left out of it:
  nobody waits so long to see a number that can be reckoned. GNU Mailman in the cells of the goals is not left out.
* 50,000 members are there to see how binrelay grows; nobody else is measured with so many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tests.bench.peers import Cell

LIMIT = 45.0  # seconds
SMALL, LARGE = 10_240, 1_048_576
GOALS = (
    Cell(10_000, SMALL, each=False),
    Cell(1000, SMALL, each=False, delay=20),
    Cell(10_000, SMALL, each=True),
    Cell(1000, SMALL, each=True, delay=20),
    Cell(1000, LARGE, each=True),
)
GROWTH = tuple(Cell(50_000, size, each=each) for size, each in ((SMALL, False), (SMALL, True), (LARGE, False)))
_US, _YARDSTICK = "binrelay", "GNU Mailman 3"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds for one member, as measured with fewer of them."""

    each: float  # one each
    large: float  # on top of that: 1 MB one each
    far: float  # on top of that: one each at 20 ms
    far_batch: float  # in batches at 20 ms


_PACES = {
    _YARDSTICK: Pace(0.012, 0.017, 0.085, 0.024),
    "mlmmj": Pace(0.0001, 0.012, 0.082, 0.023),
    "plain script": Pace(0.0006, 0.010, 0.081, 0.022),
    "smtp-source": Pace(0.00004, 0.001, 0.020, 0.0054),
    "Postfix alias": Pace(0.0005, 0.001, 0.003, 0.0003),
}


def cells(members: tuple[int, ...], sizes: tuple[int, ...], delays: tuple[int, ...]) -> Iterator[Cell]:
    """Those of the wanted ones in the order in which they are measured."""
    wanted = [
        Cell(count, size, each, delay)
        for delay, size, count, each in product(delays, sizes, members, (False, True))
        if count <= max(cell.members for cell in GOALS)
    ]
    first = [*GOALS, *GROWTH]
    yield from (cell for cell in GOALS if cell in wanted)
    yield from (cell for cell in GROWTH if cell.members in members)
    yield from (cell for cell in wanted if cell not in first)


def expected(peer: str, cell: Cell) -> float:
    """Seconds; 0 where it is not known to be slow."""
    pace = _PACES.get(peer)
    if pace is None:
        return 0.0
    if not cell.each:
        return cell.members * pace.far_batch if cell.delay else 0.0
    large = pace.large if cell.size == LARGE else 0.0
    return cell.members * (pace.each + large + (pace.far if cell.delay else 0.0))


def left_out(peer: str, cell: Cell) -> str | None:
    """Why this peer is not measured in this cell."""
    if cell in GROWTH:
        return None if peer == _US else "only binrelay is measured with so many"
    if peer == _YARDSTICK and cell in GOALS:
        return None
    seconds = expected(peer, cell)
    return f"would take about {seconds / 60:.0f} min" if seconds > LIMIT else None
