"""Takes an edited YAML into use while the daemon runs. Invariant: an edit that does not validate changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from binrelay.errors import ConfigError
from binrelay.mail.quiet import without_addresses
from binrelay.model import Settings
from binrelay.ports import Journal

Load = Callable[[], Awaitable[Settings]]
Apply = Callable[[Settings], Awaitable[None]]
Refuse = Callable[[ConfigError], Awaitable[None]]
Changes = Callable[[Sequence[Path]], AsyncIterator[None]]


class Reload:
    """What `status` says of the configuration: when it was read, and what is wrong with an edit that was refused."""

    def __init__(self, load: Load, apply: Apply, refuse: Refuse, *, journal: Journal) -> None:
        self._load, self._apply, self._refuse = load, apply, refuse
        self._journal = journal
        self.error: str | None = None
        self._one_at_a_time = asyncio.Lock()  # a person saves the file and sends SIGHUP in the same moment

    async def follow(self, settings: Settings, changes: Changes) -> None:
        """Runs until cancelled. A members file that an edit adds is followed from then on."""
        current = settings
        while True:
            async for _ in changes(current.files):
                renewed = await self.again()
                if renewed is not None and renewed.files != current.files:
                    current = renewed
                    break

    async def again(self) -> Settings | None:
        """Reads it once more. None: it was refused, the last good one stays."""
        async with self._one_at_a_time:
            return await self._again()

    async def _again(self) -> Settings | None:
        try:
            settings = await self._load()
        except ConfigError as error:
            await self._refused(error)
            return None
        self.error = None
        await self._apply(settings)
        self._journal.event("configuration-loaded", networks=len(settings.networks))
        return settings

    async def _refused(self, error: ConfigError) -> None:
        told, self.error = self.error, without_addresses(str(error))
        self._journal.event("configuration-refused", problems=len(error.problems))
        if told != self.error:
            await self._refuse(error)
