"""The whole daemon side by side with its peers, in one run, each cell of the table as often as asked, in shuffled order.

    python -m tests.bench.compare [--repeat 3] [--members 100,1000,10000] [--sizes 10240,1048576] [--delays 0,20]
                                  [--peers binrelay,…] [--results FILE]

Each measurement is one line of JSON in the results file; `tests.bench.report` makes the table and the plot of it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

from tests.bench.accounting import Peak, Peerage, adopt_orphans
from tests.bench.install import install_peers
from tests.bench.mailman import Mailman
from tests.bench.peers import Cell, Mlmmj, Peer, PlainScript, PostfixAlias, SmtpSource
from tests.bench.receiver import BUILD, Receiver
from tests.bench.relay import Relay

PATIENCE = 300.0  # seconds for one mail; a peer that needs longer is left out of that cell, and the table says so
PEERS: dict[str, Callable[[Receiver], Peer]] = {
    each.name: each for each in (Relay, SmtpSource, PostfixAlias, PlainScript, Mlmmj, Mailman)
}
# Seconds for one member: what a peer would need so much longer for than PATIENCE that it is not tried.
_SLOW = {("GNU Mailman 3", True): 0.0125, ("mlmmj", True): 0.04, ("plain script", True): 0.001}
_SLOW_FAR = {("GNU Mailman 3", True): 0.1, ("mlmmj", True): 0.09, ("plain script", True): 0.09}


def cells(options: argparse.Namespace) -> Iterator[Cell]:
    for delay, size, members, each in product(options.delays, options.sizes, options.members, (False, True)):
        yield Cell(members, size, each, delay)


def hopeless(peer: str, cell: Cell) -> bool:
    """Whether it is known beforehand that nobody would wait for it."""
    rate = (_SLOW_FAR if cell.delay else _SLOW).get((peer, cell.each), 0.0)
    large = 3.0 if cell.size > 100_000 else 1.0
    return rate * large * cell.members > PATIENCE


def measure(peer: Peer, cell: Cell, receiver: Receiver) -> dict[str, object]:
    """One mail through one peer that runs."""
    peerage = Peerage()
    peerage.infrastructure = {receiver.pid, *peer.servers()}
    receiver.ask(f"delay {cell.delay}")
    receiver.ask("reset")
    before, peak = peerage.processor(), Peak(peerage)
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
        "memory": most,
        "transactions": told["transactions"],
        "again": told["recipients"] - cell.members,
    }


def _when_quiet(peerage: Peerage) -> float:
    """What is written down after the last recipient belongs to the mail too."""
    last = peerage.processor()
    for _ in range(20):
        time.sleep(0.15)
        current = peerage.processor()
        if current - last < 0.01:
            return current
        last = current
    return last


def run(options: argparse.Namespace) -> None:
    adopt_orphans()
    install_peers()
    options.results.parent.mkdir(parents=True, exist_ok=True)
    with Receiver() as receiver, options.results.open("a") as results:
        peers = [PEERS[name](receiver) for name in options.peers]
        for repetition, cell in product(range(options.repeat), list(cells(options))):
            random.shuffle(peers)
            for peer in peers:
                row = _row(peer, cell, receiver)
                results.write(json.dumps({**row, "repetition": repetition}) + "\n")
                results.flush()


def _row(peer: Peer, cell: Cell, receiver: Receiver) -> dict[str, object]:
    named: dict[str, object] = {
        "peer": peer.name,
        "members": cell.members,
        "size": cell.size,
        "each": cell.each,
        "delay": cell.delay,
    }
    if hopeless(peer.name, cell):
        return {**named, "left_out": f"would take more than {PATIENCE:g} s"}
    try:
        peer.start(cell)
        time.sleep(1.0)
        measured = measure(peer, cell, receiver)
    except TimeoutError as error:
        measured = {"left_out": str(error)}
    finally:
        receiver.ask("delay 0")
        peer.stop()
        gone = Peerage()
        gone.infrastructure = {receiver.pid}
        gone.wait_until_gone()
    _tell(named, measured)
    return {**named, **measured}


def _tell(named: dict[str, object], measured: dict[str, object]) -> None:
    numbers = {key: round(value, 3) if isinstance(value, float) else value for key, value in measured.items()}
    sys.stdout.write(f"{' '.join(str(value) for value in named.values())}: {numbers}\n")
    sys.stdout.flush()


def options(arguments: list[str]) -> argparse.Namespace:
    def numbers(text: str) -> list[int]:
        return [int(word) for word in text.split(",")]

    parser = argparse.ArgumentParser(prog="python -m tests.bench.compare")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--members", type=numbers, default=[100, 1000, 10_000])
    parser.add_argument("--sizes", type=numbers, default=[10_240, 1_048_576])
    parser.add_argument("--delays", type=numbers, default=[0, 20])
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(PEERS))
    parser.add_argument("--results", type=Path, default=BUILD / "results.jsonl")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(options(sys.argv[1:]))
