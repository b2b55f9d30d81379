"""What is done by the clock alone: forgetting what need not be kept (M4)."""

from __future__ import annotations

from binrelay.workers.world import World

EVERY = 3600.0


async def keep_house(world: World) -> None:
    """Runs until cancelled. Contents and conversations go when their time is over; keys stay, so nothing acts twice."""
    while True:
        now, keep = world.clock.now(), world.network.retention
        gone = await world.store.forget(world.network.id, now - keep.content, now - keep.conversations)
        if gone:
            world.journal.event("forgotten", network=world.network.id, rows=gone)
        await world.clock.sleep(EVERY)
