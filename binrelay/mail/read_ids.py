"""Message identifiers (RFC 5322 3.6.4), read as tolerantly as mailers write them. Pure; total.

Invariant: an id is given without angle brackets and without blanks; linear time.
"""

from __future__ import annotations

import re

MAX_IDS = 200
_BRACKETED = re.compile(r"<([^<>]{1,998})>")
_BARE = re.compile(r"[^\s<>,;\"()]{1,998}")


def read_ids(text: str, *, limit: int = MAX_IDS) -> tuple[str, ...]:
    """The distinct ids of a Message-ID, In-Reply-To or References value, in their order.

    A fold inside an id is undone. Where nothing stands in brackets, words that hold an `@` count.
    """
    bracketed = ("".join(inner.split()) for inner in _BRACKETED.findall(text))
    found = dict.fromkeys(inner for inner in bracketed if inner)
    if not found:
        found = dict.fromkeys(word for word in _BARE.findall(text) if "@" in word.strip("@"))
    return tuple(found)[:limit]
