"""A neighbourhood whose daemon dies at a named point; what must be true afterwards, wherever that was. For tests only."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.journeys.neighbourhood import PATIENCE, Neighbourhood, read, until
from tests.support.crashing import Order, springs
from tests.support.dovecot import Dovecot
from tests.support.nursery import Child, nursery
from tests.support.sink import Delivery
from tests.support.watchful_sink import WatchfulSink

FINAL = ("sent", "failed", "erased")
ROOMS = ("INBOX", "BIN/Verwerkt", "BIN/Wacht", "BIN/Vrijgeven", "BIN/Geweigerd")
Copy = tuple[str, str]  # Message-ID and recipient of one copy


class CrashSite(Neighbourhood):
    def __init__(self, dovecot: Dovecot, folder: Path) -> None:
        super().__init__(dovecot, folder)
        self.provider: WatchfulSink = WatchfulSink()  # type: ignore[assignment] # records as the other one does
        self.armed, self.points = folder / "armed", folder / "points"
        self.arrived = 0
        self.point = ""
        self.before: Counter[str] = Counter()  # how many mails each address had before the step
        self._child = 0
        self._children: list[Child] = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        for child in self._children:
            child.wait(PATIENCE)

    def begin(self, *, point: str = "", refuse: bool = False, wait: bool = True) -> None:
        """Starts the daemon; from `arm()` on it dies at `point`. Returns when the mailbox is watched, or at once."""
        self._set_out(point)
        self._child = self._born(Order(*self._files(), point, refuse=refuse))
        if wait:
            until(self.watched, "the daemon watches")

    def _set_out(self, point: str) -> None:
        if not self.config.exists():
            self.configure(retry="{first: 500ms, longest: 1s, uncertain: 1s}")
            self.config.write_text(self.config.read_text().replace("keepalive: 2s", "keepalive: 1s"))
        self.point = point
        self.provider.told = self._passes

    def _born(self, order: Order) -> int:
        """The number of its process."""
        main, told = "tests.support.crashing:main", json.dumps(asdict(order))
        with self._log_file().open("ab") as log:
            self._children.append(nursery().start(told, main=main, environment=self._environment(), error=log))
        return self._children[-1].pid

    def _files(self) -> tuple[str, str, str]:
        return str(self.config), str(self.points), str(self.armed)

    def arm(self) -> None:
        self.armed.touch()

    def disarm(self) -> None:
        self.armed.unlink(missing_ok=True)
        self.armed.with_suffix(".sprung").unlink(missing_ok=True)
        self.point = ""

    def arrives(self, content: bytes, *, date: float | None = None) -> None:
        self.arrived += 1
        super().arrives(content, date=date)

    def revive(self) -> None:
        """Another daemon takes up the work of a dead one."""
        if not self.alive():
            self.begin()

    def stop(self) -> int:
        """As systemd does; a daemon that is dead already stays so."""
        if self.alive():
            os.kill(self._child, signal.SIGTERM)
            until(lambda: not self.alive(), "the daemon ends")
        return 0

    def alive(self) -> bool:
        try:
            os.kill(self._child, 0)
        except ProcessLookupError:
            return False
        return self._child > 0

    def struck(self) -> bool:
        """The daemon is dead, or waits for a database that can be written to."""
        return not self.alive() or (self.armed.exists() and self._mailbox() == "down")

    def _passes(self, phase: str, client: int) -> None:
        """In the server's thread, before it answers."""
        if not self.armed.exists():
            return
        with self.points.open("a") as points:
            points.write(f"{phase}\n")
        if phase == self.point and springs(self.armed):
            os.kill(self._whose(client), signal.SIGKILL)

    def _whose(self, _client: int) -> int:
        """The daemon that has this port."""
        return self._child

    def passed(self) -> set[str]:
        return set(self.points.read_text().split()) if self.points.exists() else set()

    def watched(self) -> bool:
        return self._mailbox() == "idle"

    def _mailbox(self) -> str:
        told = self._told()
        return str(told["networks"][0]["mailbox"]) if told.get("pid") == self._child else ""

    def _told(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads((self.folder / "state" / "binrelay.sqlite3.status").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return told

    # ------------------------------------------------------------ what is true

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "state" / "binrelay.sqlite3", timeout=10)) as connection:
            return connection.execute(query).fetchall()

    def settle(self) -> None:
        """Everything that arrived is decided and filed, everything queued has come to its end."""
        until(self._comes_to_rest, "everything comes to rest", patience=2 * PATIENCE)

    def _comes_to_rest(self) -> bool:
        """A daemon that waited for its database may have given up a moment later: it is started again, as by systemd."""
        self.revive()
        return self.at_rest()

    def at_rest(self) -> bool:
        if not self.watched():
            return False
        # In this order: arrivals cause notices, and both cause rows; what happens in between must not hide.
        known = self.rows("select count(*) from arrivals")[0][0]
        untold = self.rows("select 1 from arrivals where state = 'held' and not told limit 1")
        open_rows = self.rows(f"select 1 from recipients where state not in {FINAL} limit 1")  # noqa: S608 - a constant
        return not open_rows and not untold and known == self.arrived and self._in_place()

    def _in_place(self) -> bool:
        """Each mail lies where the store says, none on its way."""
        waiting = self.rows("select count(*) from arrivals where state = 'held'")[0][0]
        with self.box() as program:
            places = {room: len(program.messages(room)) for room in ROOMS}
        return not places["INBOX"] and not places["BIN/Vrijgeven"] and places["BIN/Wacht"] == waiting

    def copies(self) -> Counter[Copy]:
        return Counter(copy for delivery in list(self.provider.deliveries) for copy in _copies(delivery))

    def on_record(self) -> dict[Copy, str]:
        query = "select m.message_id, r.key, r.state from recipients r join mails m on m.id = r.mail_id"
        return {(message_id, key): state for message_id, key, state in self.rows(query)}

    def in_doubt(self) -> set[Copy]:
        """Whose dot is out while the store does not know of the reply: these alone may come twice."""
        record = self.on_record()
        return {copy for copy in self.copies() if record.get(copy) != "sent"}

    def check_ledger(self, *, twice: set[Copy]) -> None:
        """Nothing is lost, nobody is wrong, nothing comes twice but what was in doubt, every mail is in one place."""
        record, copies = self.on_record(), self.copies()
        assert set(copies) <= set(record), "somebody got what was not for them"
        assert {copy for copy, state in record.items() if state == "sent"} <= set(copies), "sent, and nobody has it"
        assert {copy for copy, number in copies.items() if number > 1} <= twice
        assert max(copies.values(), default=0) <= 2
        assert set(record.values()) <= set(FINAL)
        states = self.rows("select digest, state from arrivals")
        assert len({digest for digest, _ in states}) == len(states) == self.arrived
        places = Counter({room: len(self.folder_of(room)) for room in ROOMS})
        assert places.total() == self.arrived, places
        waiting = sum(state == "held" for _, state in states)
        assert places["BIN/Wacht"] == waiting, places


def _copies(delivery: Delivery) -> list[Copy]:
    message_id = str(read(delivery.content)["Message-ID"]).strip("<>")
    return [(message_id, address.lower()) for address in delivery.rcpt_tos]
