"""Takes what is due to the provider, as many transactions at once as the account has connections.

What became of each recipient is written down.

Invariant (G3, G4): `sent` is written after the server's 2yz, and no content leaves that names somebody else's neighbour.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from binrelay.errors import LoginRefused, SubmissionFailed, SubmissionUncertain, WouldExpose
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope
from binrelay.mail.tokens import bounce_path
from binrelay.ports import Submitter
from binrelay.records import Batch, Claim, Kind, Mail, Outcome
from binrelay.rules.budget import next_slot
from binrelay.rules.exposure import quiet
from binrelay.rules.notice import tell
from binrelay.rules.retry import Attempt, after_failure, after_replies, after_uncertainty, delay
from binrelay.workers.breaker import Breaker
from binrelay.workers.door import Door, Pass
from binrelay.workers.world import World

LOOK = 30.0  # seconds between two looks at the outbox when nothing announces itself
TOLD_OF = (Kind.ANSWER, Kind.REPLY, Kind.REPORT, Kind.BULLETIN)  # kinds whose failure the coordinators hear of


class Delivery:
    def __init__(self, world: World, submitter: Submitter) -> None:
        self._world = world
        self._door = Door(world, submitter)
        self._breaker = Breaker(world)
        self._stopping = asyncio.Event()
        self._sent: deque[float] = deque(maxlen=10_000)  # moments of this account's transactions
        self._turn = asyncio.Lock()  # one lane at a time takes work, so that budgets are exact
        self._failures = 0
        self._paused_until = 0.0

    def stop(self) -> None:
        """Finish what is under way, begin nothing new."""
        self._stopping.set()
        self._world.due.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as lanes:
            for _ in range(self._world.network.smtp.connections):
                lanes.create_task(self._lane())

    async def _lane(self) -> None:
        while not self._stopping.is_set():
            async with self._turn:
                batch = None if self._stopping.is_set() else await self._next()
            if batch is not None:
                await self.deliver(batch)

    async def _next(self) -> Batch | None:
        """The next batch that the budgets allow, or None after a wait."""
        world, smtp = self._world, self._world.network.smtp
        world.due.clear()
        now = world.clock.now()
        if not await self._breaker.closed():
            await self._sleep(LOOK)
            return None
        slot = max(next_slot(self._sent, smtp.messages_per_minute, now), self._paused_until)
        if slot > now:
            await self._sleep(slot - now)
            return None
        wanted = Claim(world.network.id, world.owner, now, smtp.max_recipients, 1000, smtp.max_recipients)
        batch = await world.store.claim(wanted)
        if batch is None:
            due = await world.store.next_due(world.network.id)
            await self._sleep(min(max(due - now, 0.05), LOOK) if due else LOOK)
        return batch

    async def _sleep(self, seconds: float) -> None:
        """Until then, or until something new is due or the daemon stops."""
        waiting = asyncio.ensure_future(self._world.due.wait())
        sleeping = asyncio.ensure_future(self._world.clock.sleep(seconds))
        try:
            await asyncio.wait({waiting, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            sleeping.cancel()

    async def deliver(self, batch: Batch) -> None:
        """Takes claimed recipients to the provider and writes down what became of each."""
        try:
            passed = await self._door.look(batch.mail)
            for part in _transactions(batch):
                if self._stopping.is_set() and part is not batch:
                    await self._world.store.record(_unchanged(part, self._world.clock.now()), owner=self._world.owner)
                    continue
                await self._submit(part, passed)
        except WouldExpose:
            await self._freeze(batch.mail)
            return
        await self._finished(batch.mail)

    async def close(self) -> None:
        await self._door.close()

    async def _submit(self, batch: Batch, passed: Pass) -> None:
        world = self._world
        await self._pace()
        envelope = Envelope(_reverse_path(batch), batch.mail.recipients)
        outcomes = await self._attempt(batch, envelope, passed)
        await world.store.record(outcomes, owner=self._world.owner)
        if any(outcome.state == "queued" for outcome in outcomes):
            world.due.set()  # another lane may sleep past the moment that these are due
        sent = sum(outcome.state == "sent" for outcome in outcomes)
        failed = sum(outcome.state == "failed" for outcome in outcomes)
        if failed:
            world.failed.set()
        world.journal.event(
            "submitted",
            network=world.network.id,
            mail=batch.mail.key,
            kind=batch.mail.kind,
            sent=sent,
            failed=failed,
            deferred=len(outcomes) - sent - failed,
        )

    async def _attempt(self, batch: Batch, envelope: Envelope, passed: Pass) -> tuple[Outcome, ...]:
        try:
            replies = await self._door.submit(passed, envelope)
        except SubmissionUncertain:
            return after_uncertainty(batch, self._moment())
        except (SubmissionFailed, LoginRefused) as error:
            return self._account_trouble(batch, error)
        self._failures, self._paused_until, self._world.health.refused = 0, 0.0, None
        return after_replies(batch, replies, self._moment())

    def _account_trouble(self, batch: Batch, error: SubmissionFailed | LoginRefused) -> tuple[Outcome, ...]:
        """Nobody is to blame; the account rests, so that a thousand recipients do not knock on a closed door."""
        moment, code = self._moment(), getattr(error, "code", 0)
        if isinstance(error, LoginRefused) or code in (0, 421) or code < 500:
            rest = delay(self._failures, self._world.retry, moment.jitter)
            self._paused_until = moment.now + rest
            self._world.health.refused = quiet(str(error), self._world.network)
            self._failures += 1
        self._world.journal.event(
            "submission-failed", network=self._world.network.id, error=type(error).__name__, code=code
        )
        return after_failure(batch, moment, code=code, text=str(error))

    async def _pace(self) -> None:
        """Counts this transaction, and waits for its place within the minute."""
        world = self._world
        while True:
            now = world.clock.now()
            slot = next_slot(self._sent, world.network.smtp.messages_per_minute, now)
            if slot <= now:
                self._sent.append(now)
                return
            await world.clock.sleep(slot - now)

    def _moment(self) -> Attempt:
        return Attempt(self._world.clock.now(), self._world.retry, self._world.dice.jitter())

    async def _freeze(self, mail: Mail) -> None:
        world = self._world
        await world.store.freeze(mail.key)
        world.journal.event("stopped-by-final-check", network=world.network.id, mail=mail.key, kind=mail.kind)
        if mail.kind is not Kind.NOTICE:
            subject = mail.key.partition("/")[0]
            await world.store.post(tell("exposed", key=f"{mail.key}/exposed", desk=world.desk(), subject=subject))
            world.due.set()

    async def _finished(self, mail: Mail) -> None:
        """Once the last recipient is final: what failed for good, the coordinators hear of, once."""
        world = self._world
        if mail.kind not in TOLD_OF:
            return
        results = await world.store.results(world.network.id, mail.key)
        if results.open or not results.failed + results.held:
            return
        record = await world.store.held_one(mail.key.partition("/")[0])
        name = "uncertain" if results.uncertain else "failed"
        values = (
            {"count": results.uncertain}
            if name == "uncertain"
            else {
                "kind": mail.kind.value,
                "failed": results.failed,
                "total": results.total,
                "statuses": results.statuses,
            }
        )
        subject = record.subject if record else mail.key
        notices = tell(name, key=f"{mail.key}/{name}", desk=world.desk(), subject=subject, **values)
        await world.store.post(notices)
        world.due.set()


def _transactions(batch: Batch) -> Iterator[Batch]:
    """One transaction for the batch, or one a recipient where each has a reverse-path of its own."""
    if not batch.mail.verp:
        yield batch
        return
    for row, recipient in zip(batch.ids, batch.mail.recipients, strict=True):
        yield replace(batch, ids=(row,), mail=replace(batch.mail, recipients=(recipient,)))


def _reverse_path(batch: Batch) -> Address | None:
    """VERP: the row's number in the sub-address tells whose mail came back, and says nothing to anybody else."""
    path = batch.mail.reverse_path
    return bounce_path(path, batch.ids[0]) if path and batch.mail.verp else path


def _unchanged(batch: Batch, now: float) -> tuple[Outcome, ...]:
    return tuple(Outcome(row, "queued", now, 0, None, "", batch.uncertain) for row in batch.ids)
