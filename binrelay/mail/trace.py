"""Received lines: who handed a mail to whom (RFC 5321 4.4). Pure.

Invariant: `is_internal` believes only what the receiving server saw for itself; a greeting is the visitor's word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from binrelay.mail.domains import organizational_domain
from binrelay.mail.lexical import Kind, Token, UnreadableError, tokens

# Not `is_private`: that also counts the ranges set apart for documentation, which are no sign of being inside.
_INSIDE = tuple(
    ip_network(net)
    for net in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
_LOCAL_ENDINGS = (".localdomain", ".local", ".internal", ".lan", ".home.arpa")
_BETWEEN = re.compile(r"[^0-9A-Za-z.:_-]+")
_LOOKS_NUMERIC = re.compile(r"(?=[^.:]*[.:])(?=.*[0-9:])[0-9a-f.:]+")
_CONFIRMED = re.compile(r"(\S+) \[(?:IPv6:)?[0-9A-Fa-f.:]+\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received line. `source` is the FROM clause's name, None where the line has no FROM clause."""

    source: str | None
    seen: tuple[str, ...]  # notes behind the FROM clause: what the receiver saw of its visitor
    by: str
    protocol: str  # upper case; "" where not given


def read_hop(text: str) -> Hop | None:
    """The hop of one Received field body; None where it names no receiver or cannot be read."""
    try:
        found = tokens(text)
    except UnreadableError:
        return None
    end = next((at for at, token in enumerate(found) if token.kind is Kind.SEMICOLON), len(found))
    clauses = _clauses(found[:end])
    by, _ = clauses.get("by", ("", ()))
    if not by:
        return None
    source, seen = clauses.get("from", (None, ()))
    return Hop(source, seen, by.lower().rstrip("."), clauses.get("with", ("", ()))[0].upper())


def _clauses(found: tuple[Token, ...]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each clause's first word, and the comments and further words up to the next clause. The first of a name counts."""
    clauses: dict[str, tuple[str, tuple[str, ...]]] = {}
    name, value, notes = "", "", []
    for token in (*found, Token(Kind.WORD, "by"), Token(Kind.WORD, "")):
        if token.kind is Kind.COMMENT:
            notes.append(token.text)
        elif token.text.lower() in {"from", "by", "with", "id", "for", "via"} and (value or not name):
            if name:
                clauses.setdefault(name, (value, tuple(notes)))
            name, value, notes = token.text.lower(), "", []
        elif value:
            notes.append(token.text)
        else:
            value = token.text
    return clauses


def is_internal(hop: Hop, names: frozenset[str]) -> bool:
    """Whether both ends of the hop belong to the provider whose organizational domains are `names`.

    A mail comes from outside in every other case: a public address that the receiver could not give a name of the
    provider's own, or a name that nobody checked.
    """
    if not (belongs(hop.by, names) or _is_local(hop.by)):
        return False
    # RFC 2033 1: LMTP is the way to a mailbox inside one house, never a way in.
    if hop.source is None or hop.protocol.startswith(("LMTP", "LOCAL")):
        return True
    addresses = [text for place in (hop.source, *hop.seen) for text in _addresses(place)]
    if not addresses:
        # RFC 5321 4.4: a border server notes its visitor's address, so a line with no note at all was written inside.
        return not hop.seen and (belongs(hop.source, names) or _is_local(hop.source))
    if all(_is_inside(text) for text in addresses):
        return True
    confirmed = _CONFIRMED.fullmatch(hop.seen[0]) if hop.seen and len(addresses) == 1 else None
    return confirmed is not None and belongs(confirmed.group(1), names)


def _addresses(text: str) -> list[str]:
    """What looks like an IP address, well-formed or not."""
    words = (word.lower().removeprefix("ipv6:") for word in _BETWEEN.split(text))
    return [word for word in words if _LOOKS_NUMERIC.fullmatch(word)]


def belongs(host: str, names: frozenset[str]) -> bool:
    return organizational_domain(host.rstrip(".")) in names


def _is_local(host: str) -> bool:
    return _is_inside(host.strip("[]")) or host.endswith(_LOCAL_ENDINGS) or ("." not in host and ":" not in host)


def _is_inside(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    # Google writes its inner 10.0.0.0/8 addresses as 6to4 (2002:0a…).
    inner = address.sixtofour if isinstance(address, IPv6Address) else None
    return any((inner or address) in net for net in _INSIDE if net.version == (inner or address).version)
