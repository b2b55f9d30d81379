"""Two daemons behind one PostgreSQL; one of them dies at a named point, the other goes on alone. For tests only."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from tests.journeys.crash_site import Copy, CrashSite
from tests.journeys.neighbourhood import until
from tests.support.crashing import Order
from tests.support.dovecot import Dovecot
from tests.support.lines import whose

SILENCE = 5.0  # seconds; a busy machine keeps a living daemon silent for one or two


class CrashStreet(CrashSite):
    def __init__(self, dovecot: Dovecot, folder: Path) -> None:
        super().__init__(dovecot, folder)
        self.store = ""  # the URL of an empty database
        self._daemons: tuple[int, ...] = ()

    def __enter__(self) -> Self:
        self._database = psycopg.connect(self.store, autocommit=True)
        super().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._database.close()

    def configure(self, more: str = "", *, retry: str = "{first: 1s, longest: 2s}", smtp: str = "") -> None:
        super().configure(more, retry=retry, smtp=smtp)
        lines = self.config.read_text().splitlines(keepends=True)
        self.config.write_text("".join(f"store: {self.store}\n" if "store:" in line else line for line in lines))

    def begin(self, *, point: str = "", refuse: bool = False, wait: bool = True) -> None:
        """Starts both; whichever comes to `point` first dies there."""
        self._set_out(point)
        order = Order(*self._files(), point, refuse=refuse, silence=SILENCE)
        self._daemons = ()
        for _ in range(2):
            self._daemons += (self._born(order),)
        if wait:
            until(
                lambda: self.watched() and len(self._on_roll()) == 2,
                "one daemon watches, the other stands by",
                patience=60.0,
            )

    def revive(self) -> None:
        """The other one is there already."""
        if not self._living():
            self.begin()

    def stop(self) -> int:
        for daemon in self._living():
            os.kill(daemon, signal.SIGTERM)
        until(lambda: not self._living(), "the daemons end", patience=60.0)
        self._daemons = ()
        return 0

    def alive(self) -> bool:
        """Nobody has died."""
        return self._living() == self._daemons

    def struck(self) -> bool:
        return not self.alive()

    def watched(self) -> bool:
        """By a living daemon."""
        return any(told["networks"][0]["mailbox"] == "idle" for told in self._on_roll())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(query.encode()).fetchall()
        except psycopg.errors.UndefinedTable:
            return []  # the first daemon is still building them

    def in_doubt(self) -> set[Copy]:
        """Whose dot the dead daemon had let go without a reply on record: these alone may come twice."""
        query = (
            "select m.message_id, r.key, d.pid from recipients r join mails m on m.id = r.mail_id"
            " join daemons d on d.id = r.owner where r.state = 'dot'"
        )
        living = self._living()
        return {(message_id, key) for message_id, key, pid in self.rows(query) if pid not in living}

    def _whose(self, client: int) -> int:
        return whose(client, self._daemons)

    def _living(self) -> Sequence[int]:
        return tuple(daemon for daemon in self._daemons if _lives(daemon))

    def _on_roll(self) -> Sequence[dict[str, Any]]:
        """What each of the living says of itself."""
        living = self._living()
        told = (json.loads(status) for pid, status in self.rows("select pid, status from daemons") if pid in living)
        return [status for status in told if status]


def _lives(daemon: int) -> bool:
    try:
        os.kill(daemon, 0)
    except ProcessLookupError:
        return False
    return True
