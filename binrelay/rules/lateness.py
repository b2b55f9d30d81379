"""When a mail that is not out yet is late, and when it is too late to send it unasked. Pure."""

from __future__ import annotations

from binrelay.records import Kind

HOUR = 3600.0
_LATE = {Kind.BULLETIN: 15 * 60.0, Kind.ANSWER: 4 * HOUR, Kind.REPLY: 4 * HOUR, Kind.REPORT: 4 * HOUR}
TOLD_OF = tuple(_LATE)  # kinds of whose delay and failure the coordinators hear
SOONEST = min(_LATE.values())
STALE = 24 * HOUR  # a warning of yesterday harms: who looks for a yellow Polo that was found?
RELEASED = "released"  # in `told`: a person has decided about its age


def is_late(kind: Kind, age: float, told: str) -> bool:
    """The coordinators are to hear that it is late. `told` is what they have heard."""
    return kind in _LATE and age >= _LATE[kind] and "slow" not in told.split()


def is_stale(kind: Kind, age: float, told: str) -> bool:
    """It is not to go out before a person says so. `age`: for how long it could have left.

    What a provider's limits spread over days goes out as `queue` foretold; what waits longer than that is too late.
    """
    return kind is Kind.BULLETIN and age >= STALE and RELEASED not in told.split()
