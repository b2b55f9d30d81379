"""One daemon of several behind one store: says that it lives, takes its turn at the mailboxes, cleans up after the dead.

Invariant: a mailbox is watched only while the store says that it is ours. A daemon that cannot reach the store decides
nothing, for it decides nothing without asking the store; when it is back, the store tells it what it has lost.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

from binrelay.mail.quiet import without_addresses
from binrelay.ports import Clock, Journal
from binrelay.rota import Attendance, Rota

SILENCE = 15.0  # seconds until a daemon that says nothing counts as dead, and its mailboxes are free
BEATS = 7.5  # signs of life in that time; `status` is no older than one of them, two seconds

Report = Callable[[], Awaitable[Mapping[str, object]]]
Turn = Callable[[frozenset[str]], None]


@dataclass(frozen=True, slots=True)
class Presence:
    rota: Rota
    clock: Clock
    journal: Journal
    me: Attendance
    silence: float = SILENCE  # the same for every daemon of this store

    @property
    def _beat(self) -> float:
        return self.silence / BEATS

    async def sign_in(self, networks: Collection[str]) -> frozenset[str]:
        """The mailboxes that are ours from now on."""
        return await self.rota.attend(self.me, tuple(networks), lease=self.silence)

    async def keep(self, networks: Callable[[], Collection[str]], report: Report, turn: Turn) -> None:
        """Runs until cancelled. `turn` is told which mailboxes are ours, again and again."""
        while True:
            # A server's reply may quote an address, and what stands in the database is kept by backups.
            status = json.dumps(_quiet(await report()))
            who = Attendance(self.me.id, self.me.host, self.me.pid, status)
            turn(await self.rota.attend(who, tuple(networks()), lease=self.silence))
            await self.clock.sleep(self._beat)

    async def listen(self, due: Callable[[frozenset[str]], None]) -> None:
        """Runs until cancelled. `due` is told which networks have mail to send, whichever daemon queued it."""
        while True:
            due(await self.rota.waiting(self.clock.now()))
            await self.clock.sleep(self._beat)

    async def bury_the_dead(self, wait: Callable[[], float]) -> None:
        """Runs until cancelled. What a dead daemon had under way is due again; at its dot, after `wait()` seconds."""
        await self.rota.tidy(wait=wait(), now=self.clock.now())
        while True:
            for daemon, given_back in await self.rota.bury(silent=self.silence, wait=wait(), now=self.clock.now()):
                self.journal.event("daemon-gone", daemon=daemon, given_back=given_back)
            await self.clock.sleep(self.silence / 3)

    async def tell_of_outages(self, away: Callable[[], str | None]) -> None:
        """Runs until cancelled. `away` says why the store cannot be reached just now."""
        known: str | None = None
        while True:
            now = away()
            if now is not None and known is None:
                self.journal.event("store-away", detail=without_addresses(now))
            elif now is None and known is not None:
                self.journal.event("store-back")
            known = now
            await self.clock.sleep(1.0)


def _quiet(value: object) -> object:
    if isinstance(value, str):
        return without_addresses(value)
    if isinstance(value, Mapping):
        return {name: _quiet(each) for name, each in value.items()}
    return [_quiet(each) for each in value] if isinstance(value, list) else value
