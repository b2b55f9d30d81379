"""What the coordinators are told of their own decisions. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stopped:
    """What stopping a bulletin did."""

    stopped: int  # recipients who do not get it
    out: int  # recipients who had it already
