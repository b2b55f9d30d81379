"""How a password may be written: in clear, or where it is kept. Pure; nothing is looked up here.

Invariant: no repr and no message shows a password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from binrelay.config.values import refusal, suggestion, text_of


class Keeper(StrEnum):
    """Who keeps the password."""

    CLEAR = "clear"  # the YAML itself
    SECRET = "secret"  # noqa: S105 - a word, no password: a systemd credential, else the environment
    FILE = "file"
    ENV = "env"


@dataclass(frozen=True, slots=True)
class PasswordSource:
    keeper: Keeper
    value: str = field(repr=False)  # the password, or the name or path of the place that holds it


UNKNOWN_KEY = "unknown_key"  # the kind of error that is about `key` below the value refused
_PLACES = ("secret", "file", "env")
_NAMES = {"secret": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "env": re.compile(r"[A-Za-z_][A-Za-z0-9_]*")}
_FORMS = "write {secret: NAME}, {file: PATH}, {env: VARIABLE} or the password in quotes"


def read_password(value: object) -> PasswordSource:
    if not isinstance(value, dict):
        return PasswordSource(Keeper.CLEAR, text_of(value))
    if len(value) != 1:
        raise refusal(f"must name one place; {_FORMS}")
    ((place, name),) = value.items()
    if place not in _PLACES:
        message = f"unknown key; {_FORMS}{suggestion(place, _PLACES)}"
        raise PydanticCustomError(UNKNOWN_KEY, "{message}", {"message": message, "key": place})
    text = text_of(name)
    if place in _NAMES and not _NAMES[place].fullmatch(text):
        raise refusal(f"{place} must be a plain name of letters, digits and _{'-.' if place == 'secret' else ''}")
    return PasswordSource(Keeper(place), text)


def _place(name: str) -> dict[str, object]:
    properties = {name: {"type": "string", "minLength": 1}}
    return {"type": "object", "properties": properties, "required": [name], "additionalProperties": False}


PasswordValue = Annotated[
    PasswordSource,
    PlainValidator(read_password),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, *(_place(name) for name in _PLACES)]}),
]
