"""Whose address may stand in a mail's content, asked of the column that says so. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_

from binrelay.store.schema import mails


def allowed_to_name(keys: Sequence[str]) -> ColumnElement[bool]:
    """Mails that may name one of these addresses: `may_name` is JSON, [[key, spelled], …]."""
    return or_(
        false(),
        *(mails.c.may_name.contains(f"[{json.dumps(key, ensure_ascii=False)},", autoescape=True) for key in keys),
    )
