"""What the workers may ask about signatures. `transport` keeps the promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from binrelay.mail.authentication import SignatureResult


class Verifier(Protocol):
    """Our own DKIM verification (RFC 6376), asked where no Authentication-Results server is pinned."""

    async def signatures(self, content: bytes, wanted: Callable[[str], bool]) -> tuple[SignatureResult, ...]:
        """A result for each signature; one whose domain is not `wanted` is not looked into.

        Never raises: what cannot be looked up is "temperror".
        """
        ...
