"""Looks for people's addresses and names in bytes and texts, and remembers what it found where. Pure.

Invariant: linear time, whatever the bytes; an address counts wherever a reader could take it for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from binrelay.mail.address import parse_address
from binrelay.mail.people import People
from binrelay.mail.views import views

_WINDOW = 80  # characters; RFC 5321 4.5.3.1.1 allows a local part 64
_LONGEST_DOMAIN = 253
_MOST_SEEN = 10_000
_MOST_LABELS = 8
_NOT_LOCAL = re.compile(r"[^\w!#$%&'*+/=?^`{|}~.-]")
# Characters that may be the end of what stands before an address, as in "mailto=jan@…" or "=3Djan@…".
_GLUE = re.compile(r"%[0-9A-Fa-f]{2}|=[0-9A-Fa-f]{2}|[!#$%&'*/=?^`{|}~]|(?<![^\W_])[._+-]+")
# Each begins with a literal, which the search leaps to, and none steps back.
_AT = re.compile(r"@([\w-]+\.[\w.-]+)")
_RAW_AT = re.compile(rb"@([A-Za-z0-9_\x80-\xff-]+\.[A-Za-z0-9_.\x80-\xff-]+)")


@dataclass(frozen=True, slots=True)
class Exposure:
    """An address key or a name that must not stand there, and where: "header subject", "text/html part" …"""

    where: str
    key: str


@dataclass(slots=True)
class Search:
    """One for each mail. Nobody of `people` may be shown by address, but those `allowed`; of `hidden` no name either."""

    people: People
    allowed: frozenset[str]
    hidden: tuple[People, ...]
    found: dict[Exposure, None] = field(default_factory=dict)
    seen: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, where: str, key: str) -> None:
        self.found[Exposure(where, key)] = None

    def text(self, where: str, text: str) -> None:
        """Once, as it stands."""
        for match in _AT.finditer(text):
            if domains := self._domains(match[1][:_LONGEST_DOMAIN]):
                at = match.start()
                self._around(where, text[max(0, at - _WINDOW) : at], domains)
        for name in self._named_in(text):
            self.add(where, name)

    def _named_in(self, text: str) -> Iterator[str]:
        return (name for each in self.hidden for name in each.named_in(text) if name not in self.allowed)

    def shown(self, where: str, text: str) -> None:
        """The text, and what becomes of it when it is shown as HTML or followed as a link."""
        for view in views(text):
            self.text(where, view)

    def raw(self, where: str, data: bytes) -> None:
        """Bytes of any kind."""
        self._raw_addresses(where, data)
        if b"@\0" in data or b"\0@" in data:
            self._raw_addresses(where, data.replace(b"\0", b""))  # UTF-16, as old office files have it

    def names(self, where: str, data: bytes) -> None:
        """Names in bytes that are no text: for whole names of more than one word, short ones turn up in every picture."""
        if not any(each.may_be_named_in(data) for each in self.hidden):
            return
        forms = [data.decode("utf-8", "replace"), data.decode("latin-1")]
        if b"\0" in data:
            forms.append(data.replace(b"\0", b"").decode("latin-1"))
        for name in dict.fromkeys(name for form in forms for name in self._named_in(form) if " " in name):
            self.add(where, name)

    def _raw_addresses(self, where: str, data: bytes) -> None:
        for match in _RAW_AT.finditer(data):
            if domains := self._domains(match[1][:_LONGEST_DOMAIN].decode("utf-8", "replace")):
                at = match.start()
                self._around(where, data[max(0, at - _WINDOW) : at].decode("utf-8", "replace"), domains)

    def _around(self, where: str, before: str, domains: tuple[str, ...]) -> None:
        """Every address that could be meant by what stands before an @ and the domains behind it."""
        for local in _locals(_NOT_LOCAL.split(before)[-1]):
            for domain in domains:
                key = self.people.owner(local, domain)
                if key is not None and key not in self.allowed:
                    self.add(where, key)
                for own in filter(None, (each.owner(local, domain) for each in self.hidden)):
                    self.add(where, own)

    def _domains(self, run: str) -> tuple[str, ...]:
        """The domains of people that could be meant by what stands behind an @."""
        if (known := self.seen.get(run)) is None:
            if len(self.seen) > _MOST_SEEN:
                self.seen.clear()
            theirs = (self.people, *self.hidden)
            known = tuple(domain for domain in _domain_readings(run) if any(domain in each.domains for each in theirs))
            self.seen[run] = known
        return known


def _domain_readings(run: str) -> Iterator[str]:
    """The run, and its beginnings: behind "jan@mail.example" a sentence may go on, or a file name's ".pdf"."""
    labels = run.rstrip("._-").lower().split(".")[:_MOST_LABELS]
    for count in range(len(labels), 1, -1):
        domain = ".".join(labels[:count]).rstrip("_-")
        if not domain.isascii():
            address = parse_address(f"x@{domain}")
            domain = address.domain if address else domain
        yield domain


def _locals(run: str) -> Iterator[str]:
    """The run before the @, and what is left of it behind anything that may be glue."""
    yield run
    for match in _GLUE.finditer(run):
        yield run[match.end() :]
