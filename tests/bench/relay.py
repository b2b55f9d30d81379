"""binrelay as a peer: the whole daemon with its durable outbox, behind a real Dovecot.

Its clock starts when the server announces the mail to whoever listens, the daemon among them: Dovecot holds every
announcement back by half a second, whatever the client does.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.letters import Listener, append, bulletin, member
from tests.bench.peers import BATCH, CONNECTIONS, Cell
from tests.bench.receiver import Receiver
from tests.journeys.neighbourhood import Neighbourhood
from tests.support.dovecot import Dovecot

_OFTEN = "bulletins_per_hour: 100000"


class BenchHood(Neighbourhood):
    """A neighbourhood whose provider is the counting receiver, and whose partner may write as often as it likes."""

    def __init__(self, dovecot: Dovecot, folder: Path, *, port: int) -> None:
        super().__init__(dovecot, folder)
        self.smtp_port = port

    def settle(self, members: Sequence[str], *, each: bool) -> None:
        self.members = members
        more = '    delivery: individual\n    subaddress: "+"\n' if each else ""
        self.configure(more, smtp=f", connections: {CONNECTIONS}, max_recipients: {BATCH}")
        text = self.config.read_text()
        self.config.write_text(text.replace("        name: Politie", f"        {_OFTEN}\n        name: Politie", 1))


class Relay:
    name = "binrelay"

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._dovecot = Dovecot()
        self._folder = tempfile.TemporaryDirectory()
        self._hood: BenchHood | None = None
        self._starts = 0

    def start(self, cell: Cell) -> None:
        self._starts += 1
        self._dovecot.start()
        folder = Path(self._folder.name) / str(self._starts)
        folder.mkdir()
        hood = BenchHood(self._dovecot, folder, port=self._receiver.port)
        hood.settle([member(number) for number in range(cell.members)], each=cell.each)
        hood.start(patience=120.0)
        self._hood = hood

    def go(self, cell: Cell) -> float:
        assert self._hood is not None
        listener = Listener(self._dovecot.port, self._hood.user)
        try:
            appended = time.monotonic()
            append(self._dovecot.port, self._hood.user, bulletin(cell.size))
            return listener.announced(appended)
        finally:
            listener.close()

    def stop(self) -> None:
        if self._hood is not None:
            self._hood.stop()
        self._dovecot.stop()

    def servers(self) -> Iterator[int]:
        yield self._dovecot.pid
