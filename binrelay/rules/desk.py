"""What every outgoing mail of a network has in common. Pure; time and dice come in with the `Desk`.

Invariant: From is the coordinator address, always: no authority's DMARC policy stops a mail, no bounce misses us.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from binrelay.mail.address import Address
from binrelay.mail.compose import format_date, mailbox_field, write_message
from binrelay.mail.content import Content
from binrelay.mail.mark import make_mark
from binrelay.mail.tokens import bracket
from binrelay.model import Language, Network, Phrases
from binrelay.records import Kind, Mail


@dataclass(frozen=True, slots=True)
class Desk:
    """One network at one moment: whom we write for, in which words, when, with which dice."""

    network: Network
    phrases: Phrases
    now: float
    token: Callable[[int], str]  # that many unguessable characters of Crockford's base32
    key: bytes = field(default=b"", repr=False)  # of the installation; without it nobody knows our marks again

    def say(self, name: str, language: Language | None = None, /, **values: object) -> str:
        """Every text may name the two telephone numbers."""
        own = self.network.telephone
        numbers = {"urgent_number": own.urgent, "other_number": own.other}
        return self.phrases(name, language or self.network.language, **numbers, **values)

    def message_id(self) -> str:
        """New, and it says nothing: not who, not when, not about what (RFC 5322 3.6.4)."""
        return f"{self.token(26).lower()}@{self.network.address.domain}"

    def boundary(self) -> str:
        return f"=_{self.token(24)}"


@dataclass(frozen=True, slots=True)
class Letter:
    """One outgoing mail before it has bytes."""

    kind: Kind
    display: str  # of From
    to: Sequence[tuple[str, Address]]  # (display name, address) as the header shows them
    recipients: tuple[Address, ...]  # the envelope
    subject: str
    content: Content
    answers: tuple[str, ...] = ()  # Message-IDs of the thread, oldest first; the last is what it answers
    tag: str | None = None
    bulletin: str | None = None
    extra: tuple[tuple[str, str], ...] = ()
    null_path: bool = False  # RFC 5321 4.5.5: nobody may answer it
    may_name: tuple[Address, ...] = ()


def seal(letter: Letter, key: str, desk: Desk, *, verp: bool = False) -> Mail:
    """The mail with its final bytes; `key` is unique for what it is about, so that it can be queued once only."""
    network, message_id = desk.network, desk.message_id()
    fields = [
        ("From", mailbox_field(letter.display, network.address)),
        ("To", ", ".join(mailbox_field(name, address) for name, address in letter.to)),
        ("Subject", letter.subject),
        ("Date", format_date(desk.now)),
        ("Message-ID", f"<{message_id}>"),
        *_threading(letter, network),
        *letter.extra,
        ("X-Binrelay-Loop", make_mark(desk.key, desk.token(16))),
    ]
    return Mail(
        key=key,
        network=network.id,
        kind=letter.kind,
        message_id=message_id,
        reverse_path=None if letter.null_path else network.address,
        verp=verp,
        content=write_message(fields, letter.content),
        recipients=letter.recipients,
        bulletin=letter.bulletin,
        conversation=letter.tag,
        may_name=letter.may_name,
    )


def _threading(letter: Letter, network: Network) -> list[tuple[str, str]]:
    fields = []
    if letter.answers:
        ids = dict.fromkeys(letter.answers)
        fields += [
            ("In-Reply-To", f"<{letter.answers[-1]}>"),
            ("References", " ".join(f"<{each}>" for each in ids)),
        ]
    if letter.tag and network.subaddress:
        own = network.address
        tagged = Address(
            f"{own.local.lower()}{network.subaddress}{letter.tag.lower()}@{own.domain}",
            f"{own.local}{network.subaddress}{letter.tag}@{own.domain}",
        )
        fields.append(("Reply-To", mailbox_field(letter.display, tagged)))
    return fields


def tagged_subject(network: Network, bare: str, *, tag: str | None = None, reply: bool = False) -> str:
    """`[BIN Wilhelminapark K7Q4M2X9] Re: …`: ticket systems keep the subject and drop the rest."""
    return f"{bracket(network.name, tag)}{'Re: ' if reply else ''}{bare}".rstrip()
