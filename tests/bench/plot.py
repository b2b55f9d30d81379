"""The picture of the comparison: seconds for one mail by members, a panel for each way, size and distance."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

from tests.bench.matrix import LARGE, SMALL
from tests.bench.measured import PEERS, US, Measured

# Colours and marks that are told apart without colour vision, too (Okabe and Ito).
_LOOKS = {
    US: ("#0072B2", "o"),
    "smtp-source": ("#7f7f7f", "x"),
    "Postfix alias": ("#009E73", "s"),
    "plain script": ("#CC79A7", "v"),
    "mlmmj": ("#E69F00", "D"),
    "GNU Mailman 3": ("#D55E00", "^"),
}
_WAYS = ((False, "50 in a transaction"), (True, "one each"))
_SIZES = ((SMALL, "10 kB"), (LARGE, "1 MB"))
_DELAYS = ((0, "server at hand"), (20, "20 ms away"))
_TITLE = "Seconds until the last member has one mail"
_SCALES = "Both scales are logarithmic: each step up the side is ten times as long."


def plot(measured: Measured, folder: Path) -> None:
    """benchmarks.png and benchmarks.svg."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "binrelay"  # the same figures make the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(4, 2, figsize=(11, 15), sharex=True, sharey=True)
    for axis, (delay, size, way) in zip(axes.flat, product(_DELAYS, _SIZES, _WAYS), strict=True):
        _panel(axis, measured, delay[0], size=size[0], each=way[0])
        axis.set_title(f"{size[1]}, {way[1]}, {delay[1]}", fontsize=12)
    for axis in axes[:, 0]:
        axis.set_ylabel("seconds", fontsize=11)
    for axis in axes[-1]:
        axis.set_xlabel("members", fontsize=11)
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.suptitle(_TITLE, fontsize=16, y=0.992)
    figure.text(0.5, 0.966, _SCALES, ha="center", fontsize=11)
    figure.legend(handles, labels, loc="upper center", ncols=6, frameon=False, fontsize=12, bbox_to_anchor=(0.5, 0.962))
    figure.tight_layout(rect=(0, 0, 1, 0.95))
    figure.savefig(folder / "benchmarks.png", dpi=100)
    figure.savefig(folder / "benchmarks.svg", metadata={"Date": None})
    pyplot.close(figure)


def _panel(axis: Any, measured: Measured, delay: int, *, size: int, each: bool) -> None:
    alike = sorted(
        (cell for cell in measured.cells() if (cell.delay, cell.size, cell.each) == (delay, size, each)),
        key=lambda cell: cell.members,
    )
    for name in reversed(PEERS):  # ours last, on top
        points = [(cell.members, wall) for cell in alike if (wall := measured.of(cell, name)) is not None]
        colour, mark = _LOOKS[name]
        line, width = ("--", 1.4) if name == "smtp-source" else ("-", 3.0 if name == US else 1.6)
        across, up = [members for members, _ in points], [wall for _, wall in points]
        axis.plot(across, up, color=colour, marker=mark, linestyle=line, linewidth=width, label=name)
    axis.set(xscale="log", yscale="log")
    axis.set_xticks([100, 1000, 10_000, 50_000], ["100", "1,000", "10,000", "50,000"])
    axis.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    axis.minorticks_off()
    axis.tick_params(labelleft=True, labelbottom=True)
    axis.grid(visible=True, alpha=0.35)
