"""The real daemon as a process of its own, as systemd would start it, with a configuration and a store of its own.

Invariant: it is ended before the demo ends, by its own process id, whatever happened.
"""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import binrelay
from binrelay.demo.cast import PASSWORD
from binrelay.errors import BinrelayError
from binrelay.store.place import database_path
from binrelay.transport.system import read_status, status_path

_PATIENCE = 10.0  # seconds for an orderly end
_OURS = ("BINRELAY_", "CREDENTIALS_", "NOTIFY_", "WATCHDOG_")  # settings of another daemon must not reach this one


class RelayEndedError(BinrelayError):
    """The daemon ended by itself."""

    def __init__(self, code: int) -> None:
        super().__init__(f"binrelay run ended by itself, with exit code {code}")
        self.code = code


class Relay:
    def __init__(self, folder: Path) -> None:
        self.store = f"sqlite://{folder}/state/binrelay.sqlite3"
        self._config = folder / "binrelay.yaml"
        self._log = folder / "daemon.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, configuration: Mapping[str, object]) -> None:
        self._config.write_text(_yaml(configuration), encoding="utf-8")
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "binrelay", "run", "-c", str(self._config)),
                cwd=Path(binrelay.__file__).parent.parent,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def stop(self) -> int | None:
        """SIGTERM, and what it ended with; None where it was not running."""
        process, self._process = self._process, None
        if process is None:
            return None
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(_PATIENCE):
                return await process.wait()
        except TimeoutError:
            process.kill()
            return await process.wait()

    def check(self) -> None:
        """Raises RelayEndedError."""
        if self._process is not None and self._process.returncode is not None:
            raise RelayEndedError(self._process.returncode)

    def status(self) -> Mapping[str, Any]:
        """What `binrelay status --json` would say; empty before the first word."""
        path = database_path(self.store)
        return (read_status(status_path(path)) if path else None) or {}

    def watches(self) -> bool:
        """Whether the mailbox has been looked at and is being watched."""
        networks = self.status().get("networks") or [{}]
        return bool(networks[0].get("mailbox") == "idle")

    def log_tail(self, lines: int = 15) -> str:
        if not self._log.exists():
            return ""
        with self._log.open(encoding="utf-8", errors="replace") as log:
            return "".join(deque(log, lines))


def _environment() -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "BINRELAY_SECRET_IMAP_PASSWORD": PASSWORD, "BINRELAY_SECRET_SMTP_PASSWORD": PASSWORD}


def _yaml(configuration: Mapping[str, object]) -> str:
    text = io.StringIO()
    YAML().dump(configuration, text)
    return text.getvalue()
