"""What comes round by the clock: reminders of what waits, the letter of the week, counts for partners who asked.

Invariant: each is told once, whatever stops or sets the clock in between; the store remembers, not this worker.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from binrelay.records.coordinator import Span
from binrelay.rules.exposure import names_a_member
from binrelay.rules.gathering import collections, gather_replies
from binrelay.rules.notice import reminders
from binrelay.rules.schedule import DAY, GRACE, WEEK, last_digest, to_remind
from binrelay.rules.week import Told, chart_of, count_key, count_letter, week_key, week_letters
from binrelay.workers.world import World

EVERY = 30.0  # seconds


async def go_round(world: World) -> None:
    """Runs until cancelled."""
    while True:
        await once(world)
        await world.clock.sleep(EVERY)


async def once(world: World) -> None:
    await gather(world)
    await _remind(world)
    await _tell_week(world)
    await _tell_counts(world)


async def gather(world: World) -> None:
    """Replies whose hour has come go together; also before anything else is sent after a start."""
    network, desk = world.network, world.desk()
    if not any(partner.gather_at for partner in network.partners):
        return
    for replies in collections(await world.store.gatherable(network.id, desk.now + GRACE)):
        together = await asyncio.to_thread(gather_replies, replies, desk)
        if not names_a_member(together, network) and await world.store.gather(together, [mail.key for mail in replies]):
            world.journal.event("replies-gathered", network=network.id, mail=together.key, replies=len(replies))
            world.due.set()


async def _remind(world: World) -> None:
    desk = world.desk()
    due = to_remind(await world.store.held(world.network.id), desk.now)
    if not due:
        return
    await world.store.remind(reminders(due, desk), tuple(record.id for record in due))
    world.journal.event("reminded", network=world.network.id, waiting=len(due))
    world.due.set()


async def _tell_week(world: World) -> None:
    """Of weeks that ended before our first start nothing is told: there is nothing to tell."""
    network, desk = world.network, world.desk()
    watch = await world.store.watch(network.id)
    if network.digest is None or watch is None:
        return
    span = last_digest(desk.now, network.digest, network.timezone)
    if span.until <= watch.since or await _has_told(span, world):
        return
    told = Told(
        span=span,
        week=await world.store.week(network.id, span),
        held=await world.store.held(network.id),
        standings=await world.store.standings(network.id),
    )
    chart = chart_of(told, network.digest, desk)
    png = await world.painter.draw(chart)
    await world.store.post(week_letters(told, chart, png, desk=desk))
    world.journal.event("week-told", network=network.id, bulletins=len(told.week.issues), picture=png is not None)
    world.due.set()


async def _has_told(span: Span, world: World) -> bool:
    """Of that week or of the next: a clock that was set back makes no old week new."""
    desk = world.desk()
    next_week = replace(span, until=span.until + WEEK)
    return any([await world.store.posted(f"{week_key(each, desk)}/0") for each in (span, next_week)])


async def _tell_counts(world: World) -> None:
    """A bulletin counts once nobody is left who has not been tried."""
    network, desk = world.network, world.desk()
    curious = {partner.id for partner in network.partners if partner.tell_count}
    if not curious:
        return
    for issue in await world.store.issues(network.id, desk.now - DAY):
        over = issue.partner in curious and issue.reached and not issue.untried
        if not over or await world.store.posted(count_key(issue)):
            continue
        letter = count_letter(issue, desk)
        if letter is not None:
            await world.store.post((letter,))
            world.due.set()
