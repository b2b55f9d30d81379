"""Which members of a table are new to a network, and which cannot come in. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from binrelay.mail.address import Address
from binrelay.model import Network, Settings
from binrelay.roster.csv_read import Findings, Remark
from binrelay.roster.entry import Entry


@dataclass(slots=True)
class Admission:
    new: list[tuple[int, Entry]] = field(default_factory=list)  # with their lines
    known: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)


def admit(findings: Findings, network: Network, settings: Settings) -> Admission:
    """What is the network's default anyhow is not said again with each member."""
    admission = Admission(faults=list(findings.faults))
    taken = dict(_taken(network, settings))
    for line, entry in findings.entries:
        if fault := _fault(entry, network, taken):
            admission.faults.append(Remark(line, fault))
        elif entry.address.key in network.roster:
            admission.known.append(Remark(line, f"{entry.address} is a member already and stays as it is"))
        else:
            admission.new.append((line, _shortened(entry, network)))
    admission.faults.sort(key=lambda remark: remark.line)
    return admission


def _shortened(entry: Entry, network: Network) -> Entry:
    return replace(
        entry,
        language=None if entry.language is network.language else entry.language,
        identity=None if entry.identity is network.identity else entry.identity,
    )


def _fault(entry: Entry, network: Network, taken: dict[str, str]) -> str:
    member = network.roster.get(entry.address.key)
    for address in entry.addresses:
        role = taken.get(address.key) or _speaker(address, network)
        if role:
            return f"{address} is {role}; one address has one role"
        other = network.roster.get(address.key)
        if other is not member:
            return f"{address} belongs to a member already, together with another address than {entry.address}"
    return ""


def _taken(network: Network, settings: Settings) -> Iterator[tuple[str, str]]:
    for each in settings.networks:
        yield each.address.key, f"the address of network {each.id}"
    for coordinator in network.coordinators:
        yield coordinator.address.key, "a coordinator"
    for partner in network.partners:
        for address in partner.replies_to:
            yield address.key, f"a reply address of partner {partner.id}"


def _speaker(address: Address, network: Network) -> str:
    """The partner whose senders that address is one of."""
    for partner in network.partners:
        if partner.issues(address):
            return f"a sender of partner {partner.id}"
    return ""
