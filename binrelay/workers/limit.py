"""How many recipients the server of an account takes at once, as it showed us.

Invariant: the least it showed counts, for a week: one bad day of a server does not slow its networks down for good.
"""

from __future__ import annotations

from binrelay.rules.budget import DAY
from binrelay.workers.world import World

KNOWN = 7 * DAY


class Limit:
    def __init__(self, account: str, world: World) -> None:
        self.most: int | None = None  # recipients a transaction; None: it took whatever we gave
        self._account = account
        self._world = world
        self._shown = 0.0  # Unix
        self._unsaved = False

    async def recall(self) -> None:
        """What an earlier daemon, or another one, was shown."""
        known = await self._world.store.most_recipients(self._account, self._world.clock.now() - KNOWN)
        if known is not None:
            self.most, self._shown = known

    def show(self, most: int) -> bool:
        """Whether that is news. It will take no more in the next transaction, either."""
        if self.most is not None and most >= self.most:
            return False
        self.most, self._shown, self._unsaved = most, self._world.clock.now(), True
        self._world.journal.event("recipients-limit-learned", limit=most)
        return True

    async def save(self) -> None:
        if self._unsaved and self.most is not None:
            self._unsaved = False
            await self._world.store.learn(self._account, self.most, moment=self._shown)

    def forget(self) -> bool:
        """Whether a week is over: then it is tried with more again."""
        if self.most is None or self._world.clock.now() < self._shown + KNOWN:
            return False
        self.most = None
        return True
