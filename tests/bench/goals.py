"""What was aimed at, and what came of it: one row each, reached or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.matrix import LARGE, SMALL
from tests.bench.measured import US, Measured
from tests.bench.peers import Cell

_MAILMAN, _POSTFIX, _SOURCE = "GNU Mailman 3", "Postfix alias", "smtp-source"
_NO_WORSE = 1.1  # of two runs, one is never exactly as fast as the other


@dataclass(frozen=True, slots=True)
class Goal:
    wanted: str
    measured: str
    reached: bool | None  # None: not measured


def goals(measured: Measured) -> Iterator[Goal]:
    faster = (
        ("in batches to 10,000", Cell(10_000, SMALL, each=False), 25.0, 1.0),
        ("in batches to 1,000 at 20 ms", Cell(1000, SMALL, each=False, delay=20), 80.0, 1.0),
        ("one each to 10,000", Cell(10_000, SMALL, each=True), 80.0, 3.0),
        ("one each to 1,000 at 20 ms", Cell(1000, SMALL, each=True, delay=20), 60.0, 1.0),
    )
    for name, cell, mailman, postfix in faster:
        yield _faster(measured, cell, _MAILMAN, at_least=mailman, name=name)
        yield _faster(measured, cell, _POSTFIX, at_least=postfix, name=name)
    yield _near_the_limit(measured)
    yield from _arrival(measured)
    yield from _growth(measured)
    yield from _rest(measured)
    yield from _killed(measured)


def _faster(measured: Measured, cell: Cell, peer: str, *, at_least: float, name: str) -> Goal:
    wanted = f"10 kB {name}: {f'at least {at_least:g} times as fast as' if at_least > 1 else 'faster than'} {peer}"
    times = measured.times(cell, peer)
    if times is None:
        return Goal(wanted, measured.why_not(cell, peer), None)
    ours, theirs = measured.of(cell, US), measured.of(cell, peer)
    return Goal(wanted, f"{times:.1f} times ({ours:.3f} s, they {theirs:.2f} s)", times >= at_least)


def _near_the_limit(measured: Measured) -> Goal:
    cell = Cell(1000, LARGE, each=True)
    wanted = f"1 MB one each to 1,000: at most 2 times as long as {_SOURCE}"
    times = measured.times(cell, _SOURCE)
    if times is None:
        return Goal(wanted, measured.why_not(cell, _SOURCE), None)
    ours, theirs = measured.of(cell, US), measured.of(cell, _SOURCE)
    return Goal(wanted, f"{1 / times:.1f} times ({ours:.2f} s, it {theirs:.2f} s)", 1 / times <= 2.0)


def _arrival(measured: Measured) -> Iterator[Goal]:
    for row in measured.arrival[-1:]:
        wanted = "from the announcement of a mail to the first recipient accepted: {} under {} ms"
        for name, column, limit in (("median", "median", 50), ("95 of 100", "p95", 150)):
            yield Goal(wanted.format(name, limit), f"{row[column] * 1000:.0f} ms", row[column] * 1000 < limit)


def _growth(measured: Measured) -> Iterator[Goal]:
    for each, way in ((False, "in batches"), (True, "one each")):
        small, large = (measured.grown(Cell(count, LARGE, each=each), "memory") for count in (100, 10_000))
        if small and large:
            grown, wanted = large - small, f"1 MB {way}: memory grows by less than 10 MB from 100 to 10,000 members"
            yield Goal(wanted, f"{grown:.1f} MB, from {small:.0f} to {large:.0f}", grown < 10)
    for size, each, name in (
        (SMALL, False, "10 kB in batches"),
        (SMALL, True, "10 kB one each"),
        (LARGE, False, "1 MB in batches"),
    ):
        few, many = (measured.grown(Cell(count, size, each=each)) for count in (10_000, 50_000))
        if few and many:
            wanted = f"{name}: time from 10,000 to 50,000 members grows no worse than linearly"
            yield Goal(wanted, f"{many / few:.1f} times for 5 times as many", many / few <= 5 * _NO_WORSE)


def _rest(measured: Measured) -> Iterator[Goal]:
    for row in [row for row in measured.rest if row["networks"] > 1][-1:]:
        name = f"{row['networks']} networks at rest"
        yield Goal(f"{name}: under 1.5 MB each", f"{row['each']:.2f} MB", row["each"] < 1.5)
        yield Goal(f"{name}: under 5 % of a core", f"{row['core'] * 100:.1f} %", row["core"] < 0.05)


def _killed(measured: Measured) -> Iterator[Goal]:
    for row in [row for row in measured.several if row["what"] == "killed"][-1:]:
        wanted = (
            f"one of two daemons dies amid {row['members']:,}: none missed, none twice but those at their last byte"
        )
        told = f"{row['missed']} missed, {row['twice']} twice of {row['uncertain']} at their last byte"
        yield Goal(wanted, told, row["missed"] == 0 and row["twice"] <= row["uncertain"])
