"""What forgetting asks of the store. `store` keeps these promises."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class ForgettingStore(Protocol):
    """A part of `ports.Store`: every call is one transaction."""

    async def forget(self, network: str, contents_before: float, conversations_before: float) -> int:
        """Drops contents of finished mails and old conversations; keys stay (M4). How many rows."""
        ...

    async def unwanted(self, network: str) -> frozenset[str]:
        """Digests of arrivals whose mails have to go from the folders at a person's wish."""
        ...

    async def wiped(self, network: str, digests: Collection[str]) -> None:
        """Every folder was looked through for them."""
        ...

    async def span(self, network: str) -> tuple[float | None, float | None]:
        """When the oldest content that is kept came, and when anything was written down last."""
        ...
