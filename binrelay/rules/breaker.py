"""Whether a network sends more than it can explain, so that all of it must stop until a person has looked. Pure.

Invariant: what anybody can cause from outside (notices, acknowledgements) has limits of its own and never trips it; else an
attacker could silence a neighbourhood.
"""

from __future__ import annotations

from enum import StrEnum

from binrelay.records.members import Ledger

WINDOW = 3600.0
SPARE = 20


class Trip(StrEnum):
    """Why it stopped. The value is what `status` says, and the key of its sentence in the templates."""

    UNEXPLAINED = "unexplained"  # a mail to people that no arrival caused
    TOO_WIDE = "too-wide"  # a bulletin to more people than there were members
    TOO_MANY = "too-many"  # one person's words to more addresses than there are authorities


def trips(ledger: Ledger, *, authorities: int) -> Trip | None:
    """What is wrong with the last hour, if anything; `authorities` are the addresses that replies may go to."""
    if ledger.unexplained:
        return Trip.UNEXPLAINED
    if ledger.widest > SPARE:
        return Trip.TOO_WIDE
    if ledger.widest_passed > authorities + SPARE:
        return Trip.TOO_MANY
    return None
