"""The world of the story: two servers, the daemon between them, and its store to read from.

Invariant: `play` returns when everything is over that a mail set going, so that what did not happen can be checked too.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from binrelay.demo.cast import COORDINATOR, EVERYBODY, NETWORK_ID, configuration, folders
from binrelay.demo.letters import Letter
from binrelay.demo.mailbox import count, drag, submit, where_is
from binrelay.demo.relay import Relay
from binrelay.demo.scene import Scene
from binrelay.demo.servers import ImapServer, SmtpServer
from binrelay.mail.message import read_message
from binrelay.model import Language
from binrelay.records import ArrivalRecord
from binrelay.store.store import SqlStore, open_store

PORTS = (1143, 1025)  # with --serve: IMAP, SMTP
Found = TypeVar("Found")

_PAUSE = 1.0  # seconds
_LOOK = 0.02  # seconds between two looks at what the daemon has done


class Stage:
    def __init__(self, imap: ImapServer, smtp: SmtpServer, *, relay: Relay, language: Language) -> None:
        self.imap, self.smtp, self.relay = imap, smtp, relay
        self.waiting_for = ""  # said where it takes too long
        names = folders(language)
        self.held, self.release, self._done, self._rejected = (
            f"{names.root}/{name}" for name in (names.held, names.release, names.done, names.rejected)
        )
        self._store: SqlStore | None = None

    async def ready(self) -> None:
        """Until the daemon watches the mailbox."""
        await self._until(self._watched, "binrelay is up")
        self._store = await open_store(self.relay.store, readonly=True)

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()

    async def play(self, letter: Letter) -> Scene:
        """Submits the mail as its author's mail program does, and waits for all that comes of it."""
        before = len(self.smtp.deliveries)
        await asyncio.to_thread(submit, self.smtp.port, letter)
        return await self.outcome(await self.smtp.arrivals.get(), before=before)

    async def next_arrival(self) -> bytes | None:
        """The next mail for the coordinator's mailbox, as it lies there; None after a second without one."""
        self.relay.check()
        try:
            async with asyncio.timeout(_PAUSE):
                return await self.smtp.arrivals.get()
        except TimeoutError:
            return None

    async def outcome(self, arrived: bytes, *, before: int) -> Scene:
        """What became of a mail that came in; `before`: how many deliveries there were then."""
        digest = read_message(arrived).digest

        async def decided() -> ArrivalRecord | None:
            record = await self._record(digest)
            return record if record and await self._quiet() else None

        return await self._scene(arrived, await self._until(decided, "a decision, and everything sent"), before=before)

    async def drag(self, scene: Scene) -> Scene:
        """Anna drags the held mail to the release folder."""
        before, digest = len(self.smtp.deliveries), read_message(scene.arrived).digest
        way = (self.held, self.release)
        await asyncio.to_thread(drag, self.imap.port, _id_line(scene.arrived), user=COORDINATOR.address, way=way)

        async def released() -> ArrivalRecord | None:
            record = await self._record(digest)
            return record if record and record.state == "released" and await self._quiet() else None

        record = await self._until(released, "what was dragged is sent")
        await self._until(lambda: self._lies_in(scene.arrived, self._done), "what was dragged is filed")
        return await self._scene(scene.arrived, record, before=before)

    async def _scene(self, arrived: bytes, record: ArrivalRecord, *, before: int) -> Scene:
        return Scene(arrived, record, tuple(self.smtp.deliveries[before:]), await self._where(arrived))

    async def _where(self, arrived: bytes) -> tuple[str, ...]:
        return await asyncio.to_thread(
            where_is,
            self.imap.port,
            _id_line(arrived),
            user=COORDINATOR.address,
            folders=("INBOX", self.held, self.release, self._done, self._rejected),
        )

    async def lying_in(self, folder: str) -> int:
        """How many mails lie in a folder of the coordinator's mailbox."""
        return await asyncio.to_thread(count, self.imap.port, user=COORDINATOR.address, folder=folder)

    async def _lies_in(self, arrived: bytes, folder: str) -> bool:
        return await self._where(arrived) == (folder,)

    async def _record(self, digest: str) -> ArrivalRecord | None:
        return await self._store.arrival(NETWORK_ID, digest) if self._store else None

    async def _quiet(self) -> bool:
        """Nothing in INBOX but what stays there, nobody left to tell, nothing under way.

        Asked in this order: whoever is to be told is no longer untold once the notice is under way.
        """
        if self._store is None:
            return False
        uidvalidity, number = await self.imap.inbox_of(COORDINATOR.address)
        if number > len(await self._store.left(NETWORK_ID, uidvalidity)):
            return False
        return not await self._store.untold(NETWORK_ID) and not await self._store.queue(NETWORK_ID)

    async def _watched(self) -> bool:
        return self.relay.watches()

    async def _until(self, condition: Callable[[], Awaitable[Found | None]], what: str) -> Found:
        self.waiting_for = what
        while not (found := await condition()):
            self.relay.check()
            await asyncio.sleep(_LOOK)
        return found


def _id_line(content: bytes) -> bytes:
    return (read_message(content).message_id or "").encode()


@asynccontextmanager
async def open_stage(language: Language, *, ports: tuple[int, int] = (0, 0)) -> AsyncIterator[Stage]:
    """Servers and daemon, up and watching; gone afterwards, files and all. `ports`: IMAP and SMTP, 0 for any."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="binrelay-demo-")))
        imap = ImapServer(EVERYBODY)
        smtp = SmtpServer(imap)
        await imap.start(ports[0])
        stack.callback(imap.stop)
        await smtp.start(ports[1])
        stack.callback(smtp.stop)
        relay = Relay(folder)
        stack.push_async_callback(relay.stop)
        await relay.start(configuration(store=relay.store, language=language, imap=imap.port, smtp=smtp.port))
        stage = Stage(imap, smtp, relay=relay, language=language)
        stack.push_async_callback(stage.close)
        yield stage
