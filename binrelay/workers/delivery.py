"""One network's mail on its way to the provider: looked through, handed over, and what became of it told.

Invariant (G3, G4): `sent` is written after the server's 2yz; no content leaves that names somebody else's neighbour; a
mail that waits for a person is told of once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from binrelay.errors import SubmissionFailed, WouldExpose
from binrelay.ports.submission import Submitter
from binrelay.records import Batch, Kind, Mail, Outcome, Overdue, Parcel
from binrelay.rules.budget import DAY
from binrelay.rules.lateness import SOONEST, TOLD_OF, is_late, is_stale
from binrelay.rules.notice import tell
from binrelay.rules.parcels import envelope
from binrelay.workers.breaker import Breaker
from binrelay.workers.door import Door, Pass
from binrelay.workers.ledger import Ledger
from binrelay.workers.voyage import Pacing, Voyage
from binrelay.workers.world import World


class Delivery:
    def __init__(self, world: World, submitter: Submitter, ledger: Ledger) -> None:
        self.world = world
        self._door = Door(world, submitter)
        self.breaker = Breaker(world)
        self._ledger = ledger
        self.under_way = 0  # trains
        self.quiet = asyncio.Event()  # none is
        self.quiet.set()
        self._caught_up = False  # with what a daemon that died had not told
        self._tallies: dict[str, tuple[Mail, Counter[str]]] = {}  # by the mail's key, since the last `look_after`

    async def admit(self, batch: Batch, *, waited: float) -> Pass | None:
        """None: it may not go out, or not without a person's word. That is written down and told."""
        mail = batch.mail
        if is_stale(mail.kind, waited, batch.told):
            await self._hold(mail.key, mail.kind, "stale")
            return None
        try:
            return await self._door.look(mail)
        except WouldExpose:
            await self._freeze(mail)
            return None

    async def carry(self, parcels: Sequence[Parcel], passed: Pass, pacing: Pacing) -> None:
        """Takes transactions of one mail to the provider; what became of each recipient goes to the ledger."""
        voyage = Voyage(self.world, parcels, pacing, note=self.note)
        self.under_way += 1
        self.quiet.clear()
        try:
            key = self.world.store.key
            await self._door.submit(passed, [envelope(parcel, key) for parcel in parcels], voyage)
        except WouldExpose:
            await self._freeze(passed.mail)
            voyage.abandon()
        except ValueError as error:  # bytes that no server may be given: nobody but this mail is to suffer
            voyage.refuse(SubmissionFailed("content", 554, str(error)))
        finally:
            self.under_way -= 1
            if not self.under_way:
                self.quiet.set()
        if voyage.refused and passed.mail.kind in TOLD_OF:
            await self._hold(passed.mail.key, passed.mail.kind, "refused")

    def note(self, mail: Mail, outcomes: Sequence[Outcome]) -> None:
        self._ledger.settle(outcomes)
        tally = self._tallies.setdefault(mail.key, (mail, Counter()))[1]
        tally["transactions"] += 1
        for outcome in outcomes:
            tally[outcome.state] += len(outcome.ids)

    async def look_after(self, *, clocks: bool) -> None:
        """Tells what there is to tell: how far mails came, what failed; with `clocks` what is late."""
        world = self.world
        tallies, self._tallies = self._tallies, {}
        for mail, tally in tallies.values():
            world.journal.event(
                "submitted",
                network=world.network.id,
                mail=mail.key,
                kind=mail.kind,
                transactions=tally["transactions"],
                sent=tally["sent"],
                failed=tally["failed"],
                deferred=tally["queued"],
                held=tally["held"],
            )
        if tallies:
            await self._ledger.written()
        if any(tally["failed"] for _, tally in tallies.values()):
            world.failed.set()  # not before it is written: whoever judges it reads the store
        for mail, _ in tallies.values():
            await self._finished(mail.key, mail.kind)
        now = world.clock.now()
        if clocks and not self._caught_up:
            self._caught_up = True
            await self._catch_up(now)
        for late in await world.store.overdue(world.network.id, now - SOONEST) if clocks else ():
            if is_late(late.kind, now - late.since, late.told):
                await self._late(late)

    async def _catch_up(self, now: float) -> None:
        store, network = self.world.store, self.world.network.id
        for key, kind in await store.unspoken(network, now - DAY):
            await self._finished(key, kind)
        for key, kind, why in await store.unexplained(network):
            await self._hold(key, kind, why)

    async def _finished(self, key: str, kind: Kind) -> None:
        """Once nothing is under way any more: what failed for good or may have arrived, the coordinators hear of."""
        world = self.world
        results = await world.store.results(world.network.id, key)
        if kind not in TOLD_OF or results.open:
            return
        if results.uncertain:
            await self._tell("uncertain", key, count=results.uncertain)
        if results.failed:
            counts = {"failed": results.failed, "total": results.total, "statuses": results.statuses}
            await self._tell("failed", key, kind=kind.value, **counts)

    async def _late(self, late: Overdue) -> None:
        self.world.journal.event(
            "mail-late", network=self.world.network.id, mail=late.mail, kind=late.kind, open=late.open
        )
        await self._tell("slow", late.mail, kind=late.kind.value, count=late.open)

    async def _hold(self, key: str, kind: Kind, why: str) -> None:
        world = self.world
        count = await world.store.hold(key, why)
        world.journal.event("mail-held", network=world.network.id, mail=key, kind=kind, why=why, open=count)
        await self._ledger.written()
        held = (await world.store.results(world.network.id, key)).held
        await self._tell(why, key, kind=kind.value, count=held)

    async def _tell(self, name: str, key: str, **values: object) -> None:
        """A notice to the coordinators, once for each mail and `name`."""
        world = self.world
        if not await world.store.tell_once(key, name):
            return
        desk = world.desk()
        record = await world.store.held_one(key.partition("/")[0])
        subject = record.subject if record else key.partition("/")[0]
        await world.store.post(tell(name, key=f"{key}/{name}/{int(desk.now)}", desk=desk, subject=subject, **values))
        world.due.set()

    async def _freeze(self, mail: Mail) -> None:
        world = self.world
        await world.store.freeze(mail.key)
        world.journal.event("stopped-by-final-check", network=world.network.id, mail=mail.key, kind=mail.kind)
        if mail.kind is not Kind.NOTICE:
            subject = mail.key.partition("/")[0]
            await world.store.post(tell("exposed", key=f"{mail.key}/exposed", desk=world.desk(), subject=subject))
            world.due.set()
