"""What is kept about an arrival that is not decided yet. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """An arrival that lies in INBOX because its author's key could not be looked up."""

    since: float  # the first try
    times: int  # tries so far
