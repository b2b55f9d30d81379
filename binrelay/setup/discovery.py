"""Where a domain's mailboxes probably are: RFC 6186's SRV records, whose MX it has, the usual names. Asks DNS alone.

What DNS says may be forged on the way: it is a proposal that a person confirms before a password goes anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from binrelay.model import Security
from binrelay.setup.providers import Mailer, Server, by_domain, by_exchanger

LIMIT = 5.0  # seconds for each question


class Resolver(Protocol):
    """What is asked. An empty answer also where DNS gives none."""

    async def servers(self, service: str, domain: str) -> Sequence[tuple[str, int]]:
        """Host and port of SRV records, best first."""
        ...

    async def exchangers(self, domain: str) -> Sequence[str]: ...


async def discover(domain: str, resolver: Resolver) -> Mailer:
    known = by_domain(domain)
    if known:
        return known
    imap = await resolver.servers("_imaps._tcp", domain)
    smtp = await resolver.servers("_submissions._tcp", domain)
    if imap and smtp:
        return Mailer(domain, Server(*imap[0], Security.TLS), Server(*smtp[0], Security.TLS))
    for host in await resolver.exchangers(domain):
        if mailer := by_exchanger(host):
            return mailer
    return Mailer(domain, Server(f"imap.{domain}", 993, Security.TLS), Server(f"smtp.{domain}", 465, Security.TLS))


class DnsResolver:
    async def servers(self, service: str, domain: str) -> Sequence[tuple[str, int]]:
        found = await self._ask(f"{service}.{domain}", "SRV")
        records = sorted((int(priority), host, int(port)) for priority, _, port, host in map(str.split, found))
        return [(host.rstrip("."), port) for _, host, port in records if host != "."]  # ".": not offered

    async def exchangers(self, domain: str) -> Sequence[str]:
        records = sorted((int(preference), host) for preference, host in map(str.split, await self._ask(domain, "MX")))
        return [host for _, host in records]

    async def _ask(self, name: str, kind: str) -> list[str]:
        import dns.asyncresolver
        import dns.exception

        try:
            answer = await dns.asyncresolver.resolve(name, kind, lifetime=LIMIT)
        except (dns.exception.DNSException, OSError):
            return []  # no answer is no proposal: the usual names are, and a person looks at them
        return [record.to_text() for record in answer]
