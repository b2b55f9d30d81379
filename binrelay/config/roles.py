"""One address has one role: nobody's mail may be read two ways, and no member may speak as an authority by mistake.

Works on the file as written, so that it finds what is wrong beside other errors. Pure. Messages give places, not
addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from binrelay.config.problems import Report
from binrelay.config.yaml_file import Loc, Yaml, child, items
from binrelay.mail.address import Address, domain_key, parse_address


@dataclass(frozen=True, slots=True)
class Use:
    """An address (or, for a pattern, a domain) at one place in one role."""

    loc: Loc
    role: str
    key: str
    speaker: int | None = None  # the number of the partner; None: no partner


def check_roles(report: Report) -> None:
    networks = [(number, network) for number, network in items(report.document.value.get("networks"))]
    mailboxes = [use for number, network in networks for use in _mailbox(("networks", number), network)]
    for number, network in networks:
        loc: Loc = ("networks", number)
        domains = _check_domains(report, list(_patterns(loc, network)))
        seen: dict[str, Use] = {}
        for mailbox in mailboxes:
            seen.setdefault(mailbox.key, mailbox)
        for use in uses(loc, network):
            _check_use(report, use, seen.setdefault(use.key, use), domains=domains)


def uses(loc: Loc, network: Yaml) -> Iterator[Use]:
    """Every address the network at `loc` names, in the order of its keys."""
    yield from _mailbox(loc, network)
    yield from _people(loc, network)


def _check_use(report: Report, use: Use, first: Use, *, domains: dict[str, Use]) -> None:
    same_speaker = use.speaker is not None and use.speaker == first.speaker
    if first.loc != use.loc and not same_speaker:
        place = report.document.place(first.loc)
        report.error(use.loc, f"this address is already {first.role} ({place}); one address has one role")
        return
    pattern = domains.get(use.key.rpartition("@")[2])
    if pattern and pattern.speaker != use.speaker:
        place = report.document.place(pattern.loc)
        cure = "list that partner's senders one by one, or leave this address out"
        report.error(use.loc, f'"@{pattern.key}" makes this address {pattern.role} ({place}) as well; {cure}')


def _check_domains(report: Report, patterns: list[Use]) -> dict[str, Use]:
    domains: dict[str, Use] = {}
    for pattern in patterns:
        first = domains.setdefault(pattern.key, pattern)
        if first.speaker != pattern.speaker:
            report.error(pattern.loc, f"this domain is already {first.role} ({report.document.place(first.loc)})")
    return domains


def _mailbox(loc: Loc, network: Yaml) -> Iterator[Use]:
    role = f"the address of network {child(network, 'id')}"
    yield from _use((*loc, "address"), child(network, "address"), role)


def _people(loc: Loc, network: Yaml) -> Iterator[Use]:
    for number, coordinator in items(child(network, "coordinators")):
        yield from _person((*loc, "coordinators", number), coordinator, "a coordinator")
    for number, partner in items(child(network, "partners")):
        for key, role in (("senders", "a sender"), ("replies_to", "a reply address")):
            whose = f"{role} of partner {child(partner, 'id')}"
            for place, text in items(child(partner, key)):
                yield from _use((*loc, "partners", number, key, place), text, whose, speaker=number)
    for number, member in items(child(network, "members")):
        yield from _person((*loc, "members", number), member, "a member")


def _person(loc: Loc, written: Yaml, role: str) -> Iterator[Use]:
    if not isinstance(written, dict):
        yield from _use(loc, written, role)
        return
    yield from _use((*loc, "address"), written.get("address"), role)
    for number, text in items(written.get("also")):
        yield from _use((*loc, "also", number), text, role)


def _use(loc: Loc, text: Yaml, role: str, *, speaker: int | None = None) -> Iterator[Use]:
    address: Address | None = parse_address(text) if isinstance(text, str) else None
    if address:
        yield Use(loc, role, address.key, speaker)


def _patterns(loc: Loc, network: Yaml) -> Iterator[Use]:
    for number, partner in items(child(network, "partners")):
        role = f"a sender of partner {child(partner, 'id')}"
        for place, text in items(child(partner, "senders")):
            domain = domain_key(text[1:]) if isinstance(text, str) and text.startswith("@") else None
            if domain:
                yield Use((*loc, "partners", number, "senders", place), role, domain, number)
