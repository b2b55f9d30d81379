"""Arrivals that stay in INBOX for a while: their author's key could not be looked up. Other mails go on meanwhile.

Invariant: an arrival waits a bounded time, counted from the first try and kept in the store; then it is held.
"""

from __future__ import annotations

from binrelay.ports import Handle
from binrelay.rules.decision import Hold, Why
from binrelay.rules.plan import Case
from binrelay.rules.retry import look_up_again
from binrelay.workers.world import World


class Waiting:
    def __init__(self, world: World) -> None:
        self._world = world
        self._due: dict[int, float] = {}  # uid in INBOX → when it is looked at again; a new session looks at once

    def early(self) -> frozenset[int]:
        """Uids that it is too early to look at; the others are looked at now, or somebody moved them."""
        now = self._world.clock.now()
        self._due = {uid: due for uid, due in self._due.items() if due > now}
        return frozenset(self._due)

    def patience(self, longest: float) -> float:
        """Seconds until the next one is due, at most `longest`."""
        now = self._world.clock.now()
        return max(min((longest, *(due - now for due in self._due.values()))), 1.0)

    async def postpone(self, case: Case, handle: Handle | None) -> bool:
        """Whether it is to be looked at again instead of decided now."""
        if handle is None:
            return False
        if not (isinstance(case.decision, Hold) and case.decision.why is Why.KEY_UNREACHABLE):
            return False
        world, now = self._world, self._world.clock.now()
        wait = await world.store.postpone(world.network.id, case.message.digest, now)
        pause = look_up_again(wait, now)
        if pause is None:
            return False
        self._due[handle.uid] = now + pause
        world.journal.event("key-unreachable", network=world.network.id, attempt=wait.times, retry_in=round(pause))
        return True
