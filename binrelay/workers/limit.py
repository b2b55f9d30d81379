"""How many recipients the server of an account takes at once, as it showed us.

Invariant: the least it showed counts, for a week: one bad day of a server does not slow its networks down for good.
"""

from __future__ import annotations

from binrelay.rules.budget import DAY
from binrelay.workers.world import World

KNOWN = 7 * DAY


class Limit:
    def __init__(self, account: str, world: World) -> None:
        self._account = account
        self._world = world
        self._shown: tuple[int, float] | None = None  # recipients a transaction, and when
        self._saved: tuple[int, float] | None = None

    @property
    def most(self) -> int | None:
        """Recipients a transaction; None: it took whatever we gave."""
        return self._shown[0] if self._shown else None

    async def recall(self) -> None:
        """What an earlier daemon, or another one, was shown."""
        known = await self._world.store.most_recipients(self._account, self._world.clock.now() - KNOWN)
        self._shown = self._saved = known

    def show(self, most: int) -> bool:
        """Whether that is news. It will take no more in the next transaction, either."""
        if self.most is not None and most >= self.most:
            return False
        self._shown = (most, self._world.clock.now())
        self._world.journal.event("recipients-limit-learned", limit=most)
        return True

    async def save(self) -> None:
        shown = self._shown
        if shown is not None and shown != self._saved:
            await self._world.store.learn(self._account, shown[0], moment=shown[1])
            self._saved = shown

    def forget(self) -> bool:
        """Whether a week is over: then it is tried with more again."""
        if self._shown is None or self._world.clock.now() < self._shown[1] + KNOWN:
            return False
        self._shown = None
        return True
