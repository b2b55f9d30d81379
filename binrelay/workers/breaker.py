"""Stops all sending of a network that sends more than it can explain, and says so where no mail is needed.

Invariant: while it is open nothing leaves, whatever restarts; only a person (`binrelay restart`) closes it again.
"""

from __future__ import annotations

from binrelay.model import Network
from binrelay.ports import Inbox
from binrelay.rules.breaker import WINDOW, trips
from binrelay.rules.notice import tell
from binrelay.workers.news import EVERY, News
from binrelay.workers.world import World

LOOK = 1.0  # seconds between two looks at the ledger while something is being sent


class Breaker:
    def __init__(self, world: World) -> None:
        self._world = world
        self._looked = float("-inf")

    async def closed(self) -> bool:
        """Whether mail may be sent now."""
        world, now = self._world, self._world.clock.now()
        if 0 <= now - self._looked < LOOK:
            return world.health.stopped is None
        self._looked = now
        await look(world)
        if world.health.stopped is None:
            await self._judge(now)
        return world.health.stopped is None

    async def _judge(self, now: float) -> None:
        world, network = self._world, self._world.network
        ledger = await world.store.ledger(network.id, now - WINDOW, members=len(network.members))
        trip = trips(ledger, authorities=_authorities(network))
        if trip is not None and await world.store.break_off(network.id, trip.value):
            world.health.stopped = trip.value
            world.journal.event("sending-stopped", network=network.id, why=trip.value)


def _authorities(network: Network) -> int:
    return sum(len(partner.replies_to) for partner in network.partners) + len(network.coordinators)


async def look(world: World) -> None:
    """A person may have closed it, or another daemon opened it."""
    before, world.health.stopped = world.health.stopped, await world.store.broken_off(world.network.id)
    if before is not None and world.health.stopped is None:
        world.journal.event("sending-started", network=world.network.id)
        world.due.set()


async def follow_breaker(world: World) -> None:
    """Runs until cancelled."""
    news = News(world)
    while True:
        await news.wait()
        await look(world)
        await world.clock.sleep(EVERY)


async def leave_word(world: World, inbox: Inbox) -> None:
    """Puts what there is to say into the mailbox itself, once: by mail it could not leave."""
    stopped, shut_out = world.health.stopped, world.health.shut_out
    if stopped is not None and world.told_stopped != stopped:
        await _append(world, inbox, "breaker", reason=world.desk().say(f"breaker-{stopped}"))
    world.told_stopped = stopped
    if shut_out is not None and not world.told_shut_out:
        await _append(world, inbox, "login", server="smtp", answer=shut_out)
    world.told_shut_out = shut_out is not None


async def _append(world: World, inbox: Inbox, name: str, **values: object) -> None:
    (notice, *_) = tell(name, key=f"{world.network.id}/{name}", desk=world.desk(), **values)
    await inbox.append(notice.content)
