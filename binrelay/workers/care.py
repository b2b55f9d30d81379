"""Work on one message that must not stop the work on the next. Invariant: one that fails again and again is set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from binrelay.errors import MailboxLost, MailboxRefused, StoreError, TemporaryError
from binrelay.journal import place_of
from binrelay.ports import Handle
from binrelay.workers.world import World

ATTEMPTS = 3
REFUSALS = 6  # connections on which the server did not give this mail, or that broke over it: it never will
MESSAGE_LIMIT = 300.0  # seconds for one message, whatever happens

Work = Callable[[], Awaitable[None]]
GiveUp = Callable[[Exception], Awaitable[None]]


async def with_care(world: World, handle: Handle, work: Work, *, give_up: GiveUp) -> bool:
    """Does `work`; False where it stumbled. In the end `give_up` is told the error.

    A bad world (connection, database) is raised: it says nothing about this message.
    """
    try:
        async with asyncio.timeout(MESSAGE_LIMIT):
            await work()
    except (MailboxRefused, MailboxLost) as trouble:
        if getattr(trouble, "command", "FETCH") != "FETCH" or await stumbled(world, handle, trouble) < REFUSALS:
            raise
        await give_up(trouble)
        if isinstance(trouble, MailboxLost):
            raise
        return False
    except (TemporaryError, StoreError):
        raise
    except Exception as error:  # whatever a stranger's bytes can raise, the next mail must be read
        if await stumbled(world, handle, error) >= ATTEMPTS:
            await give_up(error)
        return False
    return True


def is_hopeless(times: int, error: str) -> bool:
    """Whether a mail that stumbled so often, at last over `error`, is not asked for any more: connections are for others too."""
    return times >= (ATTEMPTS if error == TimeoutError.__name__ else REFUSALS)


async def stumbled(world: World, handle: Handle, error: Exception) -> int:
    """How often, by now."""
    kind = type(error).__name__
    count = await world.store.stumble(world.network.id, handle, kind)
    world.journal.event("stumbled", network=world.network.id, attempt=count, error=kind, place=place_of(error))
    return count
