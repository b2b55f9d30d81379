"""Who owns a domain: the organizational domain and relaxed alignment (RFC 9989 3.2, 4.10). Pure.

Invariant: two domains are aligned only when one owner registered both; a public suffix only with itself.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Protocol

from binrelay.mail.address import domain_key


class _Suffixes(Protocol):
    def privatesuffix(self, domain: str) -> str | None: ...


@cache
def _suffixes() -> _Suffixes:
    # The list that comes with the package, read at first use: most commands never ask about a domain.
    from publicsuffixlist import PublicSuffixList

    suffixes: _Suffixes = PublicSuffixList()
    return suffixes


@lru_cache(maxsize=4096)  # strangers choose the names
def _organizational(name: str) -> str:
    return _suffixes().privatesuffix(name) or name


def organizational_domain(domain: str) -> str:
    """The registered domain above `domain`, in lower case as A-labels; the name itself where there is none above it.

    `mail.utrecht.example` gives `utrecht.example`, `a.b.co.uk` gives `b.co.uk`; `co.uk`, one label or junk come back as
    they are (in lower case), so that they equal nothing else.
    """
    name = domain_key(domain.rstrip("."))
    return domain.lower() if name is None else _organizational(name)


def aligned(a: str, b: str) -> bool:
    """Relaxed alignment: both are domains, and equal or under one organizational domain."""
    if domain_key(a.rstrip(".")) is None or domain_key(b.rstrip(".")) is None:
        return False
    return organizational_domain(a) == organizational_domain(b)
