"""What the coordinators' own wishes ask of the store: stopping a bulletin. `store` keeps these promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from binrelay.records import ArrivalRecord
from binrelay.records.coordinator import Stopped


class CoordinatorStore(Protocol):
    """A part of `ports.Store`: every call is one transaction."""

    async def waiting(self, network: str | None = None) -> Sequence[ArrivalRecord]:
        """Bulletins that go out by themselves unless they are stopped, oldest first, without content."""
        ...

    async def ripen(self, network: str) -> Sequence[ArrivalRecord]:
        """Those of them whose time has come; they are done from now on."""
        ...

    async def under_way(self, network: str) -> bool:
        """Whether a bulletin is not out to everybody yet."""
        ...

    async def stop(self, record_id: str) -> Stopped | None:
        """The bulletin of that arrival goes to nobody any more. None: nobody was left who had not got it."""
        ...

    async def hasten(self, record_id: str) -> bool:
        """The bulletin goes out now. False: it does not wait (any more)."""
        ...
