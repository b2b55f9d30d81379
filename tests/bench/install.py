"""Installs the peers of the comparison, once: GNU Mailman 3 in a virtual environment of its own, mlmmj from Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.receiver import BUILD, HERE

MAILMAN = BUILD / "mailman"
_LOCK = HERE / "mailman.txt"
_DEBIAN = {"mlmmj-receive": "mlmmj", "smtp-source": "postfix", "gcc": "gcc"}


def install_peers() -> None:
    """Raises subprocess.CalledProcessError, or SystemExit with what to install."""
    missing = [package for program, package in _DEBIAN.items() if shutil.which(program) is None]
    if missing and (os.geteuid() or shutil.which("apt-get") is None):
        sys.exit(f"The comparison needs: apt-get install --no-install-recommends {' '.join(missing)}")
    if missing:
        subprocess.run(["apt-get", "-q", "-y", "install", "--no-install-recommends", *missing], check=True)
    if not (MAILMAN / "complete").exists():
        _install_mailman()


def _install_mailman() -> None:
    """The versions of its time: it does not start with newer ones of click and falcon."""
    sys.stdout.write("installing GNU Mailman 3 for the comparison …\n")
    subprocess.run([sys.executable, "-m", "venv", "--clear", MAILMAN], check=True)
    pip = [str(MAILMAN / "bin/pip"), "install", "--quiet", "--no-build-isolation", "--require-hashes", "--requirement"]
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "tools.txt"
        tools.write_text("".join(map(_entry, ("setuptools", "packaging", "wheel"))))
        subprocess.run([*pip, str(tools)], check=True)
    subprocess.run([*pip, str(_LOCK)], check=True)
    (MAILMAN / "complete").touch()


def _entry(package: str) -> str:
    """One package of the lock, its hashes included: what builds the others goes first."""
    lines = _LOCK.read_text().splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = next((place for place in range(start + 1, len(lines)) if not lines[place].startswith(" ")), len(lines))
    return "".join(lines[start:end])
