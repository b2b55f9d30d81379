"""Text as every database can keep it. Invariant: no stranger's character makes a statement fail.

PostgreSQL refuses U+0000, and UTF-8 has no lone surrogates: both become U+FFFD, in what is written and in what is looked
for, so that a value finds itself again.
"""

from __future__ import annotations

import re

from sqlalchemy import Dialect, types

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


class Text(types.TypeDecorator[str]):
    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - its contract
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return _UNKEEPABLE.sub("\ufffd", value)
