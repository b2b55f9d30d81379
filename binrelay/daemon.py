"""Builds the real things, starts the workers and stops them. The only place with signals; decides nothing about mail."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Awaitable, Coroutine
from typing import Protocol, TypeVar

from binrelay.config import load_settings
from binrelay.errors import ConfigError
from binrelay.journal import LogJournal
from binrelay.mail.domains import organizational_domain
from binrelay.model import Network, Settings
from binrelay.ports import Inbox
from binrelay.ports.submission import Submitter
from binrelay.rota import Attendance
from binrelay.rules.exposure import quiet
from binrelay.rules.notice import tell
from binrelay.store.lock import lock
from binrelay.store.place import database_path
from binrelay.store.store import SqlStore, open_store
from binrelay.transport.chart import ChartPainter
from binrelay.transport.dkim import DkimVerifier
from binrelay.transport.imap import ImapInbox
from binrelay.transport.oauth import Tokens
from binrelay.transport.smtp import SmtpSubmitter
from binrelay.transport.system import (
    StatusFile,
    SystemClock,
    SystemDice,
    changes,
    keep_for_good,
    sd_notify,
    status_path,
)
from binrelay.workers.accounts import Accounts
from binrelay.workers.configuration import Reload
from binrelay.workers.network import NetworkWorker
from binrelay.workers.presence import SILENCE, Presence
from binrelay.workers.status import Board, Condition, daemon_status, until_next_status
from binrelay.workers.world import World

P = TypeVar("P")

READY_WITHIN = 30.0  # seconds systemd waits for the first scans; a provider that is down must not stop the others


class Between(Protocol):
    """Puts something between the workers and a port. The port itself: nothing."""

    def __call__(self, name: str, port: P, /) -> P: ...


def nothing(_: str, port: P, /) -> P:
    return port


class Daemon:
    def __init__(
        self,
        settings: Settings,
        *,
        from_beginning: bool = False,
        journal: LogJournal | None = None,
        between: Between = nothing,
        silence: float = SILENCE,
    ) -> None:
        """`between` is asked once for the `store`, and for each `inbox` and `submitter`; `silence` as in `Presence`."""
        self._between, self._silence = between, silence
        self._settings = settings
        self._from_beginning = from_beginning
        self._journal = journal or LogJournal()
        self._clock, self._dice = SystemClock(), SystemDice()
        self._owner = self._dice.token(8)
        self._verifier = DkimVerifier()
        self._workers: dict[str, NetworkWorker] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._started = self._loaded = self._clock.now()
        self._stopping = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        self._store: SqlStore | None = None
        self._tokens: Tokens | None = None
        self._board = Board()
        self._presence: Presence | None = None  # None: no other daemon has this store
        self._ours: frozenset[str] = frozenset()  # mailboxes that are ours by the rota
        self._accounts = Accounts(self._make_submitter)
        self._reload = Reload(self._load, self._apply, self._refuse, journal=self._journal)

    async def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises AlreadyRunning, StoreError, or what a worker cannot go on after."""
        with lock(self._settings.store):
            await asyncio.to_thread(_learn_by_heart, self._settings)  # who has signed in must not be silent
            opened = await open_store(self._settings.store, patient=True, now=self._clock.now)
            self._store = self._between("store", opened)
            self._tokens = Tokens(self._store, self._clock)
            try:
                await self._sign_in(self._store)
                await self._serve()
                await self._sign_off(self._store)
            finally:
                self._verifier.close()
                await self._store.close()
                self._forget_status()
        self._journal.event("stopped")

    async def _sign_in(self, store: SqlStore) -> None:
        """Before any work: what other daemons of this store left under way is theirs while they live."""
        if store.rota is None:
            await store.unclaim(wait=self._settings.retry.uncertain)  # the lock is ours, so they are dead
            return
        me = Attendance(self._owner, socket.gethostname(), os.getpid(), "{}")
        self._presence = Presence(store.rota, self._clock, self._journal, me, self._silence)
        self._ours = await self._presence.sign_in([each.id for each in self._settings.networks])

    async def _sign_off(self, store: SqlStore) -> None:
        """The others take over at once, instead of after a silence."""
        if store.rota is not None:
            await store.rota.resign(self._owner, wait=self._settings.retry.uncertain, now=self._clock.now())

    def stop(self) -> None:
        self._stopping.set()

    async def _serve(self) -> None:
        self._listen_to_signals()
        self._journal.event("started", networks=len(self._settings.networks), pid=os.getpid())
        async with asyncio.TaskGroup() as group:
            self._group = group
            for network in self._settings.networks:
                self._begin(network)
            around = [group.create_task(work) for work in self._background()]
            await self._stopping.wait()
            sd_notify("STOPPING=1")
            self._hurry()
            for task in around:
                task.cancel()
            for worker in self._workers.values():
                worker.stop()

    def _background(self) -> tuple[Coroutine[object, object, None], ...]:
        always = (self._reload.follow(self._settings, changes), self._announce())
        presence = self._presence
        if presence is None:
            return (*always, self._report())
        return (
            *always,
            presence.keep(lambda: self._workers, self._status, self._take_turns),
            presence.bury_the_dead(lambda: self._settings.retry.uncertain),
            presence.listen(self._wake),
            presence.tell_of_outages(lambda: self._store.away if self._store else None),
        )

    def _take_turns(self, ours: frozenset[str]) -> None:
        """Which mailboxes are ours; in tasks of their own, for a message under way is finished first."""
        assert self._group is not None  # noqa: S101 - `_serve` opened it
        self._ours = ours
        for network_id, worker in self._workers.items():
            if worker.ours is not (network_id in ours):
                self._group.create_task(worker.watch(ours=network_id in ours))

    def _wake(self, networks: frozenset[str]) -> None:
        for network_id in networks & self._workers.keys():
            self._workers[network_id].world.due.set()

    def _hurry(self) -> None:
        """A database that is away is waited for no longer."""
        assert self._store is not None  # noqa: S101 - `run` opened it
        self._store.hurry()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload_now)

    def _reload_now(self) -> None:
        if self._group is not None:
            self._group.create_task(self._discard(self._reload.again()))

    async def _discard(self, work: Awaitable[object]) -> None:
        await work

    def _begin(self, network: Network) -> None:
        assert self._store is not None and self._group is not None  # noqa: S101, PT018 - `run` opened both
        world = World(
            network=network,
            retry=self._settings.retry,
            store=self._store,
            clock=self._clock,
            dice=self._dice,
            phrases=self._settings.phrases,
            verifier=self._verifier,
            painter=ChartPainter(),
            journal=self._journal,
            owner=self._owner,
        )
        worker = NetworkWorker(
            world,
            self._make_inbox,
            self._accounts,
            from_beginning=self._from_beginning,
            ours=self._presence is None or network.id in self._ours,
        )
        self._workers[network.id] = worker
        self._running[network.id] = self._group.create_task(worker.run())

    def _make_inbox(self, network: Network) -> Inbox:
        assert self._tokens is not None  # noqa: S101 - `run` made it
        inbox = ImapInbox(network.imap, network.folders, access_token=self._tokens.of(network.imap))
        return self._between("inbox", inbox)

    def _make_submitter(self, network: Network) -> Submitter:
        assert self._tokens is not None  # noqa: S101 - `run` made it
        name, token = network.address.domain, self._tokens.of(network.smtp)
        return self._between("submitter", SmtpSubmitter(network.smtp, ehlo_name=name, access_token=token))

    async def _load(self) -> Settings:
        return await asyncio.to_thread(load_settings, self._settings.path, environ=os.environ)

    async def _apply(self, settings: Settings) -> None:
        """Networks that are new begin, those that are gone end, the others go on with their new values."""
        wanted = {network.id: network for network in settings.networks}
        for network_id in [each for each in self._workers if each not in wanted]:
            self._workers.pop(network_id).stop()
            await self._running.pop(network_id)
        self._settings, self._loaded = settings, self._clock.now()
        for network_id, network in wanted.items():
            worker = self._workers.get(network_id)
            if worker is None:
                self._begin(network)
            else:
                await worker.update(network, settings)

    async def _refuse(self, error: ConfigError) -> None:
        """The last good configuration stays; the coordinators hear what is wrong with the edit."""
        assert self._store is not None  # noqa: S101 - `run` opened it
        for worker in self._workers.values():
            desk = worker.world.desk()
            problems = [quiet(str(problem), desk.network) for problem in error.problems[:20]]
            key = f"{worker.world.network.id}/config/{int(desk.now)}"
            await self._store.post(tell("config", key=key, desk=desk, problems=problems))
            worker.world.due.set()

    async def _announce(self) -> None:
        """READY once every mailbox was looked at or could not be; WATCHDOG as long as the loop turns."""
        began = time.monotonic()
        while not self._all_looked_at() and time.monotonic() - began < READY_WITHIN:  # noqa: ASYNC110 - once, at start
            await asyncio.sleep(0.05)
        sd_notify("READY=1")
        self._journal.event("ready")
        while True:
            sd_notify(f"WATCHDOG=1\nSTATUS={len(self._workers)} networks")
            await asyncio.sleep(20)

    def _all_looked_at(self) -> bool:
        return all(worker.world.health.mailbox != "connecting" for worker in self._workers.values())

    async def _report(self) -> None:
        """Writes the status file again and again."""
        file = self._status_file()
        while file is not None:
            await file.write(await self._status())
            await asyncio.sleep(until_next_status(self._clock.now() - self._started, all_seen=self._all_looked_at()))

    def _status_file(self) -> StatusFile | None:
        path = database_path(self._settings.store)
        return None if path is None else StatusFile(status_path(path), self._journal)

    def _forget_status(self) -> None:
        file = self._status_file()
        if file is not None:
            file.forget()

    async def _status(self) -> dict[str, object]:
        condition = Condition(os.getpid(), time.time(), self._loaded, self._reload.error)
        return await daemon_status([worker.world for worker in self._workers.values()], condition, self._board)


def _learn_by_heart(settings: Settings) -> None:
    """Loads now what the first mail would have to wait half a second for: the texts, and who owns which domains."""
    for network in settings.networks:
        settings.phrases("via", network.language, name="", network=network.name)
        organizational_domain(network.address.domain)
    keep_for_good()


def run_daemon(settings: Settings, *, from_beginning: bool = False) -> None:
    """Blocks until told to stop."""
    keep_for_good()  # at once: what reading thousands of members left behind goes before anything lies in between
    journal = LogJournal()
    journal.take_over()
    asyncio.run(_run(settings, journal, from_beginning=from_beginning))


async def _run(settings: Settings, journal: LogJournal, *, from_beginning: bool) -> None:
    await Daemon(settings, from_beginning=from_beginning, journal=journal).run()
