"""Takes addresses out of what servers and libraries say, before it is kept or shown. Pure; total; linear.

Invariant: nothing that a reader could take for an address is left; what no address stands in stays as it is.
"""

from __future__ import annotations

import re

# Servers write <a@b>, (a@b), "a@b", a@b: and rfc822;a@b.
_WORD = re.compile(r"[^\s\"'<>()\[\]{},;:]+")
_AT = re.compile(r"(?:@|\uff20|%40|=40)[^@]")


def without_addresses(text: str) -> str:
    """The text with a row of dots for each address."""
    return _WORD.sub(lambda word: "…" if _AT.search(word[0]) else word[0], text) if _AT.search(text) else text
