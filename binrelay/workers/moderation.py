"""Carries out what coordinators decide: by dragging in any mail program, or with `held release` and `held reject`.

Invariant: a decision acts once; the store settles it before anything is sent or moved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from binrelay.errors import MailboxLost, MailboxRefused, StoreError, TemporaryError
from binrelay.journal import place_of
from binrelay.mail.message import Message, read_message
from binrelay.ports import Arrival, Handle, Inbox, Listing, Room
from binrelay.records import ArrivalRecord, Mail, Plan
from binrelay.rules.decision import Bulletin, Released, Why
from binrelay.rules.desk import Desk
from binrelay.rules.notice import held_notices, held_together, stopped_notices, tell, unreleased_notices
from binrelay.rules.plan import make_plan
from binrelay.workers.care import REFUSALS, is_hopeless, stumbled, with_care
from binrelay.workers.filed import record_of
from binrelay.workers.filing import Filing
from binrelay.workers.judge import Judge
from binrelay.workers.membership import renew
from binrelay.workers.world import World

# While something waits the coordinator may drag it any moment, and servers announce news of the selected folder alone.
PATIENCE_WHILE_HELD = 5.0
NOTICES_PER_MINUTE = 5
ROOM_OF = {"released": Room.DONE, "rejected": Room.REJECTED, "done": Room.DONE}


def poison_notices(handle: Handle, error: str, desk: Desk) -> tuple[Mail, ...]:
    """Of a mail that cannot be handled at all; once for each."""
    key = f"{desk.network.id}/poison/{handle.uidvalidity}.{handle.uid}"
    return tell("poison", key=key, desk=desk, subject="…", error=error)


class Moderation:
    def __init__(self, world: World, inbox: Inbox, judge: Judge) -> None:
        self._world = world
        self._inbox = inbox
        self._judge = judge
        self.filing = Filing(world, inbox)
        self._looked_at: set[tuple[int, int]] = set()  # rejected mails that need no second look
        self._hopeless: frozenset[Handle] = frozenset()  # mails that the server does not give

    async def patience(self) -> float:
        """How long the mailbox may be left unscanned."""
        store, network = self._world.store, self._world.network
        decidable = await store.held(network.id) or await store.waiting(network.id) or await store.under_way(network.id)
        return min(network.imap.keepalive, PATIENCE_WHILE_HELD) if decidable else network.imap.keepalive

    async def scan(self) -> None:
        """Looks for what was dragged to *release* or *rejected*, and for what was asked for on the command line."""
        store, network = self._world.store, self._world.network.id
        for listing in self._hopeful(await self._inbox.listing(Room.RELEASE)):
            await self._with_care(listing)
        if await store.held(network) or await store.under_way(network):
            for listing in self._hopeful(await self._inbox.listing(Room.REJECTED)):
                await self._rejected_by_hand(listing)
        for record, action in await store.requests(network):
            await self._asked_with_care(record, action)
        for record in await store.ripen(network):
            await self._file_known(record, Room.DONE)

    async def _with_care(self, listing: Listing) -> None:
        """A mail that cannot be released goes back to *held*, and the coordinators hear what went wrong.

        One that the server does not give stays where it lies: it would hardly be moved either.
        """

        async def work() -> None:
            await self._released_by_hand(listing)

        async def give_up(error: Exception) -> None:
            await self._tell_poison(listing.handle, error)
            if not isinstance(error, TemporaryError | TimeoutError):
                await self.filing.file((listing.handle,), Room.HELD)

        await with_care(self._world, listing.handle, work, give_up=give_up)

    async def _tell_poison(self, handle: Handle, error: Exception) -> None:
        await self._world.store.post(poison_notices(handle, type(error).__name__, self._world.desk()))
        self._world.due.set()

    def _hopeful(self, listings: Sequence[Listing]) -> Sequence[Listing]:
        """Without those that must not cost this connection as they cost the last ones, or that are settled where they lie."""
        passed_over = (self._hopeless, self.filing)
        return [each for each in listings if not any(each.handle in some for some in passed_over)]

    async def reconcile(self) -> None:
        """After a start: mails that were decided upon and still lie in *held*, for the daemon died before moving them."""
        stumbles = await self._world.store.stumbles(self._world.network.id)
        self._hopeless = frozenset(handle for handle, stumble in stumbles.items() if is_hopeless(*stumble))
        for listing in self._hopeful(await self._inbox.listing(Room.HELD)):
            record = await self._looked_up(listing)
            if record is not None and record.state in ROOM_OF:
                await self.filing.file((listing.handle,), ROOM_OF[record.state])

    async def tell(self) -> None:
        """Tells the coordinators of what is held: each at once, one mail for all where it gets more than five a minute."""
        world = self._world
        untold = await world.store.untold(world.network.id)
        if not untold:
            return
        desk = world.desk()
        recent = await world.store.notices_since(world.network.id, desk.now - 60.0)
        if len(untold) + recent <= NOTICES_PER_MINUTE:
            mails = held_notices(untold, desk)
        elif len(untold) > NOTICES_PER_MINUTE or desk.now - untold[0].decided >= 60.0:
            mails = held_together(untold, desk)
        else:
            return
        await world.store.post(mails, told=tuple(record.id for record in untold))
        world.due.set()

    async def _known(self, message: Message) -> ArrivalRecord | None:
        return await record_of(self._world.store, self._world.network.id, message)

    async def _looked_up(self, listing: Listing) -> ArrivalRecord | None:
        arrival = await self._given(listing, limit=self._world.network.max_size)
        return await self._known(await asyncio.to_thread(read_message, arrival.content)) if arrival else None

    async def _given(self, listing: Listing, *, limit: int | None) -> Arrival | None:
        """None as well where the server does not give the mail: that must not keep the others waiting."""
        try:
            return await self._inbox.fetch(listing, limit=limit)
        except MailboxRefused as refused:
            self._world.journal.event("folder-refused", network=self._world.network.id, command=refused.command)
            return None
        except MailboxLost as lost:
            if await stumbled(self._world, listing.handle, lost) >= REFUSALS:
                await self._tell_poison(listing.handle, lost)
            raise

    async def _released_by_hand(self, listing: Listing) -> None:
        arrival = await self._inbox.fetch(listing, limit=None)
        if arrival is None:
            return
        record = await self._known(await asyncio.to_thread(read_message, arrival.content))
        if record is not None and record.state == "waiting":
            await self._hasten(record)
        if record is not None and record.state in ROOM_OF:
            if not await self._go_on(record):
                await self._too_late(record, listing)
                return
            await self.filing.file((listing.handle,), Room.DONE)
            return
        done = await self._release(arrival, record)
        await self.filing.file((listing.handle,), Room.DONE if done else Room.HELD)

    async def _go_on(self, record: ArrivalRecord) -> bool:
        """What of it waits on its way out, because the provider refused it or it grew old, goes out after all."""
        world = self._world
        recipients = await world.store.resume(record.network, record.id)
        if recipients:
            world.journal.event("mail-resumed", network=record.network, id=record.id, open=recipients)
            world.due.set()
        return bool(recipients)

    async def _too_late(self, record: ArrivalRecord, listing: Listing) -> None:
        """The first decision stands. What was released finds its way; what was rejected, somebody still wants sent."""
        await self.filing.file((listing.handle,), ROOM_OF[record.state])
        if record.state != "rejected":
            return
        world, desk = self._world, self._world.desk()
        values = {
            "subject": record.subject,
            "decided": record.state,
            "address": str(world.network.address),
        }
        await world.store.post(tell("late", key=f"{record.id}/late/{int(desk.now)}", desk=desk, **values))
        world.due.set()

    async def _release(self, arrival: Arrival, record: ArrivalRecord | None) -> bool:
        """Sends it as the ladder would have without the hold. False: that would name a member, it stays held."""
        world = self._world
        case = await self._judge.judge(arrival, world.network, now=world.clock.now(), approved=True)
        if (record is None or record.state == "left") and isinstance(case.decision, Released):
            # Dragged from INBOX: the coordinator sends it on in the network's own name.
            case = replace(case, decision=Bulletin(18, Why.RELEASED, None))
        case = replace(case, record_id=record.id if record else None)
        plan = await asyncio.to_thread(make_plan, case, world.desk())
        if plan.arrival.decision == "hold":
            await self._cannot(plan, record)
            return False
        settles = record.id if record else None
        if await world.store.enqueue(replace(plan, settles=settles)):
            world.journal.event(
                "released", network=world.network.id, id=plan.arrival.id, decision=plan.arrival.decision
            )
            if plan.standings:
                await renew(world)
            world.due.set()
        return True

    async def _cannot(self, plan: Plan, record: ArrivalRecord | None) -> None:
        """Not even a coordinator can send what names a member or cannot be made safe; the notice says so."""
        world, desk = self._world, self._world.desk()
        if record is None:
            await world.store.enqueue(plan)
            return
        await world.store.unask(record.id)
        await world.store.post(unreleased_notices(record, plan.arrival.why, desk))
        world.journal.event("release-refused", network=world.network.id, id=record.id, why=plan.arrival.why)
        world.due.set()

    async def _rejected_by_hand(self, listing: Listing) -> None:
        seen = (listing.handle.uidvalidity, listing.handle.uid)
        if seen in self._looked_at:
            return
        record = await self._looked_up(listing)
        self._looked_at.add(seen)
        if record is not None:
            await self._reject(record)

    async def _reject(self, record: ArrivalRecord) -> None:
        """What waits ends; of a bulletin on its way, whoever has not got it is spared, and the coordinators hear how many."""
        world = self._world
        if await world.store.reject(record.id):
            world.journal.event("rejected", network=record.network, id=record.id)
            return
        stopped = await world.store.stop(record.id)
        if stopped is not None:
            world.journal.event(
                "bulletin-stopped", network=record.network, id=record.id, stopped=stopped.stopped, out=stopped.out
            )
            await world.store.post(stopped_notices(record, stopped, world.desk()))
            world.due.set()

    async def _hasten(self, record: ArrivalRecord) -> None:
        if await self._world.store.hasten(record.id):
            self._world.journal.event("bulletin-hastened", network=record.network, id=record.id)
            self._world.due.set()

    async def _file_known(self, record: ArrivalRecord, room: Room) -> None:
        listing = await self._locate(record)
        if listing is not None:
            await self.filing.file((listing.handle,), room)

    async def _asked_with_care(self, record: ArrivalRecord, action: str) -> None:
        """What cannot be done goes on waiting, and the coordinators hear what went wrong."""
        world = self._world
        try:
            await self._asked(record, action)
        except (TemporaryError, StoreError):
            raise
        except Exception as error:  # as in `with_care`; asked for once, it is tried once
            kind, desk = type(error).__name__, world.desk()
            world.journal.event("stumbled", network=record.network, attempt=1, error=kind, place=place_of(error))
            await world.store.unask(record.id)
            key = f"{record.id}/poison/{int(desk.now)}"
            await world.store.post(tell("poison", key=key, desk=desk, subject="…", error=kind))
            world.due.set()

    async def _asked(self, record: ArrivalRecord, action: str) -> None:
        """The command line: the same decision, on the content that the store kept or the mailbox holds."""
        listing = await self._locate(record)
        if action == "reject":
            await self._reject(record)
            done, room = True, Room.REJECTED
        elif record.state == "waiting":
            await self._hasten(record)
            done, room = True, Room.DONE
        else:
            done, room = await self._release_kept(record, listing), Room.DONE
        if listing is not None and done:
            await self.filing.file((listing.handle,), room)

    async def _release_kept(self, record: ArrivalRecord, listing: Listing | None) -> bool:
        kept = await self._world.store.held_one(record.id)
        # Of what was too large, or could not be taken in, the header alone was kept.
        if kept is not None and kept.content is not None and len(kept.content) >= record.size:
            return await self._release(Arrival(kept.content, None, record.arrived, record.size), record)
        arrival = await self._given(listing, limit=None) if listing else None
        if arrival is None:
            await self._world.store.unask(record.id)
            self._world.journal.event("release-impossible", network=record.network, id=record.id)
            return False
        return await self._release(arrival, record)

    async def _locate(self, record: ArrivalRecord) -> Listing | None:
        """Where the mail lies now; a Message-ID alone proves nothing, so the digest is compared."""
        for listing in self._hopeful(await self._inbox.find(Room.HELD, record.message_id)):
            found = await self._looked_up(listing)
            if found is not None and found.id == record.id:
                return listing
        return None
