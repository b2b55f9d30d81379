"""What a mail must not show, and whether it does: every member's address, and of who wrote it the name as well. Pure.

Invariant: asked of the final bytes, when a mail is planned and again before it is handed over.
"""

from __future__ import annotations

from dataclasses import replace

from binrelay.mail.address import Address
from binrelay.mail.called import own_name
from binrelay.mail.gate import find_exposures, shows_anybody
from binrelay.mail.message import Message
from binrelay.mail.people import People, same_name
from binrelay.mail.quiet import without_addresses
from binrelay.mail.scrub import Person
from binrelay.model import Identity, Network
from binrelay.records import Kind, Mail

_TO_AUTHORITIES = (Kind.REPLY, Kind.REPORT)
_TO_MEMBERS = (Kind.BULLETIN, Kind.ANSWER)


def person(author: Address, network: Network) -> Person:
    """All that we know of who wrote: a coordinator answers as a member does, a neighbour's other address is all we have."""
    if member := network.roster.get(author.key):
        return Person(member.addresses, member.name)
    coordinator = next((each for each in network.coordinators if each.address == author), None)
    return Person((author,), coordinator.name if coordinator else None)


def writer(message: Message, author: Address, network: Network) -> Person:
    """With the name that the mail gives its author, unless others are called so: most lists hold addresses alone."""
    known, name = person(author, network), own_name(message.author_name)
    others = {same_name(each) for each in (network.name, *(partner.name for partner in network.partners))}
    shown = {same_name(each) for each in (message.author_name, name or "")}
    return replace(known, calls_itself=name if others.isdisjoint(shown) else None)


def identity(author: Address, network: Network) -> Identity:
    """A neighbour whose address is not on the list never agreed to be named."""
    member = network.roster.get(author.key)
    return member.identity if member else Identity.PSEUDONYM


def names_a_member(mail: Mail, network: Network, *, author: Address | None = None) -> bool:
    """Whether the bytes show a member's address to somebody else, or `author`, who wrote what they pass on.

    Nor does a bulletin or an answer repeat a name that the authority has from us. Other names may stand there: members
    write about neighbours, police about who is missing.
    """
    own = [network.roster[each.key].name for each in mail.may_name if each.key in network.roster]
    allowed = [*(each.key for each in mail.may_name), *(same_name(name) for name in own if name)]
    hidden = _hidden(mail.kind, author, network)
    return bool(find_exposures(mail.content, network.people, allowed=allowed, hidden=hidden))


def quiet(text: str, network: Network) -> str:
    """What a server or a library says, for a log line, `status` or a notice: nobody's address, and no member's name."""
    shown = without_addresses(text)
    return "…" if shows_anybody(shown, network.people) else shown


def _hidden(kind: Kind, author: Address | None, network: Network) -> tuple[People, ...]:
    if kind in _TO_AUTHORITIES:
        hide = author is not None and identity(author, network) is Identity.PSEUDONYM
        return (_alone(author, network),) if author is not None and hide else ()
    if kind is Kind.BULLETIN and author is not None and author.key in network.roster:
        return (network.named, _alone(author, network))  # a member's own mail, released to all
    return (network.named,) if kind in _TO_MEMBERS else ()


def _alone(author: Address, network: Network) -> People:
    known = person(author, network)
    return People([each.key for each in known.addresses], [known.name])
