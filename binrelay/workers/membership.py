"""Keeps `World.network` what the YAML and the members' standings together say.

Invariant: whoever asks the world for its network gets the effective one; nobody lays standings over it a second time.
"""

from __future__ import annotations

from binrelay.rules.joining import acquaintance, welcome
from binrelay.rules.membership import outlived, overlay
from binrelay.workers.news import EVERY, News
from binrelay.workers.world import World


async def follow_members(world: World) -> None:
    """Runs until cancelled."""
    news = News(world)
    while True:
        await news.wait(by=min((each.until for each in world.standings if each.until is not None), default=None))
        await renew(world)
        await world.clock.sleep(EVERY)


async def renew(world: World) -> None:
    """Asks the store and takes into use what changed."""
    network, now = world.listed, world.clock.now()
    standings = tuple(await world.store.standings(network.id))
    over = outlived(network, standings, now)
    if over:
        await world.store.stand(over)
        standings = tuple(await world.store.standings(network.id))
    if world.looked and world.laid_over is network and world.standings == standings:
        return
    world.looked = True
    world.network = overlay(network, standings, now)
    world.laid_over, world.standings = network, standings
    members = world.network.members
    paused = len(members) - len(world.network.active_members)
    await greet(world)
    world.journal.event("members", network=network.id, members=len(members), paused=paused)


async def greet(world: World) -> None:
    """Welcomes newcomers where the network wants that; who was there at the first look is none."""
    network, desk = world.network, world.desk()
    there = {acquaintance(each.address, network.id, key=desk.key): each for each in network.members}
    known = await world.store.acquainted(network.id)
    new = {mark: each for mark, each in there.items() if known is not None and mark not in known}
    greeted = [each for each in new.values() if network.welcome and not each.paused]
    words = [welcome(each.address, language=each.language, desk=desk) for each in greeted]
    if known is None or new:
        await world.store.acquaint(network.id, new if known is not None else there, words)
        world.due.set()
