"""Values that belong to a place: its telephone numbers, its days and hours. Reads the system's table of time zones, nothing else.

Invariant: what is shown to people comes out as one short line.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import PlainValidator, WithJsonSchema

from binrelay.config.values import choice_of, read_name, read_plain, refusal, suggestion, text_of

_TELEPHONE_TEXT = r"^(?=.*[0-9]).{2,40}$"


def read_telephone(value: object) -> str:
    """As people say it; YAML reads 112 as a number, and nobody means anything else by it."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else read_name(value)
    if not re.match(_TELEPHONE_TEXT, text):
        raise refusal("is no telephone number; write it as people say it, in at most 40 characters: 0900-8844")
    return text


TelephoneValue = Annotated[
    str,
    PlainValidator(read_telephone),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": _TELEPHONE_TEXT}, {"type": "integer", "minimum": 10}]}),
]


def read_timezone(value: object) -> ZoneInfo:
    text = read_plain(value)
    try:
        return ZoneInfo(text)
    except (OSError, ValueError, KeyError) as error:  # unknown, or a path that leads elsewhere
        raise refusal(
            f'"{text}" is no time zone{suggestion(text, available_timezones())}; write it as Europe/Brussels'
        ) from error


TimezoneValue = Annotated[
    ZoneInfo,
    PlainValidator(read_timezone),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z_+-]+(/[A-Za-z0-9_+-]+)*$"}),
]

Off = Literal["off"]


def none_if_off(value: object) -> object:
    return None if value == "off" else value


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_CLOCK_TEXT = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$"


def read_clock_time(value: object) -> int:
    """Minutes after midnight."""
    text = text_of(value)
    if not re.match(_CLOCK_TEXT, text):
        raise refusal(f'"{text}" is no time of the day; write it as "08:00"')
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def read_weekday(value: object) -> int:
    """0 is Monday."""
    return list(Weekday).index(choice_of(Weekday)(value))


WeekdayValue = Annotated[
    int,
    PlainValidator(read_weekday),
    WithJsonSchema({"type": "string", "enum": [day.value for day in Weekday]}),
]
ClockTimeValue = Annotated[
    int, PlainValidator(read_clock_time), WithJsonSchema({"type": "string", "pattern": _CLOCK_TEXT})
]


class Replies(StrEnum):
    """How an authority gets members' replies to its bulletins."""

    EACH = "each"
    DIGEST = "digest"


RepliesValue = Annotated[
    Replies,
    PlainValidator(choice_of(Replies)),
    WithJsonSchema({"type": "string", "enum": [each.value for each in Replies]}),
]
