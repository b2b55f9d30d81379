"""Which mails of the four folders go when a person is erased. Pure.

Invariant: what the person wrote, and what belongs to their conversations, goes wherever it lies. What somebody else wrote
goes where it was settled long before, and never while it waits for a decision or a person put it there.
"""

from __future__ import annotations

from enum import Enum, auto

from binrelay.mail.gate import shows
from binrelay.mail.message import Message
from binrelay.mail.people import People
from binrelay.mail.read_addresses import find_addresses
from binrelay.mail.scrub import Person
from binrelay.records import ArrivalRecord
from binrelay.rules.retention import undecided


class Fate(Enum):
    STAYS = auto()  # the person is not in it
    GOES = auto()
    WAITS = auto()  # shows the person, and waits for a coordinator's decision about somebody else's words
    BY_HAND = auto()  # shows the person, and a coordinator put it there


def people(person: Person) -> People:
    return People(frozenset(each.key for each in person.addresses), [person.name])


def fate(message: Message, record: ArrivalRecord | None, person: Person) -> Fate:
    """Of one mail in one of the folders; decoded to the end, which takes a while for a large one."""
    written = [
        address
        for name in ("from", "sender")
        for value in message.header.all(name)
        for address in find_addresses(value)
    ]
    if (record and record.erased) or any(address in person.addresses for address in written):
        return Fate.GOES
    if not shows(message.content, people(person)):
        return Fate.STAYS
    if record is None:
        return Fate.BY_HAND
    return Fate.WAITS if undecided(record) else Fate.GOES
