"""Several daemons behind one PostgreSQL: one of two dies amid 50,000; recipients a second of one, two and four of them.

    python -m tests.bench.several [MEMBERS]

All daemons run on this machine, and so do PostgreSQL and the receiving server: two cores for all of them. One bulletin
of one network, one transaction for each member: every daemon takes its share of the same mail.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.installed import InstalledStreet
from tests.bench.letters import append, bulletin
from tests.bench.peers import Cell
from tests.bench.receiver import BUILD, Receiver
from tests.bench.relay import settle
from tests.bench.results import Results, Row
from tests.journeys.neighbourhood import until
from tests.support.dovecot import Dovecot
from tests.support.postgresql import Postgresql

FILE = BUILD / "several.jsonl"
MEMBERS, FEWER = 50_000, 20_000  # where one dies; where speed is measured
DAEMONS = (1, 2, 4)
DELAYS = (0, 20)
SIZE = 10_240
PATIENCE = 300.0
_OPEN = "SELECT count(*) FROM recipients WHERE done_at IS NULL"
_AT_DOT = "SELECT count(*) FROM recipients r JOIN daemons d ON r.owner = d.id WHERE d.pid = {pid} AND r.state = 'dot'"


class Site:
    """Servers, and daemons behind them. `with site(…) as made:`"""

    def __init__(self, street: InstalledStreet, receiver: Receiver, server: Postgresql) -> None:
        self.street, self.receiver, self._server = street, receiver, server

    def count(self, statement: str) -> int:
        return int(self._server.command(statement, database=self.street.store.rpartition("/")[2]))

    def pass_on(self, size: int = SIZE) -> None:
        self.receiver.ask("reset")
        append(self.street.dovecot.port, self.street.user, bulletin(size))

    def wait_for(self, recipients: int) -> float:
        """The moment at which so many copies were taken."""
        until(lambda: self.receiver.ask("stats")["recipients"] >= recipients, f"{recipients} copies", patience=PATIENCE)
        return time.monotonic()


@contextmanager
def site(cell: Cell, daemons: int) -> Iterator[Site]:
    with Dovecot() as dovecot, Postgresql() as server, Receiver() as receiver, tempfile.TemporaryDirectory() as folder:
        street = InstalledStreet(dovecot, Path(folder), server.new_database())
        street.smtp_port = receiver.port
        receiver.ask(f"delay {cell.delay}")
        with street:
            settle(street, cell, imap=dovecot.port, uncertain="2s")
            street.start(patience=PATIENCE)
            for _ in range(daemons - 1):
                street.another(patience=PATIENCE)
            time.sleep(3.0)
            yield Site(street, receiver, server)


def killed(members: int) -> Row:
    """The daemon that watches the mailbox, and has queued the bulletin, dies when a third is out."""
    with site(Cell(members, SIZE, each=True), 2) as made:
        began = time.monotonic()
        made.pass_on()
        made.wait_for(members // 3)
        pid = made.street.pid
        made.street.kill()
        unsure = made.count(_AT_DOT.format(pid=pid))
        until(lambda: not made.count(_OPEN), "every recipient is final", patience=PATIENCE)
        told = made.receiver.ask("stats")
        return {
            "what": "killed",
            "members": members,
            "missed": members - told["distinct"],
            "twice": told["recipients"] - told["distinct"],
            "uncertain": unsure,
            "seconds": time.monotonic() - began,
        }


def throughput(members: int, daemons: int, delay: int) -> Row:
    """Recipients a second between a quarter and three quarters of them: by then every daemon has heard of the bulletin."""
    with site(Cell(members, SIZE, each=True, delay=delay), daemons) as made:
        made.pass_on()
        moments = [made.wait_for(members * part // 4) for part in (1, 3, 4)]
        told = made.receiver.ask("stats")
        return {
            "what": "throughput",
            "members": members,
            "daemons": daemons,
            "delay": delay,
            "rate": members / 2 / (moments[1] - moments[0]),
            "wall": told["last"] - told["first"],
            "cores": os.cpu_count(),
        }


def main(arguments: list[str]) -> None:
    members = int(arguments[0]) if arguments else MEMBERS
    results = Results(FILE)
    results.add(killed(members))
    for delay in DELAYS:
        for daemons in DAEMONS:
            results.add(throughput(min(members, FEWER), daemons, delay))


if __name__ == "__main__":
    main(sys.argv[1:])
