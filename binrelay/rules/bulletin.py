"""A bulletin: one partner's words to every active member, none of whom is named in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from binrelay.mail.address import Address
from binrelay.mail.compose import list_id
from binrelay.mail.content import Relayed, relayed
from binrelay.mail.message import Message
from binrelay.mail.subject import read_subject, subject_key
from binrelay.model import BulletinRecord, Delivery, Language, Member, Network
from binrelay.records import Kind, Mail, Recall
from binrelay.rules.corrections import says_so
from binrelay.rules.decision import Bulletin, Why
from binrelay.rules.desk import Desk, Letter, seal, tagged_subject

UNSUBSCRIBE = {
    Language.NL: "afmelden",
    Language.EN: "unsubscribe",
    Language.FR: "désinscription",
    Language.DE: "abmelden",
}
HELP = {Language.NL: "hulp", Language.EN: "help", Language.FR: "aide", Language.DE: "hilfe"}


def compose_bulletin(
    decision: Bulletin, message: Message, *, record_id: str, recall: Recall, desk: Desk
) -> tuple[tuple[Mail, ...], BulletinRecord]:
    """One mail a language, the same to each reader of it, and the record that replies will be matched with."""
    earlier = recall.bulletins.get(decision.follows or "")
    edition = _Edition(
        id=record_id,
        partner=decision.partner,
        body=relayed(message),
        bare=read_subject(message.subject, desk.network.name).bare,
        thread=(earlier.message_id,) if earlier else (),
        correction=decision.why is Why.CORRECTION,
    )
    to = readers(decision, recall, desk.network)
    mails = tuple(_in_language(edition, language, some, desk=desk) for language, some in _by_language(to))
    record = BulletinRecord(
        id=record_id,
        partner=decision.partner,
        message_id=mails[0].message_id,
        original_id=message.message_id,
        subject=subject_key(edition.bare),
        sent_at=desk.now,
        replied=False,
        members=len(desk.network.members),
    )
    return mails, record


@dataclass(frozen=True, slots=True)
class _Edition:
    """What the mails of one bulletin have in common."""

    id: str
    partner: str | None
    body: Relayed  # of every language: it may be as large as a mail may be
    bare: str  # subject
    thread: tuple[str, ...]
    correction: bool


def readers(decision: Bulletin, recall: Recall, network: Network) -> tuple[Member, ...]:
    """Every active member; of a correction those who had the first, also who paused since. Who left is left alone.

    Where nobody had it, or nobody knows any more, a correction is a bulletin like any other.
    """
    had = recall.reached.get(decision.follows or "", frozenset()) if decision.why is Why.CORRECTION else frozenset()
    same = tuple(member for member in network.members if any(each.key in had for each in member.addresses))
    return same or network.active_members


def _by_language(members: Sequence[Member]) -> list[tuple[Language, tuple[Address, ...]]]:
    ordered = sorted(members, key=lambda member: member.language)
    return [
        (language, tuple(member.address for member in group))
        for language, group in groupby(ordered, key=lambda member: member.language)
    ]


def _in_language(edition: _Edition, language: Language, to: tuple[Address, ...], *, desk: Desk) -> Mail:
    network, partner = desk.network, edition.partner
    sender = network.partner(partner).name if partner else network.name
    name = "footer-bulletin" if partner else "footer-network-bulletin"
    footer = desk.say(name, language, network=network.name, sender=sender, address=str(network.address))
    letter = Letter(
        kind=Kind.BULLETIN,
        display=desk.say("via", language, name=sender, network=network.name) if partner else network.name,
        to=((network.name, network.address),),
        recipients=to,
        subject=tagged_subject(network, _marked(edition, language, desk)),
        content=edition.body.above(footer, boundary=desk.boundary()),
        answers=edition.thread,
        bulletin=edition.id,
        extra=_list_fields(network, language),
    )
    return seal(letter, f"{edition.id}/{language}", desk, verp=network.delivery is Delivery.INDIVIDUAL)


def _marked(edition: _Edition, language: Language, desk: Desk) -> str:
    """A correction whose subject does not say so by itself says so in the reader's language."""
    if not edition.correction or says_so(edition.bare):
        return edition.bare
    return desk.say("correction-subject", language, subject=edition.bare)


def _list_fields(network: Network, language: Language) -> tuple[tuple[str, str], ...]:
    """RFC 2369, RFC 2919. `List-Post: NO`, because a reply is private and must never look like a post to a list."""
    address = network.address
    return (
        ("List-Id", list_id(network.name, f"{network.id}.{address.domain}")),
        ("List-Unsubscribe", f"<mailto:{address}?subject={_percent(UNSUBSCRIBE[language])}>"),
        ("List-Help", f"<mailto:{address}?subject={_percent(HELP[language])}>"),
        ("List-Owner", f"<mailto:{address}>"),
        ("List-Post", "NO"),
        ("Precedence", "list"),
        ("X-Auto-Response-Suppress", "All"),
    )


def _percent(word: str) -> str:
    """RFC 6068 2: percent-encoded UTF-8 in a mailto URI."""
    return "".join(char if char.isascii() else "".join(f"%{byte:02X}" for byte in char.encode()) for char in word)
