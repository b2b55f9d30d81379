"""Many networks in one daemon, and nothing happens: memory of each, and how much of one core. `python -m tests.bench.rest`

The mailboxes lie on a real Dovecot, each is watched with IDLE; the figures are of the daemon's process alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.receiver import BUILD
from tests.bench.results import Results
from tests.journeys.neighbourhood import ROOT
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.sink import RecordingSink

FILE = BUILD / "rest.jsonl"
NETWORKS = (1, 200)
SECONDS = 60.0
_NETWORK = """\
  - id: wijk{number}
    name: BIN Wijk {number}
    address: coordinator@bin-wijk{number}.example
    language: nl
    coordinators: [anna{number}@home.example]
    imap: {{host: 127.0.0.1, port: {imap}, security: none, username: {user}, password: {{secret: imap-password}}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none}}
    trusted_authserv_ids: [mx.provider.example]
    partners:
      - id: politie
        name: Politie
        senders: ["@politie{number}.example"]
        replies_to: [wijkagent@politie{number}.example]
    reports_to: [politie]
    members: [{members}]
"""


def configuration(folder: Path, dovecot: Dovecot, smtp: int, *, networks: int) -> Path:
    members = ", ".join(f"buur{number}@mail.example" for number in range(100))
    parts = [
        _NETWORK.format(number=number, imap=dovecot.port, smtp=smtp, user=dovecot.new_user(), members=members)
        for number in range(networks)
    ]
    file = folder / "binrelay.yaml"
    file.write_text(f"store: sqlite://{folder}/state/binrelay.sqlite3\nnetworks:\n{''.join(parts)}")
    file.chmod(0o600)
    return file


def watched(folder: Path, networks: int) -> bool:
    status = folder / "state" / "binrelay.sqlite3.status"
    return status.exists() and status.read_text().count('"mailbox": "idle"') == networks


def busy(pid: int) -> float:
    """Seconds of CPU so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS"))


def measure(networks: int) -> tuple[float, float]:
    """MB of the process at rest, and the part of one core it takes."""
    with Dovecot() as dovecot, RecordingSink() as sink, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = configuration(folder, dovecot, sink.port, networks=networks)
        environment = {**os.environ, "BINRELAY_SECRET_IMAP_PASSWORD": PASSWORD}
        with (folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "binrelay", "run", "-c", str(file)]
            daemon = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
        try:
            while not watched(folder, networks):
                assert daemon.poll() is None, (folder / "log").read_text()[-2000:]
                time.sleep(0.2)
            time.sleep(10)
            before = busy(daemon.pid)
            time.sleep(SECONDS)
            return memory(daemon.pid), (busy(daemon.pid) - before) / SECONDS
        finally:
            daemon.terminate()
            daemon.wait(60)


def main() -> None:
    results, first = Results(FILE), 0.0
    for networks in NETWORKS:
        size, part = measure(networks)
        each = (size - first) / (networks - 1) if first else 0.0
        first = first or size
        results.add({"networks": networks, "memory": size, "each": each, "core": part})


if __name__ == "__main__":
    main()
