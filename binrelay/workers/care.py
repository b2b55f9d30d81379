"""Work on one message that must not stop the work on the next. Invariant: a third failure sets the message aside."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from binrelay.errors import StoreError, TemporaryError
from binrelay.journal import place_of
from binrelay.ports import Handle
from binrelay.workers.world import World

ATTEMPTS = 3
MESSAGE_LIMIT = 300.0  # seconds for one message, whatever happens

Work = Callable[[], Awaitable[None]]
GiveUp = Callable[[str], Awaitable[None]]


async def with_care(world: World, handle: Handle, work: Work, *, give_up: GiveUp) -> bool:
    """Does `work`; False where it stumbled. The third time `give_up` is told the kind of error.

    A bad world (connection, database) is raised: it says nothing about this message.
    """
    try:
        async with asyncio.timeout(MESSAGE_LIMIT):
            await work()
    except (TemporaryError, StoreError):
        raise
    except Exception as error:  # whatever a stranger's bytes can raise, the next mail must be read
        kind = type(error).__name__
        count = await world.store.stumble(world.network.id, handle, kind)
        place = place_of(error)
        world.journal.event("stumbled", network=world.network.id, attempt=count, error=kind, place=place)
        if count >= ATTEMPTS:
            await give_up(kind)
        return False
    return True
