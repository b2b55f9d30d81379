"""What is kept about one person, as the store tells it. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

from binrelay.model import Conversation
from binrelay.records import ArrivalRecord, Kind
from binrelay.records.members import BounceRecord, Standing


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as kept."""

    conversation: Conversation
    subject: str  # of the bulletin it is about; "" for a report, or forgotten
    updated: float


@dataclass(frozen=True, slots=True)
class Received:
    """One mail that was written to a person, and what became of it."""

    mail: str  # its key
    kind: Kind
    subject: str  # "" once it is forgotten
    queued: float
    state: str
    done: float | None
    status: str | None  # what the server said: "2.0.0", "550"
    content_kept: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything the store keeps about one person in one network; contents are counted, not shown."""

    network: str
    arrivals: tuple[ArrivalRecord, ...] = ()  # what the person wrote, without content
    contents: frozenset[str] = frozenset()  # ids of `arrivals` whose content is kept
    talks: tuple[Talk, ...] = ()
    received: tuple[Received, ...] = ()
    bounces: tuple[BounceRecord, ...] = ()
    standings: tuple[Standing, ...] = ()
    named_in: int = 0  # contents of mails to others in which the person may be named
