"""Whether it is worth asking the store again: two hundred networks at rest ask one question a second between them.

Invariant: what anybody wrote is noticed within three seconds; what changes by the clock alone within `AT_LEAST`.
"""

from __future__ import annotations

from binrelay.workers.world import World

EVERY = 2.0  # seconds between two questions
AT_LEAST = 30.0  # seconds after which one asks anyhow


class News:
    def __init__(self, world: World) -> None:
        self._world = world
        self._version: str | None = None
        self._asked = float("-inf")

    async def wait(self, *, by: float | None = None) -> None:
        """Until something may have been written, by whomever, or time alone may have changed something: surely at `by`."""
        world = self._world
        while True:
            version, now = await world.store.version(), world.clock.steady()
            over = by is not None and world.clock.now() >= by
            if version != self._version or over or now - self._asked >= AT_LEAST:
                self._version, self._asked = version, now
                return
            await world.clock.sleep(EVERY)
