"""What several daemons behind one store may ask of it. A store that only one daemon opens has no rota."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attendance:
    """One daemon of several behind one store."""

    id: str  # as its claims name it
    host: str
    pid: int
    status: str  # JSON: what `status` shows of it
    age: float = 0.0  # seconds since it was last heard of


class Rota(Protocol):
    """Several daemons behind one store take turns at its mailboxes. Time is the store's own. Raises StoreError."""

    async def attend(self, who: Attendance, networks: Sequence[str], *, lease: float) -> frozenset[str]:
        """Signs in for `lease` seconds, and takes or keeps the mailboxes that nobody else holds: those that are ours."""
        ...

    async def bury(self, *, silent: float, wait: float, now: float) -> Sequence[tuple[str, int]]:
        """Signs off each daemon that was silent for so many seconds; how many recipients it had under way.

        Those are given back as `Store.unclaim` does, the uncertain ones due at `now + wait`.
        """
        ...

    async def tidy(self, *, wait: float, now: float) -> int:
        """Gives back what is under way in the name of a daemon that nobody knows; how many recipients."""
        ...

    async def waiting(self, now: float) -> frozenset[str]:
        """Networks with mail that is due and that nobody has under way."""
        ...

    async def resign(self, daemon: str, *, wait: float, now: float) -> int:
        """Signs off: its mailboxes are free at once, what it has under way is given back."""
        ...
