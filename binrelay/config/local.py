"""Values that belong to a place: its telephone numbers, its time. Reads the system's table of time zones, nothing else.

Invariant: what is shown to people comes out as one short line.
"""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import PlainValidator, WithJsonSchema

from binrelay.config.values import read_name, read_plain, refusal, suggestion

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
