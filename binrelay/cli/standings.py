"""A network as it is now, for the commands that an admin types: the YAML, and over it what members did by mail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from binrelay.model import Member, Network, Settings
from binrelay.records.members import Cause, Standing, State
from binrelay.rules.membership import current, overlay
from binrelay.store.place import database_path
from binrelay.store.store import SqlStore, open_store

Result = TypeVar("Result")
_WHY = {
    (State.PAUSED, Cause.OWN_WISH): "paused by own wish",
    (State.PAUSED, Cause.FAILING): "paused, mail to this address comes back,",
    (State.PAUSED, Cause.COORDINATOR): "paused by a coordinator",
    (State.LEFT, Cause.OWN_WISH): "left by own wish",
    (State.LEFT, Cause.FAILING): "taken out, mail to this address comes back,",
    (State.LEFT, Cause.COORDINATOR): "taken out by a coordinator",
}


class Present:
    """`network` is the effective one; its roster knows those who left, too. Raises StoreError."""

    def __init__(self, settings: Settings, network: Network) -> None:
        self.now = time.time()
        self._settings = settings
        known = [each for each in _read(settings) if each.network == network.id]
        self.standings = [each for each in known if current(each, network, self.now).state is not State.AS_LISTED]
        self.network = overlay(network, known, self.now)

    def standing(self, member: Member) -> Standing | None:
        """What the member did by mail, or what became of it, where that counts."""
        keys = {address.key for address in member.addresses}
        found = next((each for each in self.standings if each.address.key in keys), None)
        return found and current(found, self.network, self.now)

    def write(self, standings: Iterable[Standing]) -> None:
        changed = list(standings)
        if changed:
            _with_store(self._settings, lambda store: store.stand(changed))


def as_listed(standing: Standing) -> Standing:
    """The YAML has the last word again."""
    return replace(standing, state=State.AS_LISTED)


def reason(standing: Standing) -> str:
    """Why no bulletins go there, for a person."""
    until = f", until {_day(standing.until)}" if standing.until is not None else ""
    return f"{_WHY[standing.state, standing.cause]} since {_day(standing.since)}{until}"


def _day(unix: float) -> str:
    return datetime.fromtimestamp(unix, UTC).astimezone().strftime("%Y-%m-%d")


def _read(settings: Settings) -> Sequence[Standing]:
    """Nothing where no daemon has made a store yet."""
    path = database_path(settings.store)
    if path is not None and not path.is_file():
        return ()
    return _with_store(settings, lambda store: store.standings())


def _with_store(settings: Settings, work: Callable[[SqlStore], Awaitable[Result]]) -> Result:
    async def within() -> Result:
        store = await open_store(settings.store)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(within())
