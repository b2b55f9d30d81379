"""Judges failing addresses whenever a mail came back, and by the hour: pauses, ends pauses, tells the coordinators.

Invariant: a change and its notice are written in one transaction, so the coordinators hear of each once.
"""

from __future__ import annotations

import asyncio

from binrelay.records import Mail
from binrelay.records.members import State
from binrelay.rules.bounce import QUIET, WINDOW, Judgement, concerned, judge
from binrelay.rules.notice import tell
from binrelay.workers.membership import renew
from binrelay.workers.world import World

EVERY = 3600.0


async def follow_failures(world: World) -> None:
    """Runs until cancelled."""
    while True:
        world.failed.clear()
        await judge_failures(world)
        try:
            async with asyncio.timeout(EVERY):
                await world.failed.wait()
        except TimeoutError:
            continue


async def judge_failures(world: World) -> None:
    """What follows now from everything that failed."""
    network, now = world.network, world.clock.now()
    failures = await world.store.failures(network.id, now - WINDOW)
    people = concerned(failures, world.standings, network)
    addresses = [address for member in people for address in member.addresses]
    proofs = await world.store.proofs(network.id, addresses, now - QUIET)
    judgement = judge(failures, proofs, network, standings=world.standings, now=now)
    notices = [*_paused(judgement, world), *await _blamed(judgement, world)]
    if not judgement.standings and not notices:
        return
    await world.store.stand(judgement.standings, notices)
    world.due.set()
    if judgement.standings:
        paused = sum(each.state is State.PAUSED for each in judgement.standings)
        world.journal.event("failing", network=network.id, paused=paused, resumed=len(judgement.standings) - paused)
        await renew(world)


def _paused(judgement: Judgement, world: World) -> tuple[Mail, ...]:
    count = sum(each.state is State.PAUSED for each in judgement.standings)
    if not count:
        return ()
    key = f"{world.network.id}/failing/{judgement.newest}"
    folders = world.network.folders
    return tell("failing", key=key, desk=world.desk(), count=count, done_folder=f"{folders.root}/{folders.done}")


async def _blamed(judgement: Judgement, world: World) -> tuple[Mail, ...]:
    """Told once a mail: the notice's key is the mail's."""
    notices: list[Mail] = []
    for key in judgement.blamed:
        if key in world.blamed:
            continue
        results = await world.store.results(world.network.id, key)
        record = await world.store.held_one(key.partition("/")[0])
        subject = record.subject if record else "…"
        notices += tell("blamed", key=f"{key}/blamed", desk=world.desk(), subject=subject, total=results.total)
        world.blamed.add(key)
    return tuple(notices)
