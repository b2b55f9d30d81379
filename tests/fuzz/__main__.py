"""`make fuzz`: every target in turn, so many seconds each, at the lowest priority. Finds are kept in build/fuzz/TARGET.

make fuzz SECONDS=600 FUZZ="mime relay"
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

from tests.fuzz.seeds import PIECES, finds, seeds
from tests.fuzz.targets import TARGETS

BUILD = Path("build/fuzz")
MEGABYTES, SLOW = 1024, 10  # memory of one target; seconds that one input may take
LARGEST = 20_000  # bytes of one input


def prepare(target: str) -> tuple[Path, Path, Path]:
    """Its folder of inputs, which grows over runs, the dictionary, and where finds go."""
    inputs, found = BUILD / target / "inputs", BUILD / target / "finds"
    for folder in (inputs, found):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in (*seeds(), *(path.read_bytes() for path in finds(target))):
        (inputs / sha256(seed).hexdigest()[:16]).write_bytes(seed[:LARGEST])
    words = BUILD / "pieces.dict"
    words.write_text("".join(f'"{_escaped(piece)}"\n' for piece in PIECES if piece), encoding="ascii")
    return inputs, words, found


def _escaped(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)


def run(target: str, seconds: int) -> bool:
    """Whether the target kept its promises."""
    inputs, words, found = prepare(target)
    log = BUILD / target / "log"
    options = [
        str(inputs), f"-max_total_time={seconds}", f"-dict={words}", f"-artifact_prefix={found}/", f"-max_len={LARGEST}",
        f"-rss_limit_mb={MEGABYTES}", f"-timeout={SLOW}", "-print_final_stats=1", "-verbosity=1",
    ]  # fmt: skip
    with log.open("wb") as output:
        command = ["nice", "-n", "19", sys.executable, "-m", "tests.fuzz.run", target, *options]
        ended = subprocess.run(
            command, stdout=output, stderr=output, env={**os.environ, "PYTHONPATH": "."}, check=False
        )
    return ended.returncode == 0


def inputs_tried(target: str) -> str:
    lines = (BUILD / target / "log").read_text(errors="replace").splitlines()
    return next((line.split()[-1] for line in lines if line.startswith("stat::number_of_executed_units")), "?")


def main() -> int:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    wanted = sys.argv[2:] or list(TARGETS)
    kept = True
    print(f"{'target':<16}{'seconds':>8}{'inputs':>12}  outcome")
    for target in wanted:
        began = time.monotonic()
        well = run(target, seconds)
        kept = kept and well
        outcome = "kept" if well else f"BROKEN: {BUILD / target / 'finds'}, {BUILD / target / 'log'}"
        print(f"{target:<16}{time.monotonic() - began:>8.0f}{inputs_tried(target):>12}  {outcome}", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
