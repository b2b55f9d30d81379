"""What we write into addresses and subjects to know it again: conversation tags, return addresses. Pure.

A tag is eight characters of Crockford's base32, which has no I, L and O: who copies one by hand may write them for 1 and 0.
A return address of one recipient (VERP) is `coordinator+b123-mfrggzdfmy@…`.

Invariant: a tag is given in upper case; reading takes any case, for people and mail systems change it. A return address has a
keyed hash: rows are numbered in order, and who guesses one must not make us believe that a member's mail came back.
"""

from __future__ import annotations

import hmac
import re

from binrelay.mail.address import Address
from binrelay.mail.mark import keyed_hash

TAG_LENGTH = 8
_CHARACTER = "[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]"
_RETYPED = "[0-9A-TV-Za-tv-z]"  # with the letters that look like a digit
_AS_MEANT = str.maketrans("ILO", "110")
_TAG = re.compile(f"{_RETYPED}{{{TAG_LENGTH}}}")
_HASH_LENGTH = 10  # characters of base32: 50 bits, tried one mail at a time
_ROW = re.compile(rf"b([1-9][0-9]{{0,17}})-([a-z2-7]{{{_HASH_LENGTH}}})")
# Stand-alone: no letter or digit of any script beside it; an underscore is markup.
_ALONE = r"(?<![^\W_])%s{8}(?![^\W_])"
_CANDIDATE = re.compile(_ALONE % _CHARACTER)
_RETYPED_CANDIDATE = re.compile(_ALONE % _RETYPED)


def read_tag(text: str) -> str | None:
    """The tag that `text` is, apart from blanks around it."""
    bare = text.strip()
    return as_meant(bare) if _TAG.fullmatch(bare) else None


def as_meant(tag: str) -> str:
    """Upper case, and the digit for a letter that looks like it."""
    return tag.upper().translate(_AS_MEANT)


def find_tags(text: str, limit: int = 500, *, retyped: bool = False) -> tuple[str, ...]:
    """Every distinct word that could be a tag, at most `limit`; ordinary words and dates are among them.

    `retyped`: a person may have copied it by hand. What a program quotes is exact, and the fewer words are taken for tags.
    """
    found: dict[str, None] = {}
    for word in (_RETYPED_CANDIDATE if retyped else _CANDIDATE).finditer(text):
        found.setdefault(as_meant(word[0]))
        if len(found) >= limit:
            break
    return tuple(found)


def bracket(network_name: str, tag: str | None = None) -> str:
    """What stands before our subjects: `[BIN Wilhelminapark K7Q4M2X9] `, with the blank behind it."""
    return f"[{network_name} {tag}] " if tag else f"[{network_name}] "


def address_tag(recipient: Address, own: Address, separator: str) -> str | None:
    """The tag in a sub-address of our own address: `coordinator+K7Q4M2X9@…` (RFC 5233)."""
    return read_tag(sub_address(recipient, own, separator))


def bounce_path(own: Address, row: int, *, key: bytes) -> Address:
    """Where reports about the outbox's `row` come to, the same at every try; it says nothing to anybody else."""
    local = f"{own.local}+b{row}-{_row_hash(row, key)}"
    return Address(f"{local.lower()}@{own.domain}", f"{local}@{own.domain}")


def read_bounce_path(recipient: Address, own: Address, *, key: bytes) -> int | None:
    """The row of the outbox that a return address of ours names. Without a key nothing is ours."""
    found = _ROW.fullmatch(sub_address(recipient, own, "+"))
    if not key or found is None or not hmac.compare_digest(found[2], _row_hash(int(found[1]), key)):
        return None
    return int(found[1])


def _row_hash(row: int, key: bytes) -> str:
    return keyed_hash(key, "row", str(row))[:_HASH_LENGTH].lower()


def sub_address(recipient: Address, own: Address, separator: str) -> str:
    """What a sub-address of our own address adds to it; "" for any other address."""
    local, _, domain = recipient.key.rpartition("@")
    own_local, _, own_domain = own.key.rpartition("@")
    prefix = own_local + separator
    return local[len(prefix) :] if domain == own_domain and local.startswith(prefix) else ""
