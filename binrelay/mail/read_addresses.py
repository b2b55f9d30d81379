"""Every address that a text could be read to hold: for recognising, never for sending. Pure; total; linear time."""

from __future__ import annotations

import re

from binrelay.mail.address import Address, parse_address

_MAX_LENGTH = 320  # characters: RFC 5321 4.5.3.1 allows 64 + 1 + 255
_SEPARATOR = re.compile(r"[\s<>()\[\],;:\"\\\x00]+")
_COMMENT = re.compile(r"\([^()]*\)")
# What some readers drop before they look: quotes, NUL, and blanks around the dots and the at sign.
_IGNORED = re.compile(r"[\"\x00]")
# The look-behind keeps a long run of blanks from being tried at each of its blanks.
_LOOSE = re.compile(r"(?<![ \t\r\n])[ \t\r\n]*([.@])[ \t\r\n]*")


def find_addresses(text: str) -> tuple[Address, ...]:
    """The distinct addresses in the order of the text, read both as it stands and as a lenient reader would mend it."""
    found: dict[Address, None] = {}
    for reading in (text, _LOOSE.sub(r"\1", _IGNORED.sub("", _COMMENT.sub("", text)))):
        for word in _SEPARATOR.split(reading):
            address = parse_address(word.strip("'.")) if "@" in word and len(word) <= _MAX_LENGTH else None
            if address:
                found.setdefault(address)
    return tuple(found)
