"""What may be forgotten by age, and whether the clock can be believed about it. Pure.

Invariant: what waits for somebody, or was put there by a person, is never forgotten by age; and nothing expires early
because a clock was set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from binrelay.records import ArrivalRecord

DAY = 86400.0
BORN = 1_735_689_600.0  # 2025-01-01: a clock that says less was never set
JUMP = 600.0  # seconds by which the wall clock may leave the steady one between two looks
ABSENCE = 14 * DAY  # a daemon may have been off that long without our doubting the clock
PROBATION = DAY  # seconds that a clock has to go well before it is believed again

_NOT_OURS = ("held", "waiting", "left")  # undecided, or a person's own


def undecided(record: ArrivalRecord) -> bool:
    return record.state in _NOT_OURS


def leaves_folders(record: ArrivalRecord | None, before: float) -> bool:
    """Whether a mail in a folder that the daemon fills is to be deleted for good. None: somebody else put it there."""
    if record is None or undecided(record):
        return False
    return record.erased or (record.settled or record.decided) < before


@dataclass(frozen=True, slots=True)
class Trust:
    """The clocks as they were looked at last; `doubted` is the steady moment since which the wall clock is on probation."""

    wall: float
    steady: float
    doubted: float | None

    @property
    def believed(self) -> bool:
        return self.doubted is None


def first_look(wall: float, steady: float, *, newest: float | None) -> Trust:
    """`newest` is the latest moment that the store remembers: a clock far from it may be wrong."""
    far = newest is not None and not newest - JUMP <= wall <= newest + ABSENCE
    return Trust(wall, steady, steady if far or wall < BORN else None)


def look_again(trust: Trust, wall: float, steady: float) -> Trust:
    jumped = abs((wall - trust.wall) - (steady - trust.steady)) > JUMP
    if jumped or wall < BORN:
        return Trust(wall, steady, steady)
    over = trust.doubted is not None and steady - trust.doubted >= PROBATION
    return replace(trust, wall=wall, steady=steady, doubted=None if over else trust.doubted)
