"""Where a person's address or name stands in a column. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, false, func, or_

from binrelay.mail.scrub import Person
from binrelay.store.schema import mails


def allowed_to_name(keys: Sequence[str]) -> ColumnElement[bool]:
    """Mails that may name one of these addresses: `may_name` is JSON, [[key, spelled], …]."""
    return or_(
        false(),
        *(mails.c.may_name.contains(f"[{json.dumps(key, ensure_ascii=False)},", autoescape=True) for key in keys),
    )


def shows(column: Column[Any], person: Person) -> ColumnElement[bool]:
    """Rows whose text holds an address of the person, in either spelling, or the full name."""
    words = {word for each in person.addresses for word in (each.key, str(each).lower())}
    words |= {person.name.lower()} if person.name else set()
    return or_(false(), *(func.lower(column).contains(word, autoescape=True) for word in sorted(words)))
