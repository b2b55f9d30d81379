"""`make bench`: the whole daemon on real servers, measured from outside. Prints a table; asserts nothing about time."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.bench import gate
from tests.bench.installed import Installed
from tests.journeys.neighbourhood import COORDINATOR, OFFICER, PROVEN, Neighbourhood, until
from tests.support.dovecot import Dovecot
from tests.support.illustrated import illustrated

MEGABYTE = 1_000_000


def memory(pid: int, name: str) -> float:
    """VmRSS (now) or VmHWM (peak) of a process, in MB of 10^6 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / MEGABYTE for line in lines if line.startswith(name))


def fan_out(hood: Neighbourhood, members: int, size: int) -> tuple[float, float, float]:
    """Seconds from arrival to the last recipient, MB at rest, MB at the peak."""
    hood.members = [f"buur{number}@mail.example" for number in range(members)]
    hood.configure(smtp=", connections: 4, max_recipients: 50")
    hood.start()
    time.sleep(2)
    rest = memory(hood.pid, "VmRSS")
    content = PROVEN.format(domain="politie.example").encode() + illustrated(OFFICER, COORDINATOR, attachment=size)
    began = time.monotonic()
    hood.arrives(content)
    until(lambda: len(hood.provider.recipients) >= members, "everybody has it", patience=120)
    seconds = time.monotonic() - began
    assert sorted(hood.provider.recipients) == sorted(hood.members)
    return seconds, rest, memory(hood.pid, "VmHWM")


def main() -> None:
    print(f"{'members':>8} {'attachment':>11} {'seconds':>8} {'MB at rest':>11} {'MB peak':>8}")
    for members, size in ((100, 0), (500, 3 * MEGABYTE), (500, 17 * MEGABYTE), (5000, 0)):
        with (
            Dovecot() as dovecot,
            tempfile.TemporaryDirectory() as folder,
            Installed(dovecot, Path(folder)) as hood,
        ):
            seconds, rest, peak = fan_out(hood, members, size)
        print(f"{members:>8} {size / MEGABYTE:>8.0f} MB {seconds:>8.2f} {rest:>11.0f} {peak:>8.0f}", flush=True)
    sys.stdout.write(
        "Seconds count from the moment the mail lies in the mailbox; Dovecot announces it 0.5 s later.\n\n"
    )
    gate.main()


if __name__ == "__main__":
    main()
