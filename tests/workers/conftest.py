"""A network on a real SQLite file, with a mailbox and a provider in memory."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from binrelay.errors import MailboxLost, MailboxRefused
from binrelay.model import RetrySchedule
from binrelay.store.store import SqlStore, open_store
from binrelay.transport.chart import ChartPainter
from binrelay.workers.account import Account
from binrelay.workers.intake import Intake
from binrelay.workers.world import World
from tests.rules.good import NETWORK
from tests.rules.letters import PHRASES
from tests.workers.fakes import Clock, Dice, Journal, Lines, MemoryInbox, Provider, Signatures


@dataclass
class Office:
    """Everything of one network; `look()` is one session with the mailbox, `send()` empties the outbox."""

    world: World
    store: SqlStore
    clock: Clock
    journal: Journal
    inbox: MemoryInbox
    provider: Provider

    async def look(self) -> str:
        """One session: what ended it."""
        intake = Intake(self.world, self.inbox, gate=asyncio.Lock(), from_beginning=True)
        try:
            await intake.session()
        except (MailboxLost, MailboxRefused) as error:
            return str(error)
        raise AssertionError("a session ends by what it raises")

    @property
    def verifier(self) -> Signatures:
        assert isinstance(self.world.verifier, Signatures)
        return self.world.verifier

    async def send(self, *, until: float = 600.0) -> None:
        """Works until nothing is due within `until` seconds; the time is that of the last thing done."""
        before = self.clock.time
        await self.later(until)
        self.clock.time = max([before, *self.provider.moments])

    async def later(self, seconds: float, *others: World) -> None:
        """So much time passes, in which a daemon that was just started sends what is due."""
        self.clock.limit = self.clock.time + seconds
        self.clock.stuck.clear()
        account = Account("coordinator@provider", self.world, self.provider)
        for world in (self.world, *others):
            account.join(world)
        working = asyncio.create_task(account.run())
        stuck = asyncio.create_task(self.clock.stuck.wait())
        await asyncio.wait({working, stuck}, return_when=asyncio.FIRST_COMPLETED)
        account.stop()
        await working
        self.clock.time, self.clock.limit = self.clock.limit, math.inf

    def lines(self) -> Lines:
        return self.inbox.lines


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    clock, journal = Clock(), Journal()
    store = await open_store(f"sqlite://{tmp_path}/store.sqlite3", now=clock.now)
    world = World(
        network=NETWORK,
        retry=RetrySchedule(60.0, 3600.0, 432000.0, 300.0),
        store=store,
        clock=clock,
        dice=Dice(),
        phrases=PHRASES,
        verifier=Signatures(),
        painter=ChartPainter(),
        journal=journal,
        owner="the daemon",
    )
    yield Office(world, store, clock, journal, MemoryInbox(), Provider(clock))
    await store.close()
