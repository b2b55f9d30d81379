"""What the product makes of a mail that nobody here wrote: by the real reading, the real ladder and the real composition.

Invariant: no text of a sample leaves this module, only verdicts and names of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from binrelay.mail.address import Address
from binrelay.mail.authentication import Evidence, Verdict, judge_signatures, read_evidence
from binrelay.mail.authres import read_authentication_results
from binrelay.mail.automatic import Automatic, read_automatic
from binrelay.mail.lexical import UnreadableError
from binrelay.mail.marks import read_marks
from binrelay.mail.message import Message, read_message
from binrelay.mail.mime import Part, transfer_decoded, walk
from binrelay.model import Member, Network, SenderPattern
from binrelay.records import Recall
from binrelay.rules.decision import Bounce, Decision, Hold, Ignore
from binrelay.rules.facts import Circumstances, Facts, gather
from binrelay.rules.intake import decide
from binrelay.rules.plan import Case, make_plan
from tests.rules.good import NETWORK, POLICE, member
from tests.rules.letters import NOW, desk

PASS = Evidence(Verdict.PASS, "this sample's author is taken for proven")
_LINE_END = re.compile(rb"\r?\n")
Leaf = tuple[str, str | None, bytes]  # media type, file name, decoded bytes


def facts_of(message: Message, network: Network, around: Circumstances) -> Facts:
    marks = read_marks(message, own=network.address, network_name=network.name, subaddress=network.subaddress)
    return gather(message, marks, recall=Recall(), network=network, around=around)


def as_member(message: Message) -> Decision:
    """The decision where the author is a neighbour."""
    author = message.author
    person: tuple[Member, ...] = (member(str(author)),) if author else ()
    network = replace(NETWORK, members=person, roster={each.address.key: each for each in person})
    return decide(facts_of(message, network, Circumstances(Evidence(Verdict.UNPROVEN, "not asked"))), network)


def label(message: Message) -> str:
    """bounce, automatic, list or ordinary."""
    match as_member(message):
        case Bounce():
            return "bounce"
        case Ignore():
            return "list" if read_automatic(message) is Automatic.LIST else "automatic"
        case _:
            return "ordinary"


def in_the_name_of(addresses: tuple[Address, ...]) -> Network:
    """A network in which each of these addresses may speak for the police."""
    senders = tuple(SenderPattern(address, None) for address in addresses)
    return replace(NETWORK, partners=(replace(POLICE, senders=senders), *NETWORK.partners[1:]))


def as_forgery(message: Message) -> Iterator[Decision]:
    """The decision for everything the network may trust: nothing, and each server the forger names in the header."""
    claimed = (message.author,) if message.author else message.author_hints
    network = in_the_name_of(claimed)
    for trusted in ((), *((name,) for name in sorted(_servers(message)))):
        yield decide(facts_of(message, network, Circumstances(_evidence(message, trusted))), network)


def _evidence(message: Message, trusted: tuple[str, ...]) -> Evidence:
    if message.author is None:
        return Evidence(Verdict.UNPROVEN, "no author")
    return read_evidence(message.header, message.author, trusted=trusted) or judge_signatures((), message.author)


def _servers(message: Message) -> set[str]:
    found = set()
    for value in message.header.all("authentication-results"):
        try:
            found.add(read_authentication_results(value).authserv_id or "microsoft")
        except UnreadableError:
            continue
    return found


def relayed(message: Message) -> tuple[str, list[Leaf], list[Leaf]]:
    """As a bulletin of a proven partner: the decision, the parts as they came, and the parts as they go out."""
    network = in_the_name_of((message.author,) if message.author else ())
    facts = facts_of(message, network, Circumstances(PASS, approved=True))
    plan = make_plan(Case(message, facts, Recall(), decide(facts, network), NOW, len(message.content)), desk(network))
    if plan.arrival.decision != "bulletin" or not plan.mails:
        return plan.arrival.decision, [], []
    out = read_message(plan.mails[0].content)
    return "bulletin", leaves(message.root, message.content), leaves(out.root, out.content)


def leaves(root: Part | None, content: bytes) -> list[Leaf]:
    parts = [part for part in walk(root) if not part.children] if root else []
    return [(part.media_type, part.filename, transfer_decoded(part, content)) for part in parts]


def is_relayed_whole(before: list[Leaf], after: list[Leaf]) -> bool:
    """Every part as it came and in its order; our footer follows, in a part of its own or below a plain text."""
    if len(before) == len(after) == 1 and before[0][0] == after[0][0] == "text/plain":
        return after[0][2].startswith(before[0][2].rstrip())
    return len(after) == len(before) + 1 and after[:-1] == before


def held_or_stranger(decision: Decision) -> bool:
    return isinstance(decision, Hold) or type(decision).__name__ in ("Leave", "Ignore", "Bounce")


def read(path: Path) -> Message:
    """As an IMAP server gives it: each line ends in CRLF (RFC 9051 2.3.1)."""
    return read_message(_LINE_END.sub(b"\r\n", path.read_bytes()))
