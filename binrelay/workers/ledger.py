"""Writes down how far each recipient is; what many transactions have to say at the same moment costs one commit.

Invariant: `depart` returns after the departure is on disk, never before; `again` is set after what is to be tried once
more is there for whoever looks, never before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from binrelay.ports import Store
from binrelay.records import Departure, Outcome

SETTLED_WITHIN = 0.005  # seconds; a crash before then costs a second try, as one before any commit does


class Ledger:
    def __init__(self, store: Store, owner: str, again: asyncio.Event) -> None:
        self._store = store
        self._owner = owner
        self._again = again
        self._outcomes: list[Outcome] = []
        self._departing: list[tuple[Departure, asyncio.Future[frozenset[int]]]] = []
        self._wake = asyncio.Event()
        self._soon: asyncio.TimerHandle | None = None
        self._written = asyncio.Event()  # nothing waits to be written
        self._written.set()

    async def depart(self, departure: Departure) -> frozenset[int]:
        """The ids whose dot may leave."""
        granted: asyncio.Future[frozenset[int]] = asyncio.get_running_loop().create_future()
        self._departing.append((departure, granted))
        self._stir()
        return await granted

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Written within moments: departures that come meanwhile go into the same commit."""
        self._outcomes += outcomes
        self._written.clear()
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(SETTLED_WITHIN, self._stir)

    async def written(self) -> None:
        """Once everything said so far is on disk."""
        await self._written.wait()

    async def run(self) -> None:
        """Until cancelled; raises StoreError, and then nothing departs any more."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._soon is not None:
                self._soon.cancel()
                self._soon = None
            outcomes, self._outcomes = self._outcomes, []
            departing, self._departing = self._departing, []
            try:
                granted = await self._store.record(outcomes, [each for each, _ in departing], owner=self._owner)
            except BaseException:
                for _, waiting in departing:
                    waiting.cancel()
                raise
            if any(each.state == "queued" for each in outcomes):
                self._again.set()
            for _, waiting in departing:
                if not waiting.done():
                    waiting.set_result(granted)
            if not (self._outcomes or self._departing):
                self._written.set()

    def _stir(self) -> None:
        self._written.clear()
        self._wake.set()
