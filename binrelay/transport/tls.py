"""What both kinds of servers have in common: the certificates we believe, and tokens in place of passwords."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Protocol


class AccessToken(Protocol):
    """Gives a token that is good for a login now. Raises LoginRefused, TokenUnavailable, StoreError."""

    async def __call__(self) -> str: ...

    def refused(self, token: str) -> None:
        """The server would not have that one: the next call gives another."""
        ...


async def make_context(ca_file: Path | None) -> ssl.SSLContext:
    """The system's certificates, and `ca_file` besides; names are checked. Raises OSError for a file that is none.

    In a thread: reading the system's certificates takes longer than the loop may stand still.
    """
    return await asyncio.to_thread(_make, ca_file)


def _make(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context
