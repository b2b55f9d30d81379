"""A thousand mails wait after an outage: seconds until INBOX is empty, and round trips to the mailbox's server."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.installed import Installed
from tests.journeys.neighbourhood import mail
from tests.support.dovecot import Dovecot
from tests.support.proxy import Proxy

MAILS, OCTETS = 1000, 10_000
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Measured:
    seconds: float  # from the daemon's start to the last mail in its folder
    flights: int
    peak: float  # MB


class _Behind(Installed):
    """Its daemon speaks to the mailbox through a line that is counted."""

    def configure(self, more: str = "", *, retry: str = "{first: 1s, longest: 2s}", smtp: str = "") -> None:
        super().configure(more, retry=retry, smtp=smtp)
        text = self.config.read_text()
        self.config.write_text(text.replace(f"port: {self.dovecot.port}", f"port: {self.line}"))

    line = 0


def absence(number: int) -> bytes:
    """Out of office, as after a bulletin in August: decided, filed, answered by nobody."""
    text = ("Ik ben tot en met 31 augustus met vakantie.\n" * (OCTETS // 44))[: OCTETS - 600]
    return mail(f"gast{number}@elders.example", "Automatisch antwoord", text, fields={"Auto-Submitted": "auto-replied"})


async def measure(dovecot: Dovecot, *, round_trip: float) -> Measured:
    with tempfile.TemporaryDirectory() as folder, _Behind(dovecot, Path(folder)) as hood:
        async with Proxy(dovecot.port, delay=round_trip / 2) as line:
            hood.line = line.port
            await asyncio.to_thread(_first_start, hood)
            flights, began = line.flights, time.monotonic()
            await asyncio.to_thread(hood.start, patience=_PATIENCE)
            while await asyncio.to_thread(_left, hood):
                assert time.monotonic() < began + _PATIENCE, "the mails are still there"
            seconds, peak = time.monotonic() - began, _peak(hood.pid)
            await asyncio.to_thread(hood.stop)
            return Measured(seconds, line.flights - flights, peak)


def _first_start(hood: Installed) -> None:
    hood.start()
    hood.stop()
    with hood.box() as program:
        for number in range(MAILS):
            program.append("INBOX", absence(number))


def _left(hood: Installed) -> int:
    time.sleep(0.1)
    with hood.box() as program:
        return len(program.flags("INBOX"))


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))


async def main() -> None:
    print(f"{MAILS} mails of {OCTETS} octets wait\n{'round trip':>10} {'seconds':>8} {'flights':>8} {'MB peak':>8}")
    with Dovecot() as dovecot:
        for round_trip in (0.0, 0.02):
            found = await measure(dovecot, round_trip=round_trip)
            print(
                f"{round_trip * 1000:>7.0f} ms {found.seconds:>8.1f} {found.flights:>8} {found.peak:>8.0f}", flush=True
            )


if __name__ == "__main__":
    asyncio.run(main())
