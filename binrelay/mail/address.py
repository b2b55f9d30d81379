"""One mail address (RFC 5321 Mailbox). Pure. Two addresses are equal when mail systems would treat them as one.

Invariant: an `Address` can stand in an SMTP command and a header field as it is: no space, control, comment or bracket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# RFC 5322 dot-atom. Quoted local parts are legal and no real person has one; two readers read them two ways: refused.
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+)*"
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """An addr-spec. `key` compares (lower case, domain as A-labels); `spelled` is how it is written out."""

    key: str
    spelled: str = field(compare=False)

    def __str__(self) -> str:
        return self.spelled

    @property
    def local(self) -> str:
        return self.spelled.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """The domain in lower case, as A-labels."""
        return self.key.rpartition("@")[2]


def parse_address(text: str) -> Address | None:
    """The address that `text` is, or None where it is not exactly one plain addr-spec (RFC 5321 4.1.2, 4.5.3.1)."""
    local, at, domain = text.strip(" \t").rpartition("@")
    ascii_domain = domain_key(domain)
    if not at or ascii_domain is None or len(local.encode("utf-8", "replace")) > 64:
        return None
    if not _LOCAL.fullmatch(local) or not local.isprintable():
        return None
    return an_address(f"{local.lower()}@{ascii_domain}", f"{local}@{ascii_domain}")


def an_address(key: str, spelled: str) -> Address:
    """Where both are alike, one text in memory: of thousands of members' addresses most are."""
    return Address(key, key if key == spelled else spelled)


def domain_key(text: str) -> str | None:
    """The domain in lower case as A-labels (RFC 5890), or None where it is no domain."""
    try:
        name = text.encode("ascii").decode().lower() if text.isascii() else text.encode("idna").decode().lower()
    except UnicodeError:
        return None
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return name
