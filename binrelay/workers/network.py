"""Keeps one network going: its mailbox, its outbox, and the pauses between attempts when the world is bad.

Invariant: stopping and reloading happen between two messages, never in the middle of one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine

from binrelay.errors import BinrelayError, LoginRefused
from binrelay.model import Network, RetrySchedule, Settings
from binrelay.ports import Inbox
from binrelay.rules.exposure import quiet
from binrelay.rules.notice import tell
from binrelay.rules.retry import HOURLY, delay, rest_after_login
from binrelay.workers.accounts import Accounts
from binrelay.workers.breaker import follow_breaker
from binrelay.workers.failures import follow_failures
from binrelay.workers.housekeeping import keep_house
from binrelay.workers.intake import Intake
from binrelay.workers.membership import follow_members, renew
from binrelay.workers.rounds import gather, go_round
from binrelay.workers.world import World

RECONNECT = RetrySchedule(first=1.0, longest=300.0, give_up=0.0, uncertain=0.0)
LOGINS_UNTIL_TOLD = 3

MakeInbox = Callable[[Network], Inbox]


class NetworkWorker:
    def __init__(
        self,
        world: World,
        make_inbox: MakeInbox,
        accounts: Accounts,
        *,
        from_beginning: bool = False,
        ours: bool = True,
    ) -> None:
        """`ours`: this daemon watches the mailbox, until `watch` says otherwise. The outbox is worked in any case."""
        self._world = world
        self._make_inbox = make_inbox
        self._accounts = accounts
        self._from_beginning = from_beginning
        self.ours = ours
        self._turning = asyncio.Lock()  # one turn at the mailbox ends before the next begins
        self._gate = asyncio.Lock()  # held while a message is taken in
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopped = asyncio.Event()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def world(self) -> World:
        return self._world

    async def run(self) -> None:
        """Until `stop()`; raises what no worker can go on after."""
        await renew(self._world)
        self._start("members", follow_members(self._world))
        self._start("failures", follow_failures(self._world))
        self._start("breaker", follow_breaker(self._world))
        self._start("house", keep_house(self._world))
        if self.ours:
            await gather(self._world)
        await self._turn()
        self._start_delivery()
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            ends: set[asyncio.Future[object]] = {stopped, self._failed}  # type: ignore[arg-type]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if self._failed.done():
                self._failed.result()
        finally:
            stopped.cancel()
            await self._end()

    def stop(self) -> None:
        self._stopped.set()

    async def watch(self, *, ours: bool) -> None:
        """The mailbox is this daemon's from now on, or another's."""
        self.ours = ours
        if "members" in self._tasks:  # running: `run` takes its turn by itself
            await renew(self._world)
            await self._turn()

    async def _turn(self) -> None:
        async with self._turning:
            if self.ours and "mailbox" not in self._tasks and not self._stopped.is_set():
                self._start("mailbox", self._watch())
                self._start("rounds", go_round(self._world))  # told once: by the daemon that has the mailbox
            elif not self.ours:
                await self._end_mailbox()
                self._world.health.mailbox = "elsewhere"

    async def update(self, network: Network, settings: Settings) -> None:
        """The edited YAML takes effect; connections are opened anew only where their own settings changed."""
        old = self._world.network
        self._world.listed, self._world.retry = network, settings.retry
        self._world.phrases = settings.phrases
        await renew(self._world)
        if (old.imap, old.folders, old.address) != (network.imap, network.folders, network.address):
            await self._end_mailbox()
            self._world.stuck.clear()  # the same numbers may be other mails there
            await self._turn()
        if old.smtp != network.smtp:
            await self._end_delivery()
            self._start_delivery()

    def _start(self, name: str, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name=f"{name}-{self._world.network.id}")
        task.add_done_callback(self._ended)
        self._tasks[name] = task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A worker that fails takes the rest down: half a daemon is worse than none."""
        if not task.cancelled() and task.exception() is not None and not self._failed.done():
            self._failed.set_exception(task.exception() or RuntimeError)

    def _start_delivery(self) -> None:
        self._accounts.join(self._world).add_done_callback(self._ended)

    async def _end(self) -> None:
        for name in ("members", "failures", "breaker", "house"):
            self._tasks.pop(name).cancel()
        await self._end_mailbox()
        await self._end_delivery()

    async def _end_mailbox(self) -> None:
        task = self._tasks.pop("mailbox", None)
        if task is None:
            return
        self._tasks.pop("rounds").cancel()
        async with self._gate:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task

    async def _end_delivery(self) -> None:
        await self._accounts.leave(self._world)

    async def _watch(self) -> None:
        """One session after the other; the pause grows while they fail, on its own for refused logins."""
        failures = refusals = 0
        while True:
            inbox = self._make_inbox(self._world.network)
            self._world.health.mailbox = "connecting"
            began = self._world.clock.now()
            try:
                await Intake(self._world, inbox, gate=self._gate, from_beginning=self._from_beginning).session()
            except BinrelayError as error:
                scanned = self._world.health.last_seen
                if scanned is not None and scanned >= began:
                    failures = refusals = 0
                if isinstance(error, LoginRefused):
                    refusals += 1
                    await self._tell_login(error, refusals)
                    await self._pause(error, rest_after_login(refusals, then=HOURLY))
                else:
                    failures += 1
                    await self._pause(error, delay(failures - 1, RECONNECT, self._world.dice.jitter()))
            finally:
                await inbox.close()

    async def _pause(self, error: BinrelayError, seconds: float) -> None:
        world = self._world
        world.health.mailbox, world.health.trouble = "down", type(error).__name__
        world.journal.event(
            "mailbox-down",
            network=world.network.id,
            error=type(error).__name__,
            detail=quiet(str(error), world.network),
            retry_in=round(seconds, 1),
        )
        await world.clock.sleep(seconds)

    async def _tell_login(self, error: LoginRefused, refusals: int) -> None:
        """The coordinators hear of it once it is no hiccup any more."""
        if refusals != LOGINS_UNTIL_TOLD:
            return
        world = self._world
        key = f"{world.network.id}/login/{int(world.clock.now() // 86400)}"
        values = {"server": error.server, "answer": quiet(error.answer, world.network)}
        await world.store.post(tell("login", key=key, desk=world.desk(), **values))
        world.due.set()
