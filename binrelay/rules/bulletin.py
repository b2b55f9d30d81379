"""A bulletin: one partner's words to every active member, none of whom is named in it. Pure."""

from __future__ import annotations

from itertools import groupby

from binrelay.mail.address import Address
from binrelay.mail.compose import list_id
from binrelay.mail.content import relayed
from binrelay.mail.message import Message
from binrelay.mail.subject import read_subject, subject_key
from binrelay.model import BulletinRecord, Delivery, Language, Network
from binrelay.records import Kind, Mail, Recall
from binrelay.rules.decision import Bulletin
from binrelay.rules.desk import Desk, Letter, seal, tagged_subject

UNSUBSCRIBE = {Language.NL: "afmelden", Language.EN: "unsubscribe", Language.FR: "désinscription", Language.DE: "abmelden"}
HELP = {Language.NL: "hulp", Language.EN: "help", Language.FR: "aide", Language.DE: "hilfe"}


def compose_bulletin(
    decision: Bulletin, message: Message, *, record_id: str, recall: Recall, desk: Desk
) -> tuple[tuple[Mail, ...], BulletinRecord]:
    """One mail a language, the same to each reader of it, and the record that replies will be matched with."""
    network = desk.network
    bare = read_subject(message.subject, network.name).bare
    earlier = recall.bulletins.get(decision.follows or "")
    mails = tuple(
        _in_language(decision, message, language=language, to=to, bare=bare, key=f"{record_id}/{language}", desk=desk,
                     thread=(earlier.message_id,) if earlier else (), bulletin=record_id)
        for language, to in _by_language(network)
    )
    record = BulletinRecord(
        id=record_id,
        partner=decision.partner,
        message_id=mails[0].message_id,
        original_id=message.message_id,
        subject=subject_key(bare),
        sent_at=desk.now,
        replied=False,
    )
    return mails, record


def _by_language(network: Network) -> list[tuple[Language, tuple[Address, ...]]]:
    readers = sorted(network.active_members, key=lambda member: member.language)
    return [
        (language, tuple(member.address for member in group))
        for language, group in groupby(readers, key=lambda member: member.language)
    ]


def _in_language(
    decision: Bulletin, message: Message, *, language: Language, to: tuple[Address, ...], bare: str, key: str,
    desk: Desk, thread: tuple[str, ...], bulletin: str,
) -> Mail:
    network = desk.network
    sender = network.partner(decision.partner).name if decision.partner else network.name
    footer = desk.say(
        "footer-bulletin" if decision.partner else "footer-network-bulletin",
        language,
        network=network.name,
        sender=sender,
        address=str(network.address),
    )
    letter = Letter(
        kind=Kind.BULLETIN,
        display=desk.say("via", language, name=sender, network=network.name) if decision.partner else network.name,
        to=((network.name, network.address),),
        recipients=to,
        subject=tagged_subject(network, bare),
        content=relayed(message, footer, boundary=desk.boundary()),
        answers=thread,
        bulletin=bulletin,
        extra=_list_fields(network, language),
    )
    return seal(letter, key, desk, verp=network.delivery is Delivery.INDIVIDUAL)


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
