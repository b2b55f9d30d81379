"""The whole daemon side by side with its peers, in one run, cell by cell, the peers of a cell in shuffled order.

    python -m tests.bench.compare [--repeat 3] [--members 100,1000,10000,50000] [--sizes 10240,1048576] [--delays 0,20]
                                  [--peers binrelay,…] [--results FILE]

Each measurement is one line of JSON in the results file; `tests.bench.report` makes the table and the plot of it. What
the file holds already is not measured again, so a run that was stopped goes on where it was; delete it for a new one.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import matrix
from tests.bench.accounting import Peak, Peerage, adopt_orphans
from tests.bench.install import install_peers
from tests.bench.mailman import Mailman
from tests.bench.peers import Cell, Mlmmj, Peer, PlainScript, PostfixAlias, SmtpSource
from tests.bench.receiver import BUILD, Receiver
from tests.bench.relay import Relay
from tests.bench.results import Results, Row

PATIENCE = 300.0  # seconds for one mail
SLOW = 6.0  # seconds; what takes longer is measured once
PEERS: dict[str, Callable[[Receiver], Peer]] = {
    each.name: each for each in (Relay, SmtpSource, PostfixAlias, PlainScript, Mlmmj, Mailman)
}
_FAILURES = (OSError, subprocess.SubprocessError, AssertionError, SystemExit)  # TimeoutError is an OSError


def measure(peer: Peer, cell: Cell, receiver: Receiver) -> Row:
    """One mail through one peer that runs, and is at rest: some go on starting behind a port that answers."""
    peerage = Peerage()
    peerage.infrastructure = {receiver.pid, *peer.servers()}
    _when_quiet(peerage)
    receiver.ask(f"delay {cell.delay}")
    receiver.ask("reset")
    before, rest, peak = peerage.processor(), peerage.memory(), Peak(peerage)
    peak.start()
    try:
        began = peer.go(cell)
        told = receiver.wait(cell.members, patience=PATIENCE)
    finally:
        most = peak.end()
    return {
        "wall": told["last"] - began,
        "first": told["first"] - began,
        "processor": _when_quiet(peerage) - before,
        "rest": rest,
        "memory": most,
        "transactions": told["transactions"],
        "again": told["recipients"] - cell.members,
    }


def _when_quiet(peerage: Peerage) -> float:
    """Processor seconds so far. What is written down after the last recipient belongs to the mail too."""
    last = peerage.processor()
    for _ in range(20):
        time.sleep(0.15)
        current = peerage.processor()
        if current - last < 0.02:
            return current
        last = current
    return last


def run(options: argparse.Namespace) -> None:
    adopt_orphans()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us ends the peer that runs
    install_peers()
    with Receiver() as receiver:
        results = Results(options.results)
        peers = [PEERS[name](receiver) for name in options.peers]
        for cell in matrix.cells(options.members, options.sizes, options.delays):
            for peer in random.sample(peers, len(peers)):
                named = _names(peer, cell)
                rows = () if results.know(named) else _rows(peer, cell, receiver, repeat=options.repeat)
                results.add_all(named, rows)


def _names(peer: Peer, cell: Cell) -> Row:
    return {"peer": peer.name, "members": cell.members, "size": cell.size, "each": cell.each, "delay": cell.delay}


def _rows(peer: Peer, cell: Cell, receiver: Receiver, *, repeat: int) -> Iterator[Row]:
    """A peer that fails is left out of the cell, with the reason; the others are measured."""
    reason = matrix.left_out(peer.name, cell)
    if reason is not None:
        yield {"left_out": reason}
        return
    try:
        try:
            peer.start(cell)
            yield from _mails(peer, cell, receiver, repeat=repeat)
        finally:
            receiver.ask("delay 0")
            peer.stop()
            _wait_until_gone(receiver)
    except _FAILURES as error:
        yield {"failed": f"{type(error).__name__}: {error}"}


def _mails(peer: Peer, cell: Cell, receiver: Receiver, *, repeat: int) -> Iterator[Row]:
    for _ in range(repeat):
        time.sleep(1.0)
        row = measure(peer, cell, receiver)
        yield row
        if row["wall"] > SLOW:
            return


def _wait_until_gone(receiver: Receiver) -> None:
    gone = Peerage()
    gone.infrastructure = {receiver.pid}
    gone.wait_until_gone()


def options(arguments: list[str]) -> argparse.Namespace:
    def numbers(text: str) -> tuple[int, ...]:
        return tuple(int(word) for word in text.split(","))

    parser = argparse.ArgumentParser(prog="python -m tests.bench.compare")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--members", type=numbers, default=(100, 1000, 10_000, 50_000))
    parser.add_argument("--sizes", type=numbers, default=(matrix.SMALL, matrix.LARGE))
    parser.add_argument("--delays", type=numbers, default=(0, 20))
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(PEERS))
    parser.add_argument("--results", type=Path, default=BUILD / "results.jsonl")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(options(sys.argv[1:]))
