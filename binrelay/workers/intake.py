"""Watches one mailbox and takes each arrival in: gather, decide, apply. One bad message never blocks the next.

Invariant (G1): a mail leaves INBOX only after the store has it; after a crash it is read again and acts once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

from binrelay.errors import MailboxLost, TemporaryError
from binrelay.mail.address import Address
from binrelay.mail.authentication import Evidence, Verdict
from binrelay.mail.message import read_message
from binrelay.model import Member
from binrelay.ports import Arrival, Handle, Inbox, Listing, Room
from binrelay.records import ArrivalRecord, Recall, Watch
from binrelay.records.dossier import Dossier
from binrelay.rules.decision import Command, Hold, Why
from binrelay.rules.facts import Facts
from binrelay.rules.plan import Case, make_plan
from binrelay.rules.wish_words import Verb
from binrelay.workers.breaker import leave_word
from binrelay.workers.care import with_care
from binrelay.workers.judge import Judge
from binrelay.workers.membership import renew
from binrelay.workers.moderation import Moderation, poison_notices
from binrelay.workers.tidying import Tidying
from binrelay.workers.waiting import Waiting
from binrelay.workers.world import World

SMALL = 256 * 1024  # octets; larger mails are fetched one by one
MOST_MAILS, MOST_OCTETS = 50, 2 * 2**20  # that are under way together: memory is bounded
AGAIN = 2.0  # seconds until a message that could not be taken in is tried once more


class Intake:
    def __init__(self, world: World, inbox: Inbox, *, gate: asyncio.Lock, from_beginning: bool = False) -> None:
        self._world = world
        self._inbox = inbox
        self._gate = gate  # held while a message is under way: whoever stops us takes it first
        self._from_beginning = from_beginning
        self._stumbled = False  # a message could not be taken in: look again soon
        self._to_file: dict[Room, list[Handle]] = {}  # what the store has and INBOX still holds
        self._judge = Judge(world.store.recall, world.verifier)
        self._waiting = Waiting(world)
        self._moderation = Moderation(world, inbox, self._judge)
        self._tidying = Tidying(world, inbox)

    async def session(self) -> None:
        """One connection, from log-in until it is lost. Returns never; raises what ended it."""
        world = self._world
        await self._inbox.connect()
        watch = await self._begin()
        async with self._gate:
            await self._moderation.reconcile()
        while True:
            await self._scan(watch)
            world.health.mailbox, world.health.last_seen = "idle", world.clock.now()
            world.health.trouble = self._moderation.filing.trouble
            async with self._gate:
                await self._tidying.some()
            patience = self._tidying.patience(self._waiting.patience(await self._moderation.patience()))
            await self._inbox.wait(min(patience, AGAIN) if self._stumbled else patience)
            self._stumbled = False

    async def _begin(self) -> Watch:
        """Where reading begins. At the very first start what lies in INBOX is a person's, and stays."""
        world, store = self._world, self._world.store
        uidvalidity, uidnext = await self._inbox.uid_span()
        watch = await store.watch(world.network.id)
        if watch is None:
            first = 1 if self._from_beginning else uidnext
            there = 0 if self._from_beginning else len(await self._inbox.listing(Room.INBOX))
            watch = Watch(uidvalidity, first, world.clock.now(), there)
            world.journal.event("mailbox-first-seen", network=world.network.id, left_alone=there)
        elif watch.uidvalidity != uidvalidity:
            # The server numbered the mailbox anew. Digests know what was decided; what is older than us stays alone.
            watch = Watch(uidvalidity, 1, watch.since, watch.left_alone)
            world.journal.event("mailbox-renumbered", network=world.network.id)
        elif self._from_beginning and watch.first_uid > 1:
            watch = Watch(uidvalidity, 1, 0.0)
        else:
            return watch
        await store.set_watch(world.network.id, watch)
        return watch

    async def _scan(self, watch: Watch) -> None:
        world, filing = self._world, self._moderation.filing
        async with self._gate:
            await filing.again()
        settled = await world.store.left(world.network.id, watch.uidvalidity) | self._waiting.early()
        settled |= filing.stuck_in(Room.INBOX)
        new = []
        for listing in await self._inbox.listing(Room.INBOX, after=watch.first_uid - 1, skip=settled):
            if listing.arrived < watch.since and watch.first_uid == 1 and watch.left_alone:
                await world.store.leave(world.network.id, listing.handle, "")
            else:
                new.append(listing)
        for some in portions(new):
            await self._take_portion(some)
        world.cautious = False
        await leave_word(world, self._inbox)
        async with self._gate:
            await self._moderation.scan()
            await self._moderation.tell()

    async def _take_portion(self, listings: Sequence[Listing]) -> None:
        """Fetched and filed together, decided one by one. Whatever is not filed is known when it is read again."""
        small = [each for each in listings if each.size <= min(SMALL, self._world.network.max_size)]
        arrivals = await self._fetched_together(small)
        try:
            for listing in listings:
                async with self._gate:
                    await self._safely(listing, arrivals.pop(listing.handle, None))
        finally:
            filed, self._to_file = self._to_file, {}
        async with self._gate:
            for room, handles in filed.items():
                await self._moderation.filing.file(handles, room)

    async def _fetched_together(self, listings: Sequence[Listing]) -> dict[Handle, Arrival]:
        """Where a line broke over many, one by one: so it comes out which of them breaks it."""
        if self._world.cautious:
            return {}
        try:
            return dict(await self._inbox.fetch_together(listings))
        except MailboxLost:
            self._world.cautious = True
            raise

    async def _safely(self, listing: Listing, fetched: Arrival | None) -> None:
        async def work() -> None:
            limit = self._world.network.max_size
            whole = fetched is not None and fetched.size <= limit  # servers may only estimate sizes
            arrival = fetched if whole else await self._inbox.fetch(listing, limit=limit)
            if arrival is not None:
                await self.take_in(arrival)

        async def give_up(error: Exception) -> None:
            not_given = isinstance(error, TemporaryError | TimeoutError)
            await (self._leave_alone(listing, error) if not_given else self._set_aside(listing))

        well = await with_care(self._world, listing.handle, work, give_up=give_up)
        self._stumbled = self._stumbled or not well

    async def take_in(self, arrival: Arrival) -> None:
        """Decides and writes down; from then on the mail may be filed."""
        world = self._world
        case = await self._judge.judge(arrival, world.network, now=world.clock.now())
        if case.recall.seen is not None:
            await self._file(case.recall.seen, arrival.handle)
            return
        if await self._waiting.postpone(case, arrival.handle):
            return
        if isinstance(case.decision, Command) and case.decision.wish.verb is Verb.DATA:
            case = replace(case, dossier=await self._dossier(case.decision.member))
        plan = await asyncio.to_thread(make_plan, case, world.desk())
        if await world.store.enqueue(plan):
            self._tell_event(plan.arrival)
            world.due.set()
            if plan.standings:
                await renew(world)
            if plan.bounces or self._speaks_again(case):
                world.failed.set()
        await self._file(plan.arrival, arrival.handle)

    async def _dossier(self, person: Address) -> Dossier | None:
        """Everything that is kept of the member who asks."""
        network = self._world.network
        found = await self._world.store.dossiers(network.roster[person.key].addresses)
        return next((each for each in found if each.network == network.id), None)

    def _speaks_again(self, case: Case) -> bool:
        """A member who is paused, perhaps because mail came back, writes: the address works."""
        return isinstance(case.facts.speaker, Member) and case.facts.speaker.paused

    def _tell_event(self, record: ArrivalRecord) -> None:
        self._world.journal.event(
            "arrival", network=record.network, id=record.id, decision=record.decision, rule=record.rule, why=record.why
        )

    async def _file(self, record: ArrivalRecord, handle: Handle | None) -> None:
        if handle is None:
            return
        if record.state == "left":
            await self._world.store.leave(record.network, handle, record.digest)
            return
        rooms = {"held": Room.HELD, "waiting": Room.HELD, "rejected": Room.REJECTED}
        self._to_file.setdefault(rooms.get(record.state, Room.DONE), []).append(handle)

    async def _leave_alone(self, listing: Listing, error: Exception) -> None:
        """The server does not give it, so it would hardly move it either: a person may see more of it."""
        world, handle = self._world, listing.handle
        await world.store.leave(world.network.id, handle, "")
        await world.store.post(poison_notices(handle, type(error).__name__, world.desk()))
        world.due.set()

    async def _set_aside(self, listing: Listing) -> None:
        """Held without looking inside: the header is enough to say what waits."""
        world = self._world
        arrival = await self._inbox.fetch(listing, limit=0)
        if arrival is None:
            return
        message = read_message(arrival.content)
        facts = Facts(message.author, None, Evidence(Verdict.UNPROVEN, "not asked"))
        case = Case(message, facts, Recall(), Hold(5, Why.POISON, None, None), arrival.arrived, arrival.size)
        await world.store.enqueue(make_plan(case, world.desk()))
        await self._moderation.filing.file((listing.handle,), Room.HELD)
        await self._moderation.tell()


def portions(listings: Sequence[Listing]) -> Iterator[Sequence[Listing]]:
    """In their order, so many at a time as memory allows; a large one may be a portion of its own."""
    portion: list[Listing] = []
    for listing in listings:
        if portion and (len(portion) == MOST_MAILS or sum(each.size for each in portion) + listing.size > MOST_OCTETS):
            yield portion
            portion = []
        portion.append(listing)
    if portion:
        yield portion
