"""Daemons started as an admin starts them: their memory and their time hold nothing that was there before."""

from __future__ import annotations

import subprocess
import sys
from typing import IO, Any

from tests.journeys.neighbourhood import ROOT, Neighbourhood
from tests.journeys.street import Street
from tests.support.nursery import Process


class Installed(Neighbourhood):
    """Its daemons are the command itself."""

    def daemon(self, *options: str, log: IO[Any]) -> Process:
        command = [sys.executable, "-m", "binrelay", "run", "-c", str(self.config), *options]
        return subprocess.Popen(command, cwd=ROOT, env=self._environment(), stderr=log)


class InstalledStreet(Installed, Street):
    """Several of them behind one PostgreSQL."""
