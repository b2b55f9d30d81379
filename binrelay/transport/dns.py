"""Asks the domain name system for one TXT record, and remembers the answers. Blocks: call it in a thread.

Invariant: bounded in time and in memory; what is not known is a TemporaryError and never "there is none".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from binrelay.errors import TemporaryError

_QUERY_SECONDS = 2.0  # for one question to one server; then the next one is asked
_ENTRIES = 500
_LONGEST_TTL = 3600.0
_MISSING_TTL = 30.0  # a missing key may be published any moment
_TROUBLE_TTL = 10.0  # where no server answers, the next mail does not wait for them again at once


@dataclass(frozen=True, slots=True)
class TxtAnswer:
    """The TXT record of a name, strings joined; None where there is none. `ttl` in seconds."""

    record: bytes | None
    ttl: float


class Resolve(Protocol):
    def __call__(self, name: str, timeout: float) -> TxtAnswer:
        """Blocks at most `timeout` seconds. Raises TemporaryError where the answer is not known."""
        ...


def resolve_txt(name: str, timeout: float) -> TxtAnswer:
    """Asks the resolvers of this machine."""
    import dns.exception
    import dns.name
    import dns.resolver

    try:
        asked = dns.name.from_text(name)
    except (dns.exception.DNSException, UnicodeError):
        return TxtAnswer(None, _MISSING_TTL)  # no such name can exist
    try:
        resolver = dns.resolver.get_default_resolver()
        resolver.timeout = _QUERY_SECONDS
        answer = resolver.resolve(asked, "TXT", lifetime=timeout, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return TxtAnswer(None, _MISSING_TTL)
    except (dns.exception.DNSException, OSError) as error:
        raise TemporaryError(type(error).__name__) from error
    first = next(iter(answer))
    return TxtAnswer(b"".join(first.strings), float(answer.rrset.ttl if answer.rrset else 0))


@dataclass(frozen=True, slots=True)
class _Known:
    until: float
    record: bytes | None
    trouble: str | None = None


class Records:
    """TXT records by name, each for its time to live; safe for several threads."""

    def __init__(self, resolve: Resolve = resolve_txt, *, now: Callable[[], float] = time.monotonic) -> None:
        self._resolve, self.now = resolve, now
        self._known: dict[str, _Known] = {}

    def get(self, name: str, deadline: float) -> bytes | None:
        """None where there is none. Raises TemporaryError, at `deadline` at the latest."""
        now = self.now()
        known = self._known.get(name)
        if known is None or known.until <= now:
            known = self._ask(name, now, deadline)
            self._remember(name, known)
        if known.trouble is not None:
            raise TemporaryError(known.trouble)
        return known.record

    def _ask(self, name: str, now: float, deadline: float) -> _Known:
        if now >= deadline:
            raise TemporaryError("no time left for DNS")
        try:
            answer = self._resolve(name, deadline - now)
        except TemporaryError as error:
            return _Known(self.now() + _TROUBLE_TTL, None, str(error))
        return _Known(now + min(answer.ttl, _LONGEST_TTL), answer.record)

    def _remember(self, name: str, known: _Known) -> None:
        if len(self._known) >= _ENTRIES:
            self._known.clear()
        self._known[name] = known
