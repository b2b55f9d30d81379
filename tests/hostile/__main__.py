"""`make hostile`: mails that want to cost much, from 100 kB to 25 MB: milliseconds, loop stall and memory of each.

make hostile HOSTILE="25000000 blanks"
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from tempfile import NamedTemporaryFile

from tests.hostile.samples import ROLES, SAMPLES

SIZES = (100_000, 990_000, 25_000_000)
STALL, TIMES = 100.0, 4.0  # milliseconds; of the mail's size in memory
SPARE = 8.0  # megabytes that are no mail's: pages that are looked through, buffers of the allocator


@dataclass(frozen=True, slots=True)
class Cost:
    outcome: str
    ms: float
    stall: float
    mb: float
    bytes: int

    @property
    def well(self) -> bool:
        return self.stall <= STALL and self.mb <= TIMES * self.bytes / 1e6 + SPARE


def cost(name: str, role: str, size: int) -> Cost:
    with NamedTemporaryFile(suffix=".eml") as file:
        file.write(SAMPLES[name](ROLES[role], size))
        file.flush()
        command = [sys.executable, "-m", "tests.hostile.one", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        return Cost(done.stderr.strip().splitlines()[-1], 0, float("inf"), 0, size)
    return Cost(**json.loads(done.stdout))


def main() -> int:
    asked = [word for word in sys.argv[1:] if not word.isdigit()]
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or SIZES
    names = [" ".join(asked)] if asked else list(SAMPLES)
    well = True
    print(f"{'sample':<18} {'role':<8} {'kB':>6} {'ms':>8} {'stall ms':>9} {'MB':>7}  outcome")
    for name in names:
        for role in ROLES:
            for size in sizes:
                told = cost(name, role, size)
                well = well and told.well
                figures = f"{told.bytes / 1000:>6.0f} {told.ms:>8.0f} {told.stall:>9.1f} {told.mb:>7.1f}"
                print(f"{name:<18} {role:<8} {figures}  {told.outcome}{'' if told.well else '  TOO MUCH'}", flush=True)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
