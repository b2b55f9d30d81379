"""From the announcement of a mail to the first recipient accepted. `python -m tests.bench.arrival [MAILS]`

The daemon reads its mailbox on a real Dovecot through a line that is overheard: the clock starts when `* n EXISTS`
passes in answer to the daemon's own IDLE, and ends with the receiving server's 250 to the first content. Some mails
come before the median means anything: the first one alone is shown apart, for it is what a network that gets one
bulletin a week knows.
"""

from __future__ import annotations

import sys
import time
from statistics import median, quantiles

from tests.bench.letters import bulletin
from tests.bench.peers import Cell
from tests.bench.receiver import BUILD, Receiver
from tests.bench.relay import Relay
from tests.bench.results import Results

FILE = BUILD / "arrival.jsonl"
MAILS = 60
CELL = Cell(100, 10_240, each=False)


def measure(mails: int) -> list[float]:
    """Seconds of each mail."""
    with Receiver() as receiver:
        relay = Relay(receiver)
        try:
            relay.start(CELL)
            time.sleep(2.0)
            return [_one(relay, receiver) for _ in range(mails)]
        finally:
            relay.stop()


def _one(relay: Relay, receiver: Receiver) -> float:
    receiver.ask("reset")
    announced = relay.pass_on(bulletin(CELL.size))
    first = receiver.wait(CELL.members, patience=60.0)["first"]
    time.sleep(0.3)  # the next one finds the daemon at rest
    return first - announced


def main(arguments: list[str]) -> None:
    seconds = measure(int(arguments[0]) if arguments else MAILS)
    Results(FILE).add(
        {
            "mails": len(seconds),
            "first": seconds[0],
            "median": median(seconds),
            "p95": quantiles(seconds, n=20, method="inclusive")[-1],
            "longest": max(seconds),
        }
    )


if __name__ == "__main__":
    main(sys.argv[1:])
