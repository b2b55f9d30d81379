"""How a stranger becomes a member: asks, confirms, is let in by a coordinator, is welcomed. Pure.

Invariant: a stranger gets one mail, without a word of their own in it, and only what answers it reaches a coordinator. The
token is a keyed hash over network, address and day: nothing of a stranger is kept to know it again.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import replace

from binrelay.mail.address import Address
from binrelay.mail.mark import keyed_hash
from binrelay.mail.message import Message
from binrelay.mail.own_words import own_lines
from binrelay.model import Language, Network
from binrelay.records import Mail
from binrelay.rules.desk import Desk, seal
from binrelay.rules.wishes import word_to

VALID = 8  # days
DAY = 86400.0
_TOKEN = re.compile(r"(?<![A-Z0-9])[A-Z2-7]{26}(?![A-Z0-9])", re.IGNORECASE)
_MOST = 5  # tokens that are tried


def token_for(person: Address, network: Network, *, key: bytes, day: int) -> str:
    return keyed_hash(key, "join", network.id, person.key, str(day))


def confirms(message: Message, network: Network, *, key: bytes, now: float) -> bool:
    """Whether it answers our question to this very author of the last days; subject or text, any case."""
    if message.author is None or not key:
        return False
    shown = "\n".join((message.subject, *own_lines(message, 20)))
    found = [match[0].upper() for match in _TOKEN.finditer(shown)][:_MOST]
    today = int(now // DAY)
    valid = [token_for(message.author, network, key=key, day=today - back) for back in range(VALID)]
    return any(hmac.compare_digest(each, token) for each in found for token in valid)


def ask_to_confirm(message: Message, person: Address, *, key: str, language: Language, desk: Desk) -> Mail:
    """ "Do you want to join? Answer this mail." The key says that it went to a stranger."""
    token = token_for(person, desk.network, key=desk.key, day=int(desk.now // DAY))
    text = desk.say("joining", language, network=desk.network.name, token=token)
    letter = word_to(person, "joining", text, language=language, desk=desk, answers=message.message_id)
    # Not from the null path's silence: this one is to be answered, so the subject carries what the answer must.
    subject = f"{letter.subject} {token}"
    return seal(replace(letter, subject=subject), f"{key}/join", desk)


def welcome(person: Address, *, language: Language, desk: Desk) -> Mail:
    """Once a person and network, however they came: the key knows the address without showing it."""
    network = desk.network
    text = desk.say(
        "welcome", language, network=network.name, address=str(network.address), partners=_partners(network)
    )
    letter = word_to(person, "welcome", text, language=language, desk=desk)
    return seal(letter, f"{network.id}/welcome/{acquaintance(person, network.id, key=desk.key)}", desk)


def acquaintance(person: Address, network: str, *, key: bytes) -> str:
    """Under which the store remembers that somebody is no newcomer."""
    return keyed_hash(key, "welcome", network, person.key)


def _partners(network: Network) -> list[str]:
    return [partner.name for partner in network.partners]
