"""What every worker of a network has at hand. Values and ports; `network` is replaced when the YAML changes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from binrelay.model import Network, Phrases, RetrySchedule
from binrelay.ports import Clock, Dice, Journal, Store, Verifier
from binrelay.rules.desk import Desk


@dataclass(slots=True)
class Health:
    """What `status` says of one network."""

    mailbox: str = "connecting"  # "idle", "connecting" or "down"
    last_seen: float | None = None  # the last whole scan
    trouble: str | None = None  # with the mailbox
    refused: str | None = None  # why the provider takes nothing from us at the moment


@dataclass(slots=True)
class World:
    network: Network
    retry: RetrySchedule
    store: Store
    clock: Clock
    dice: Dice
    phrases: Phrases
    verifier: Verifier
    journal: Journal
    health: Health = field(default_factory=Health)
    due: asyncio.Event = field(default_factory=asyncio.Event)  # set: there may be something to send

    def desk(self) -> Desk:
        return Desk(self.network, self.phrases, self.clock.now(), self.dice.token)
