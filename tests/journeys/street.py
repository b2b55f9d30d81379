"""A neighbourhood behind PostgreSQL, where several daemons work. For tests only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from binrelay.cli.status import together
from tests.journeys.neighbourhood import PATIENCE, Neighbourhood, until
from tests.support.dovecot import Dovecot
from tests.support.nursery import Process
from tests.support.sink import Habits


class Street(Neighbourhood):
    """`start()` and `another()` start daemons with one configuration; `daemons` are those that run."""

    def __init__(self, dovecot: Dovecot, folder: Path, store: str, *, habits: Habits | None = None) -> None:
        super().__init__(dovecot, folder, habits=habits)
        self.store = store
        self.others: list[Process] = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for daemon in self.others:
            daemon.terminate()
        for daemon in self.others:
            daemon.wait(PATIENCE)
        super().__exit__(kind, error, trace)

    def configure(self, more: str = "", *, retry: str = "{first: 1s, longest: 2s}", smtp: str = "") -> None:
        super().configure(more, retry=retry, smtp=smtp)
        lines = self.config.read_text().splitlines(keepends=True)
        self.config.write_text("".join(self._line(line) for line in lines))

    def _line(self, line: str) -> str:
        return f"store: {self.store}\n" if line.startswith("store:") else line

    def another(self, *, patience: float = PATIENCE) -> Process:
        """One more daemon; returns when it is on the roll."""
        with self._log_file().open("ab") as log:
            daemon = self.daemon(log=log)
        self.others.append(daemon)
        until(lambda: self.on_roll(daemon.pid).get("pid"), "the other daemon is on the roll", patience=patience)
        return daemon

    def on_roll(self, pid: int) -> dict[str, Any]:
        """What the whole says of one daemon; empty where it is not there."""
        return next((each for each in self.whole().get("daemons", ()) if each["pid"] == pid), {})

    def whole(self) -> dict[str, Any]:
        return asyncio.run(together(self.store)) or {}

    def status(self) -> dict[str, Any]:
        """As of the daemon that `start()` started, once it is there."""
        assert self._daemon is not None
        if self._daemon.poll() is not None:
            raise AssertionError(f"the daemon ended with {self._daemon.returncode}:\n{self.log()}")
        return self.whole() if self.on_roll(self._daemon.pid) else {}

    def kill_daemon(self, daemon: Process) -> set[str]:
        """As the power does. Whose dot it had let go without a reply on record: these alone may get a second copy."""
        daemon.kill()
        daemon.wait(PATIENCE)
        self.others.remove(daemon)
        under_way = (
            "select r.key from recipients r join daemons d on d.id = r.owner where r.state = 'dot' and d.pid = %s"
        )
        with psycopg.connect(self.store) as database:
            return {key for (key,) in database.execute(under_way, (daemon.pid,))}

    def reached(self) -> Sequence[str]:
        """Everybody who got a mail, once for each copy."""
        return [address for each in list(self.provider.deliveries) for address in each.rcpt_tos]
