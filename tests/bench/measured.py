"""What the results files hold, by cell and peer: medians."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median

from tests.bench import arrival, rest, several
from tests.bench.peers import Cell
from tests.bench.receiver import BUILD
from tests.bench.results import Row, read

US = "binrelay"
PEERS = (US, "smtp-source", "Postfix alias", "plain script", "mlmmj", "GNU Mailman 3")

Cells = dict[tuple[Cell, str], list[Row]]


@dataclass(slots=True)
class Measured:
    rows: Cells = field(default_factory=lambda: defaultdict(list))
    growth: Cells = field(default_factory=lambda: defaultdict(list))  # binrelay alone, one size after the other
    arrival: list[Row] = field(default_factory=list)
    several: list[Row] = field(default_factory=list)
    rest: list[Row] = field(default_factory=list)

    def cells(self) -> Iterator[Cell]:
        yield from dict.fromkeys(cell for cell, _ in self.rows)

    def of(self, cell: Cell, peer: str, name: str = "wall") -> float | None:
        """The median of what was measured; None where it was not."""
        return _middle(self.rows.get((cell, peer), ()), name)

    def grown(self, cell: Cell, name: str = "wall") -> float | None:
        """The same of binrelay, from the run in which it is alone."""
        return _middle(self.growth.get((cell, US), ()), name)

    def why_not(self, cell: Cell, peer: str) -> str:
        """Why there is no figure, in short."""
        told = self.rows.get((cell, peer), ())
        return next((str(row[why]) for row in told for why in ("left_out", "failed") if why in row), "not measured")

    def times(self, cell: Cell, peer: str) -> float | None:
        """How many times as long as binrelay the peer takes."""
        ours, theirs = self.of(cell, US), self.of(cell, peer)
        return theirs / ours if ours and theirs else None


def load() -> Measured:
    measured = Measured(arrival=read(arrival.FILE), several=read(several.FILE), rest=read(rest.FILE))
    _sort(measured.rows, read(BUILD / "results.jsonl"))
    _sort(measured.growth, read(BUILD / "growth.jsonl"))
    return measured


def _sort(cells: Cells, rows: Iterable[Row]) -> None:
    for row in rows:
        cells[Cell(row["members"], row["size"], row["each"], row["delay"]), row["peer"]].append(row)


def _middle(rows: Iterable[Row], name: str) -> float | None:
    values = [float(row[name]) for row in rows if name in row]
    return median(values) if values else None
