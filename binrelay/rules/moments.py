"""Moments as people say them, in their own time and language. Pure.

Invariant: the zone is the network's own; a server's clock may stand anywhere.
"""

from __future__ import annotations

from datetime import datetime

from binrelay.model import Language
from binrelay.rules.desk import Desk


def local(moment: float, desk: Desk) -> datetime:
    return datetime.fromtimestamp(moment, desk.network.timezone)


def clock_time(moment: float, desk: Desk) -> str:
    """`18:05`"""
    return f"{local(moment, desk):%H:%M}"


def spoken(moment: float, desk: Desk, language: Language | None = None) -> str:
    """`dinsdag 24 november, 18:05 uur`"""
    at = local(moment, desk)
    return desk.say(
        "moment",
        language,
        weekday=desk.say("weekdays", language).split()[at.weekday()],
        day=at.day,
        month=desk.say("months", language).split()[at.month - 1],
        time=f"{at:%H:%M}",
    )
