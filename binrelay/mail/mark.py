"""Our mark in a mail, known again and by nobody else: a nonce and its keyed hash. Pure.

Invariant: a mark says nothing (not which network, not about what) and cannot be made without the installation's key. One
copied onto another mail only makes us ignore that mail, so copying gains nothing; one that was stripped is made up for by the
Message-ID, by what marks automatic mail, by the hop count and by the limits on what we answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_MARK = re.compile(r"([0-9A-Z]{16,32})-([A-Z2-7]{26})")
_OCTETS = 16


def make_mark(key: bytes, nonce: str) -> str:
    """`nonce`: 16 to 32 letters and digits, upper case, new for each mail."""
    return f"{nonce}-{keyed_hash(key, 'loop', nonce)}"


def is_our_mark(value: str | None, key: bytes) -> bool:
    """Whether any network of this installation wrote it. Without a key nothing is ours."""
    found = _MARK.fullmatch(value.strip()) if value else None
    return bool(key) and found is not None and hmac.compare_digest(found[2], keyed_hash(key, "loop", found[1]))


def keyed_hash(key: bytes, *words: str) -> str:
    """128 bits of HMAC-SHA256 over the words (RFC 2104), in base32; the first word says what it is for."""
    text = "\0".join(words).encode()
    return base64.b32encode(hmac.new(key, text, hashlib.sha256).digest()[:_OCTETS]).decode().rstrip("=")
