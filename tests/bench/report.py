"""Makes docs/benchmarks.md, .png and .svg of what `tests.bench.compare` measured: medians, and ratios of one run.

python -m tests.bench.report [RESULTS] [FOLDER]
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.receiver import BUILD, HERE

Key = tuple[int, int, bool, int]  # delay, size, each, members
Rows = Mapping[Key, Mapping[str, list[dict[str, Any]]]]
US = "binrelay"
_COLOURS = {US: "#1f77b4", "smtp-source": "#7f7f7f", "Postfix alias": "#2ca02c", "plain script": "#9467bd",
            "mlmmj": "#ff7f0e", "GNU Mailman 3": "#d62728"}  # fmt: skip
_HEAD = """\
# Measured

One mail to all members of a list, from the moment a peer is handed it to the last recipient that the receiving server
took; medians of one run in shuffled order. binrelay is the whole daemon with its durable outbox behind a real
mailbox, and its clock starts when the mail server announces the mail (Dovecot holds that back by half a second). *In
batches*: 50 recipients a transaction over at most four connections. *One each*: a transaction and a return address
for each member. The receiver is `tests/bench/receiver.c`; *20 ms* means that it answers each command so much later.
smtp-source is Postfix's load generator, which keeps nothing: the limit, not a peer. Again: `make compare`.

![seconds for one mail, by members](benchmarks.png)
"""


def load(lines: Iterable[str]) -> Rows:
    rows: defaultdict[Key, defaultdict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        row = json.loads(line)
        rows[(row["delay"], row["size"], row["each"], row["members"])][row["peer"]].append(row)
    return rows


def middle(measured: Iterable[Mapping[str, Any]], name: str) -> float | None:
    values = [row[name] for row in measured if name in row]
    return median(values) if values else None


def title(key: Key) -> str:
    delay, size, each, members = key
    way = "one each" if each else "in batches"
    return f"{members:,} members, {'10 kB' if size < 100_000 else '1 MB'}, {way}, {delay} ms"


def table(key: Key, peers: Mapping[str, list[dict[str, Any]]]) -> str:
    ours = middle(peers.get(US, ()), "wall")
    lines = [
        f"\n## {title(key)}\n",
        "| | seconds | to the first | times ours | processor s | peak MB | transactions | runs |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    known = sorted(peers, key=lambda name: middle(peers[name], "wall") or float("inf"))
    return "\n".join([*lines, *(_line(name, peers[name], ours) for name in known)])


def _line(name: str, measured: list[dict[str, Any]], ours: float | None) -> str:
    wall = middle(measured, "wall")
    if wall is None:
        return f"| {name} | {measured[0]['left_out']} | | | | | | |"
    first, processor, memory, transactions = (
        middle(measured, column) or 0.0 for column in ("first", "processor", "memory", "transactions")
    )
    ratio = f"{wall / ours:.1f}" if ours else ""
    shown = f"**{name}**" if name == US else name
    runs = sum("wall" in row for row in measured)
    return f"| {shown} | {wall:.3f} | {first:.3f} | {ratio} | {processor:.2f} | {memory:.0f} | {transactions:.0f} | {runs} |"


def plot(rows: Rows, folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    panels = sorted({key[:3] for key in rows})
    across = 2
    down = -(-len(panels) // across)
    figure, axes = pyplot.subplots(down, across, figsize=(11, 3.6 * down), squeeze=False)
    for axis, panel in zip(axes.flat, panels, strict=False):
        _panel(axis, panel, rows)
    for axis in list(axes.flat)[len(panels) :]:
        axis.axis("off")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncols=6, frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 0.97))
    for ending in ("png", "svg"):
        figure.savefig(folder / f"benchmarks.{ending}", dpi=110)


def _panel(axis: Any, panel: tuple[int, int, bool], rows: Rows) -> None:
    delay, size, each = panel
    for name, colour in _COLOURS.items():
        points = [
            (key[3], wall)
            for key in sorted(rows)
            if key[:3] == panel and (wall := middle(rows[key].get(name, ()), "wall")) is not None
        ]
        if points:
            across, up = zip(*points, strict=True)
            width = 2.4 if name == US else 1.3
            axis.plot(across, up, "o-", color=colour, label=name, linewidth=width, markersize=4)
    axis.set(xscale="log", yscale="log", xlabel="members", ylabel="seconds")
    axis.set_title(
        f"{'one each' if each else 'in batches'}, {'10 kB' if size < 100_000 else '1 MB'}, {delay} ms", fontsize=10
    )
    axis.grid(visible=True, which="major", alpha=0.3)


def main(arguments: list[str]) -> None:
    results = Path(arguments[0]) if arguments else BUILD / "results.jsonl"
    folder = Path(arguments[1]) if len(arguments) > 1 else HERE.parent.parent / "docs"
    rows = load(results.read_text().splitlines())
    text = _HEAD + "".join(f"{table(key, rows[key])}\n" for key in sorted(rows))
    (folder / "benchmarks.md").write_text(text)
    plot(rows, folder)
    sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
