"""binrelay as a peer: the whole daemon with its durable outbox, behind a real Dovecot.

Its clock starts when the server announces the mail to the daemon (`wire`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.installed import Installed
from tests.bench.letters import append, bulletin, member
from tests.bench.peers import BATCH, CONNECTIONS, Cell
from tests.bench.receiver import Receiver
from tests.bench.wire import Wire
from tests.journeys.neighbourhood import Neighbourhood
from tests.support.dovecot import Dovecot

_OFTEN = "bulletins_per_hour: 100000"
_PATIENCE = 180.0  # seconds until a daemon with 50,000 members watches its mailbox


def settle(hood: Neighbourhood, cell: Cell, *, imap: int, uncertain: str = "15m") -> None:
    """Writes the configuration: the cell's members, a partner who may write as often as it likes, IMAP on that port.

    Nothing but news ends its IDLE while we measure.
    """
    hood.members = [member(number) for number in range(cell.members)]
    more = '    delivery: individual\n    subaddress: "+"\n' if cell.each else ""
    retry = f"{{first: 1s, longest: 2s, uncertain: {uncertain}}}"
    hood.configure(more, retry=retry, smtp=f", connections: {CONNECTIONS}, max_recipients: {BATCH}")
    text = hood.config.read_text().replace("        name: Politie", f"        {_OFTEN}\n        name: Politie", 1)
    text = text.replace("keepalive: 2s", "keepalive: 2m")
    hood.config.write_text(text.replace(f"port: {hood.dovecot.port}", f"port: {imap}"))


class Relay:
    name = "binrelay"

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._running = ExitStack()
        self._dovecot: Dovecot | None = None
        self._wire: Wire | None = None
        self._user = ""

    def start(self, cell: Cell) -> None:
        running = self._running
        self._dovecot = running.enter_context(Dovecot())
        self._wire = running.enter_context(Wire(self._dovecot.port))
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        hood = Installed(self._dovecot, folder)
        hood.smtp_port, self._user = self._receiver.port, hood.user
        running.callback(hood.stop)
        settle(hood, cell, imap=self._wire.port)
        hood.start(patience=_PATIENCE)

    def go(self, cell: Cell) -> float:
        return self.pass_on(bulletin(cell.size))

    def pass_on(self, content: bytes) -> float:
        assert self._dovecot is not None
        assert self._wire is not None
        self._wire.expect()
        append(self._dovecot.port, self._user, content)
        return self._wire.announced()

    def stop(self) -> None:
        self._running.close()
        self._dovecot = self._wire = None

    def servers(self) -> Iterator[int]:
        assert self._dovecot is not None
        yield self._dovecot.pid
