"""How members stand, whose mail comes back, and how much was sent and why. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from binrelay.mail.address import Address
from binrelay.model import Language, Listed


class State(StrEnum):
    """Of a member, beside what the YAML says."""

    AS_LISTED = "as-listed"  # nothing is kept
    ACTIVE = "active"  # although the YAML pauses it
    PAUSED = "paused"
    LEFT = "left"
    JOINED = "joined"  # although the YAML does not list it


class Cause(StrEnum):
    """Whose doing it is."""

    OWN_WISH = "own-wish"
    FAILING = "failing"  # mail comes back
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one member stands, laid over the YAML by `rules.membership.overlay`."""

    network: str
    address: Address
    state: State
    cause: Cause
    since: float
    listed: Listed  # what the YAML said then; once it says something else, the admin's later word counts
    until: float | None = None  # of a pause; None: until somebody says so
    name: str | None = None  # of one who is not in the YAML, as are the next
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class BounceRecord:
    address: Address
    status: str | None
    action: str
    mail: str | None  # Message-ID of the returned mail, one of ours
    at: float
    counts: bool = False  # whether it may speak against the recipient: a key of ours names both, nothing is guessed


@dataclass(frozen=True, slots=True)
class Returned:
    """One recipient of a mail of ours that a delivery report is about."""

    address: Address
    mail: str  # Message-ID
    row: int  # of the outbox
    sure: bool  # False: the report holds no key of ours; an address that we wrote to lately is all there is


@dataclass(frozen=True, slots=True)
class Failure:
    """One mail that did not reach one recipient for good, by the server's reply or by a delivery report."""

    id: int
    address: Address
    status: str | None
    at: float
    counts: bool
    mail: str  # Mail.key
    of: int  # recipients that mail had


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a network sent lately, for the breaker."""

    widest_passed: int  # recipients of the replies, reports or answers that one arrival caused
    widest: int  # recipients of one bulletin, in all its languages, beyond the members there were when it was composed
    unexplained: int  # mails to people that no arrival caused
