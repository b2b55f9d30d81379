"""One SMTP account and the networks that send through it: whose turn it is, how much may leave, when to rest.

Invariant: what is claimed fits into the account's limits together with all that left before, in this daemon or another;
an account that was told to slow down, or whose login was refused, knocks no more before its rest is over.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from binrelay.errors import LoginRefused, SubmissionFailed
from binrelay.mail.address import Address
from binrelay.mail.envelope import SmtpReply
from binrelay.model import Delivery as DeliveryMode
from binrelay.ports.submission import Submitter
from binrelay.records import Batch, Claim, Departure, Parcel
from binrelay.rules.budget import DAY, HISTORY, Allowance, Spending, limits_of
from binrelay.rules.lateness import STALE
from binrelay.rules.parcels import parcels
from binrelay.rules.retry import given_back, most_at_once, puts_off, slows_down
from binrelay.workers.delivery import Delivery
from binrelay.workers.door import Pass
from binrelay.workers.ledger import Ledger
from binrelay.workers.limit import Limit
from binrelay.workers.rest import Rest
from binrelay.workers.world import World

AGAIN = 1.0  # seconds until another look at what is due and cannot be claimed: another daemon has it
LOOK = 30.0  # seconds between two looks at the outbox when nothing announces itself
AHEAD = 4  # trains a connection has claimed ahead: more costs urgent mail its place, fewer costs commits
MOST_CLAIMED = 2000  # recipients


@dataclass(frozen=True, slots=True)
class Ready:
    """One transaction that is claimed, looked through and may leave."""

    delivery: Delivery
    passed: Pass
    parcel: Parcel


class Account:
    def __init__(self, name: str, world: World, submitter: Submitter) -> None:
        self.name = name
        self.due = asyncio.Event()  # set: there may be something to send
        self.ledger = Ledger(world.store, world.owner, self.due)
        self._world = world  # of the network that came first: store, clock, dice
        self._submitter = submitter
        self._rest = Rest(world, connections=world.network.smtp.connections)
        self._networks: dict[str, Delivery] = {}  # in the order of their turns
        self._stock: deque[Ready] = deque()
        self._spending: Spending | None = None
        self._limit = Limit(name, world)
        self._put_off = 0  # transactions in a row of which a policy kept everybody waiting
        self._pending = [0, 0]  # transactions and recipients claimed and not yet counted as departed
        self._turn = asyncio.Lock()  # one lane at a time takes work, so that budgets are exact
        self._looked = 0.0
        self._stopping = asyncio.Event()

    @property
    def networks(self) -> frozenset[str]:
        return frozenset(self._networks)

    def join(self, world: World) -> None:
        self._networks[world.network.id] = Delivery(world, self._submitter, self.ledger)
        self._rest.healths.append(world.health)
        self._spending = None
        world.due = self.due
        world.forecast = lambda recipients, now: self.reached_by(
            recipients, now, one_each=world.network.delivery is DeliveryMode.INDIVIDUAL
        )
        self.due.set()

    async def leave(self, world: World) -> None:
        """Returns when nothing of that network is under way any more."""
        delivery = self._networks.pop(world.network.id)
        self._rest.healths.remove(world.health)
        self._spending = None
        self._give_back([each for each in self._stock if each.delivery is delivery], world.clock.now())
        await delivery.quiet.wait()
        await delivery.look_after(clocks=False)

    async def run(self) -> None:
        """Until `stop`; what is under way then comes to its end."""
        writing = asyncio.get_running_loop().create_task(self.ledger.run())
        try:
            await self._limit.recall()
            async with asyncio.TaskGroup() as lanes:
                working = [lanes.create_task(self._lane(number)) for number in range(self._rest.connections)]
                writing.add_done_callback(lambda _: [lane.cancel() for lane in working])
            ending = asyncio.ensure_future(self._end())
            await asyncio.wait({ending, writing}, return_when=asyncio.FIRST_COMPLETED)
            if not ending.cancel():
                ending.result()
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await self._submitter.close()
        if not writing.cancelled():
            writing.result()

    async def _end(self) -> None:
        """What the last transactions came to is written and told before the account is gone."""
        await self.ledger.written()
        for delivery in tuple(self._networks.values()):
            await delivery.look_after(clocks=False)

    def stop(self) -> None:
        """Finish what is under way, begin nothing new."""
        self._stopping.set()
        self._give_back(list(self._stock), self._world.clock.now())
        self.due.set()

    def reached_by(self, recipients: int, now: float, *, one_each: bool) -> float | None:
        """When the last of so many may have left; None: nobody can say, for our login is refused."""
        if self._spending is None or self._rest.shut_out:
            return None
        return self._spending.reached_by(recipients, max(now, self._rest.until), one_each=one_each)

    # ------------------------------------------------------------ lanes

    async def _lane(self, number: int) -> None:
        while not self._stopping.is_set():
            if number >= self._rest.lanes:
                await self._sleep(1.0, unless=self._stopping)
                continue
            train = await self._next()
            if train:
                await self._carry(train)

    async def _next(self) -> list[Ready]:
        """Transactions of one mail; after a wait, there may be none."""
        async with self._turn:
            if not self._stopping.is_set() and not self._stock:
                await self._restock()
            train: list[Ready] = []
            while self._stock and len(train) < self._submitter.window:
                if train and self._stock[0].passed is not train[0].passed:
                    break
                train.append(self._stock.popleft())
            return train

    async def _carry(self, train: list[Ready]) -> None:
        first = train[0]
        await first.delivery.carry([each.parcel for each in train], first.passed, self)
        self.due.set()  # there may be room again

    # ------------------------------------------------------------ claims

    async def _restock(self) -> None:
        """Claims what may leave now, or waits until there may be something."""
        self.due.clear()
        await self._limit.save()
        if self._limit.forget():
            self._spending = None
        now = self._world.clock.now()
        allowed = await self._allowance(now)
        if self._rest.until > now or not allowed.recipients:
            await self._wait(max(self._rest.until, allowed.when) - now)
            return
        for network in await self._whose_turn(now):
            if await self._claim(network, allowed, now):
                return
        await self._wait(await self._until_due(now))

    async def _allowance(self, now: float) -> Allowance:
        store = self._world.store
        if self._spending is None:
            accounts = [each.world.network.smtp for each in self._networks.values()]
            self._spending = Spending(limits_of(accounts or [self._world.network.smtp], self._limit.most))
        spending = self._spending
        if spending.counts:
            for dispatch in await store.spent(self.name, since=now - DAY, after=spending.last):
                spending.add(dispatch)
        return spending.allowance(now, transactions=self._pending[0], recipients=self._pending[1])

    async def _whose_turn(self, now: float) -> Sequence[str]:
        """Networks that may have something due: most urgent first, then who waited longest."""
        waiting = tuple(self._networks)
        return waiting if len(waiting) == 1 else await self._world.store.urgent(waiting, now)

    async def _claim(self, network: str, allowed: Allowance, now: float) -> bool:
        delivery = self._networks.get(network)
        if delivery is None or self._spending is None or not await delivery.breaker.closed():
            return False
        per_transaction = self._spending.limits.per_transaction
        trains = AHEAD * self._rest.lanes * self._submitter.window
        batch = await self._world.store.claim(
            Claim(
                network,
                self._world.owner,
                now,
                recipients=min(allowed.recipients, MOST_CLAIMED),
                transactions=min(allowed.transactions, trains),
                per_transaction=per_transaction,
            )
        )
        if batch is None:
            return False
        passed = await delivery.admit(batch, waited=await self._kept_waiting(batch, now))
        if passed is not None:
            self._take([Ready(delivery, passed, parcel) for parcel in parcels(batch, per_transaction)])
        return True

    async def _kept_waiting(self, batch: Batch, now: float) -> float:
        """Seconds for which something else than the account's limits kept the mail from leaving, these two days."""
        if now - batch.first_due < STALE or self._spending is None or not self._spending.counts:
            return now - batch.first_due
        history = Spending(self._spending.limits)
        for dispatch in await self._world.store.spent(self.name, since=now - HISTORY, after=0):
            history.add(dispatch)
        return history.free(max(batch.first_due, now - HISTORY + DAY), now)

    def _take(self, items: Sequence[Ready]) -> None:
        """Into the stock, unless the account stops or the network left it while this was claimed."""
        delivery = items[0].delivery
        network = delivery.world.network.id
        if self._stopping.is_set() or self._networks.get(network) is not delivery:
            for item in items:
                self.ledger.settle(given_back(item.parcel, self._world.clock.now()))
            return
        self._networks[network] = self._networks.pop(network)  # the next one's turn
        self._pending[0] += len(items)
        self._pending[1] += sum(len(item.parcel.ids) for item in items)
        self._stock.extend(items)

    def _give_back(self, items: Sequence[Ready], due: float) -> None:
        for item in items:
            self._stock.remove(item)
            self.unreserve(item.parcel)
            self.ledger.settle(given_back(item.parcel, due))

    # ------------------------------------------------------------ waits

    async def _until_due(self, now: float) -> float:
        open_ones = [key for key, each in self._networks.items() if each.world.health.stopped is None]
        due = await self._world.store.next_due(*open_ones)
        if due is None:
            return LOOK
        return due - now if due > now else AGAIN

    async def _wait(self, seconds: float) -> None:
        """Until then, or until something new may be due; what there is to tell is told meanwhile."""
        now = self._world.clock.now()
        clocks, self._looked = now - self._looked >= LOOK, now if now - self._looked >= LOOK else self._looked
        for delivery in tuple(self._networks.values()):
            await delivery.look_after(clocks=clocks)
        await self._sleep(min(seconds, LOOK), unless=self.due)

    async def _sleep(self, seconds: float, *, unless: asyncio.Event) -> None:
        waiting = asyncio.ensure_future(unless.wait())
        sleeping = asyncio.ensure_future(self._world.clock.sleep(seconds))
        try:
            await asyncio.wait({waiting, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            sleeping.cancel()

    # ------------------------------------------------------------ voyage.Pacing

    async def depart(self, leaving: Sequence[Parcel]) -> frozenset[int]:
        ids = tuple(row for parcel in leaving for row in parcel.ids)
        return await self.ledger.depart(Departure(ids, self.name, self._world.clock.now(), len(leaving)))

    def unreserve(self, parcel: Parcel) -> None:
        self._pending[0] -= 1
        self._pending[1] -= len(parcel.ids)

    def answered(self, parcel: Parcel, replies: Mapping[Address, SmtpReply]) -> None:
        most = most_at_once(parcel, replies)
        if most is not None and self._limit.show(most):
            self._spending = None
        self._put_off = self._put_off + 1 if puts_off(replies.values()) else 0
        slow = slows_down(replies.values(), put_off=self._put_off)
        if slow is not None:
            self._pause(SubmissionFailed("rcpt", slow.code, f"{slow.status or ''} {slow.text}".strip()))
        else:
            self._rest.well(self._world.clock.now())

    def troubled(self, error: SubmissionFailed | LoginRefused) -> None:
        self._pause(error)

    def _pause(self, error: SubmissionFailed | LoginRefused) -> None:
        trains = sum(each.under_way for each in self._networks.values())
        if self._rest.trouble(error, self._world.clock.now(), others_work=trains > 1):
            self._give_back(list(self._stock), self._world.clock.now())
