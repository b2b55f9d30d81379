"""Makes docs/benchmarks.md, .png and .svg of what was measured: `python -m tests.bench.report [FOLDER]`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median

from tests.bench.goals import goals
from tests.bench.machine import machine, versions
from tests.bench.matrix import GROWTH, LARGE, LIMIT, SMALL
from tests.bench.measured import PEERS, US, Measured, load
from tests.bench.peers import BATCH, CONNECTIONS, Cell
from tests.bench.plot import plot
from tests.bench.profiles import PROFILES
from tests.bench.receiver import HERE

_HEAD = """\
# Measured

One mail to all members of a list: from the moment a program is handed it to the last recipient that the receiving
server took. The programs ran one after the other on one machine:
{machine};
{versions}.
Such a machine is small and its figures swing by half: read the ratios, not the seconds.

Again: `make bench` (a quarter of an hour), then `make compare` (40 minutes), which writes this page.

![Seconds for one mail, by members: binrelay, its peers, and smtp-source as the limit](benchmarks.png)

The same as a [drawing](benchmarks.svg).

## What was aimed at
"""
_COMPARED = """
## Beside its peers

* **binrelay** is the whole daemon: it reads a mailbox on a real Dovecot, judges the mail, writes every recipient into its
  database before the first byte leaves, and what became of each after it. Its clock starts when the mail server announces the
  mail; Dovecot holds that back by half a second, whatever the client does.
* **smtp-source** is Postfix's load generator, in C: no list, no queue, no memory. It is the limit to be seen, not a peer.
* **Postfix alias** is Postfix expanding one address to all members; **plain script** is what one writes in an evening with
  imaplib and smtplib, and forgets everything when it dies; **mlmmj** and **GNU Mailman 3** are mailing list managers.
* A mail of 10 kB is a text; one of 1 MB is a text with a PDF.
* *In batches*: {batch} recipients a transaction; *one each*: a transaction and a return address for each member. All use at
  most {connections} connections where they can choose, and the receiving server answers *at hand* or each command 20 ms later.
* Medians of three mails through each started program; what takes more than 6 seconds was measured once. Seconds, and in
  brackets processor seconds and the peak of memory in MB, of all its processes.
* A program that would need more than {limit:.0f} seconds for a cell, reckoned from what it needs for fewer members, is left
  out of it; GNU Mailman in the cells of the goals is not.
"""
_GROWTH = """
## How it grows

binrelay alone, at hand, all within a few minutes. *Peak* is the most it held while it passed the mail on, *at rest* what it
held before: mostly the members, which are in memory.
"""
_ARRIVAL = """
## From the mailbox to the first recipient

{mails} mails of 10 kB to 100 members, in batches. The clock starts when `EXISTS` passes in answer to the daemon's own IDLE,
on its way from Dovecot; it ends with the server's 250 to the first content. In between: fetched, judged, looked through,
written to the disk, moved, claimed, put on record, sent.

| median | 95 of 100 within | longest | the first after a start |
|---:|---:|---:|---:|
| {median:.0f} ms | {p95:.0f} ms | {longest:.0f} ms | {first:.0f} ms |
"""
_SEVERAL = """
## Several daemons behind one PostgreSQL

One bulletin of one network, one transaction for each of {members:,} members; each daemon has {connections} connections and takes
its share of the same bulletin. Recipients a second between a quarter and three quarters of them, for a daemon that did not
queue the bulletin hears of it within two seconds.

| daemons | at hand | 20 ms away |
|---:|---:|---:|
"""
_CORES = """
Here {cores} processor cores carry all daemons, PostgreSQL and the receiving server, so these rows show what sharing costs and
not what more machines give: a second machine brings its own cores. More daemons are there to survive the loss of one.
"""
_KILLED = """
The daemon that watches the mailbox, and had queued the bulletin, was killed when a third of {members:,} was out: {missed} were
missed, {twice} got it twice; {uncertain} were at their last byte when it died, which nobody can know the fate of. Everything was
over after {seconds:.0f} seconds: a daemon counts as dead after 15 seconds of silence.
"""
_REST = """
## At rest

Mailboxes on a real Dovecot, each watched with IDLE; nothing happens.

| networks | MB | MB each | of one core |
|---:|---:|---:|---:|
"""


def _goals(measured: Measured) -> Iterator[str]:
    words = {True: "reached", False: "**not reached**", None: "not measured"}
    yield "\n| aim | measured | |\n|---|---|---|\n"
    yield from (f"| {each.wanted} | {each.measured} | {words[each.reached]} |\n" for each in goals(measured))
    yield PROFILES


def _compared(measured: Measured) -> Iterator[str]:
    yield _COMPARED.format(batch=BATCH, connections=CONNECTIONS, limit=LIMIT)
    for delay in (0, 20):
        for each in (False, True):
            yield from _table(measured, delay, each=each)


def _table(measured: Measured, delay: int, *, each: bool) -> Iterator[str]:
    cells = [Cell(members, size, each, delay) for size in (SMALL, LARGE) for members in (100, 1000, 10_000)]
    yield f"\n### {'One each' if each else 'In batches'}, {f'{delay} ms away' if delay else 'at hand'}\n\n"
    yield f"| | {' | '.join(f'{cell.members:,} × {_size(cell)}' for cell in cells)} |\n|---|{'---:|' * len(cells)}\n"
    for peer in PEERS:
        name = f"**{peer}**" if peer == US else peer
        yield f"| {name} | {' | '.join(_figures(measured, cell, peer) for cell in cells)} |\n"


def _size(cell: Cell) -> str:
    return "10 kB" if cell.size == SMALL else "1 MB"


def _figures(measured: Measured, cell: Cell, peer: str) -> str:
    wall, processor, memory = (measured.of(cell, peer, name) for name in ("wall", "processor", "memory"))
    if wall is None:
        return measured.why_not(cell, peer)
    return f"{_seconds(wall)} ({processor or 0:.1f}; {memory or 0:.0f})"


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _growth(measured: Measured) -> Iterator[str]:
    yield f"{_GROWTH}\n| mail | members | seconds | µs a member | MB at rest | MB peak |\n|---|---:|---:|---:|---:|---:|\n"
    ways = [(cell.size, cell.each) for cell in GROWTH] + [(LARGE, True)]
    for size, each in ways:
        for members in (100, 1000, 10_000, 50_000):
            cell = Cell(members, size, each)
            wall, rest, peak = (measured.grown(cell, name) for name in ("wall", "rest", "memory"))
            if wall is not None:
                mail = f"{_size(cell)} {'one each' if each else 'in batches'}"
                micro = wall / members * 1e6
                yield f"| {mail} | {members:,} | {_seconds(wall)} | {micro:.0f} | {rest:.0f} | {peak:.0f} |\n"


def _arrival(measured: Measured) -> Iterator[str]:
    for row in measured.arrival[-1:]:
        times = {name: row[name] * 1000 for name in ("median", "p95", "longest", "first")}
        yield _ARRIVAL.format(mails=row["mails"], **times)


def _several(measured: Measured) -> Iterator[str]:
    rows = [row for row in measured.several if row["what"] == "throughput"]
    if rows:
        yield _SEVERAL.format(members=rows[-1]["members"], connections=CONNECTIONS)
        for daemons in sorted({row["daemons"] for row in rows}):
            rates = (_rate(rows, daemons, delay) for delay in (0, 20))
            yield f"| {daemons} | {' | '.join(rates)} |\n"
        yield _CORES.format(cores=rows[-1]["cores"])
    for row in [row for row in measured.several if row["what"] == "killed"][-1:]:
        yield _KILLED.format(**row)


def _rate(rows: Iterable[dict[str, float]], daemons: int, delay: int) -> str:
    rates = [row["rate"] for row in rows if (row["daemons"], row["delay"]) == (daemons, delay)]
    return f"{median(rates):,.0f}" if rates else ""


def _rest(measured: Measured) -> Iterator[str]:
    if measured.rest:
        yield _REST
    for row in measured.rest[-2:]:
        each = f"{row['each']:.2f}" if row["each"] else ""
        yield f"| {row['networks']} | {row['memory']:.0f} | {each} | {row['core'] * 100:.1f} % |\n"


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else HERE.parent.parent / "docs"
    measured = load()
    parts = (_goals, _compared, _growth, _arrival, _several, _rest)
    head = _HEAD.format(machine=machine(), versions=", ".join(versions()))
    text = head + "".join(piece for part in parts for piece in part(measured))
    (folder / "benchmarks.md").write_text(text)
    plot(measured, folder)
    sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
