"""What every worker of a network has at hand. Values and ports; `network` is replaced when the YAML or a member changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from binrelay.model import Network, Phrases, RetrySchedule
from binrelay.ports import Clock, Dice, Handle, Journal, Room, Store
from binrelay.ports.coordinator import Painter
from binrelay.ports.verifier import Verifier
from binrelay.records.members import Standing
from binrelay.rules.desk import Desk
from binrelay.rules.retention import Trust


@dataclass(slots=True)
class Health:
    """What `status` says of one network."""

    mailbox: str = "connecting"  # "idle", "connecting" or "down"; "elsewhere": another daemon watches it
    last_seen: float | None = None  # the last whole scan
    trouble: str | None = None  # with the mailbox
    stopped: str | None = None  # why nothing is sent until a person has looked: a `rules.breaker.Trip`
    refused: str | None = None  # why the provider takes nothing from us at the moment
    shut_out: str | None = None  # what it says of our login, which only a person can mend
    forgot: float | None = None  # when contents and conversations were looked through last
    tidied: float | None = None  # when the folders were
    oldest: float | None = None  # when the oldest content that is kept came in


@dataclass(slots=True)
class World:
    network: Network  # as it is now: what members wish for themselves included
    retry: RetrySchedule
    store: Store
    clock: Clock
    dice: Dice
    phrases: Phrases
    verifier: Verifier
    painter: Painter
    journal: Journal
    owner: str  # this daemon, as its claims name it
    health: Health = field(default_factory=Health)
    due: asyncio.Event = field(default_factory=asyncio.Event)  # set: there may be something to send
    failed: asyncio.Event = field(default_factory=asyncio.Event)  # set: a mail did not reach somebody
    forecast: Callable[[int, float], float | None] = field(default=lambda _recipients, _now: None)
    """When the last of so many recipients may have left, by what the account may send; None: nobody can say."""
    told_stopped: str | None = None  # why sending is stopped, as the mailbox says already
    told_shut_out: bool = False  # the mailbox says already that the provider refuses our login
    blamed: set[str] = field(default_factory=set)  # keys of mails of which the coordinators know that they failed
    listed: Network = field(init=False)  # what the YAML says
    laid_over: Network = field(init=False)  # the `listed` that `network` was made from
    trust: Trust | None = None  # in the clock; None: not looked at yet
    standings: tuple[Standing, ...] = ()  # that `network` was made with
    looked: bool = False  # `network` was made at all
    stuck: dict[Handle, Room] = field(default_factory=dict)  # settled mails that the server does not move, and where to
    cautious: bool = False  # the line broke while mails were fetched together

    def __post_init__(self) -> None:
        self.listed = self.laid_over = self.network

    def desk(self) -> Desk:
        return Desk(self.network, self.phrases, self.clock.now(), self.dice.token, self.store.key)
