"""What it was measured on, and the versions of everybody who took part."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from tests.bench.install import MAILMAN

_NUMBERS = {1: "one core", 2: "two cores", 4: "four cores", 8: "eight cores"}


def machine() -> str:
    cores = _NUMBERS.get(os.cpu_count() or 0, f"{os.cpu_count()} cores")
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    processor = " ".join((model[1] if model else platform.machine()).replace("(R)", "").replace("(TM)", "").split())
    gigabytes = int(memory[1]) * 1024 / 1e9 if memory else 0.0
    return f"{cores} ({processor}), {gigabytes:.0f} GB of memory, {_system()}, Python {platform.python_version()}"


def _system() -> str:
    told = platform.freedesktop_os_release()
    return f"{told['NAME'].partition(' ')[0]} {told.get('VERSION_ID', '')}".strip()


def versions() -> Iterator[str]:
    """Name and version, for a sentence."""
    yield f"binrelay {version('binrelay')}"
    yield f"GNU Mailman {_said([str(MAILMAN / 'bin/python'), '-c', _MAILMAN_VERSION])}"
    for package, name in (("postfix", "Postfix"), ("mlmmj", "mlmmj"), ("dovecot-core", "Dovecot")):
        told = _said(["dpkg-query", "-W", "-f", "${Version}", package])
        yield f"{name} {re.split('[-+]', told.rpartition(':')[2])[0]}"
    yield f"PostgreSQL {_said(['postgres', '--version']).partition(') ')[2].partition(' ')[0]}"


_MAILMAN_VERSION = "from importlib.metadata import version; print(version('mailman'))"


def _said(command: list[str]) -> str:
    """What a program prints; "?" where there is none."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() or "?"
    except (OSError, subprocess.CalledProcessError):
        return "?"
