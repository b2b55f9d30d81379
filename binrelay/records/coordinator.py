"""What the coordinators are told of their decisions and of their week. Pure; moments are Unix time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from binrelay.mail.address import Address


@dataclass(frozen=True, slots=True)
class Stopped:
    """What stopping a bulletin did."""

    stopped: int  # recipients who do not get it
    out: int  # recipients who had it already


@dataclass(frozen=True, slots=True)
class Issue:
    """One bulletin and how far it got."""

    id: str
    partner: str | None  # None: the network itself spoke
    author: Address | None
    message_id: str | None  # the author's own
    subject: str
    sent_at: float
    total: int  # recipients
    reached: int
    refused: int
    untried: int  # recipients nobody has tried yet
    replies: int


@dataclass(frozen=True, slots=True)
class Week:
    """What a network did between two moments, and when in the weeks before."""

    issues: tuple[Issue, ...]
    replies: Mapping[str | None, int]  # replies and reports, by partner
    bulletins_at: tuple[float, ...]  # moments since `Span.history`
    replies_at: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` up to `until`; the weeks before it begin at `history`."""

    history: float
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Two numbers a week, oldest first."""

    labels: tuple[str, ...]  # digits and hyphens only: the drawing program knows no accents
    bulletins: tuple[int, ...]
    replies: tuple[int, ...]
