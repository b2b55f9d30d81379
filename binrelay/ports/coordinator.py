"""What coordinators ask for: stopping a bulletin, being reminded, a letter a week. `store` and `transport` keep it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from binrelay.records import ArrivalRecord, Mail
from binrelay.records.coordinator import Chart, Issue, Span, Stopped, Week


class CoordinatorStore(Protocol):
    """A part of `ports.Store`: every call is one transaction."""

    async def waiting(self, network: str | None = None) -> Sequence[ArrivalRecord]:
        """Bulletins that go out by themselves unless they are stopped, oldest first, without content."""
        ...

    async def ripen(self, network: str) -> Sequence[ArrivalRecord]:
        """Those of them whose time has come; they are done from now on."""
        ...

    async def under_way(self, network: str) -> bool:
        """Whether a coordinator can still stop a bulletin, or let go what waits for a person on its way out."""
        ...

    async def stop(self, record_id: str) -> Stopped | None:
        """The bulletin of that arrival goes to nobody any more. None: nobody was left who had not got it."""
        ...

    async def hasten(self, record_id: str) -> bool:
        """The bulletin goes out now. False: it does not wait (any more)."""
        ...

    async def remind(self, mails: Sequence[Mail], reminded: Sequence[str]) -> None:
        """Queues the reminder and remembers of which arrivals it speaks."""
        ...

    async def posted(self, key: str) -> bool:
        """Whether a mail of that key was ever queued."""
        ...

    async def week(self, network: str, span: Span) -> Week: ...

    async def issues(self, network: str, since: float) -> Sequence[Issue]:
        """The bulletins since then, oldest first."""
        ...

    async def gatherable(self, network: str, before: float) -> Sequence[Mail]:
        """Untried replies whose own moment is `before` that or earlier, oldest first."""
        ...

    async def gather(self, together: Mail, keys: Sequence[str]) -> bool:
        """Queues one mail in place of those. False: one of them is under way already; nothing is changed."""
        ...


class Painter(Protocol):
    async def draw(self, chart: Chart) -> bytes | None:
        """A PNG; None where it could not be drawn: a letter goes without its picture."""
        ...
