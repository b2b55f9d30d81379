"""What is done by the clock alone: forgetting what need not be kept (M4). The folders' part is in `tidying`.

Invariant: nothing is forgotten while the clock is in doubt.
"""

from __future__ import annotations

from binrelay.rules.retention import first_look, look_again
from binrelay.workers.world import World

EVERY = 3600.0


async def keep_house(world: World) -> None:
    """Runs until cancelled. Contents and conversations go when their time is over; keys stay, so nothing acts twice."""
    while True:
        await forget(world)
        await world.clock.sleep(EVERY)


async def forget(world: World) -> None:
    now, keep = world.clock.now(), world.network.retention
    if await may_forget(world):
        gone = await world.store.forget(world.network.id, now - keep.content, now - keep.conversations)
        world.health.forgot = now
        if gone:
            world.journal.event("forgotten", network=world.network.id, rows=gone)
    world.health.oldest, _ = await world.store.span(world.network.id)


async def may_forget(world: World) -> bool:
    """Looks at the clocks; asked right before anything goes by age."""
    wall, steady = world.clock.now(), world.clock.steady()
    was = world.trust
    if was is None:
        _, newest = await world.store.span(world.network.id)
        world.trust = first_look(wall, steady, newest=newest)
    else:
        world.trust = look_again(was, wall, steady)
    if world.trust.believed != (was is None or was.believed):
        world.journal.event("clock-believed" if world.trust.believed else "clock-doubted", network=world.network.id)
    return world.trust.believed
