"""What is known afterwards about one mail that went wrong: who got what, and when. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

from binrelay.mail.address import Address
from binrelay.records import ArrivalRecord, Kind


@dataclass(frozen=True, slots=True)
class Reached:
    """One recipient of a mail, and what the provider's server said."""

    address: Address | None  # None: erased
    state: str  # sent, failed, queued …; erased
    at: float | None  # when it became final
    attempts: int
    code: int
    status: str | None
    reply: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One outgoing mail. Without `reached` its recipients are forgotten, without `content_id` what it said."""

    key: str
    kind: Kind
    message_id: str
    queued: float
    content_id: int | None
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    network: str
    arrival: ArrivalRecord | None  # None: nothing that came in caused it, or its key is a notice's
    mails: tuple[Sent, ...]
    known: frozenset[str]  # keys of all addresses that the network's rows hold, to look for
