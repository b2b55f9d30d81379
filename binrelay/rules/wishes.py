"""What a member's wish changes, and the one mail that answers it. Pure.

Invariant: a wish is answered once, to the member's own address, without a word of the member's mail in it.
"""

from __future__ import annotations

from typing import assert_never

from binrelay.mail.address import Address
from binrelay.mail.content import plain
from binrelay.mail.message import Message
from binrelay.model import Language, Member
from binrelay.records import Kind, Mail
from binrelay.records.dossier import Dossier
from binrelay.records.members import Cause, Standing
from binrelay.rules.account import Account, as_text
from binrelay.rules.commands import Wish
from binrelay.rules.desk import Desk, Letter, seal, tagged_subject
from binrelay.rules.membership import departed, paused, resumed
from binrelay.rules.moments import spoken
from binrelay.rules.until import moment
from binrelay.rules.wish_words import Verb

Done = tuple[tuple[Standing, ...], Mail]


def grant(
    wish: Wish, member: Member, message: Message, *, key: str, desk: Desk, dossier: Dossier | None = None
) -> Done | None:
    """None: it names a day that is none; a person has to look."""
    network, now = desk.network, desk.now
    match wish.verb:
        case Verb.LEAVE:
            change = departed(member, network, cause=Cause.OWN_WISH, now=now)
            return (change,), _answer("left", member, message, key=key, desk=desk)
        case Verb.PAUSE:
            return _pause(wish, member, message, key=key, desk=desk)
        case Verb.RESUME | Verb.JOIN:
            change = resumed(member, network, cause=Cause.OWN_WISH, now=now)
            return (change,), _answer("resumed", member, message, key=key, desk=desk)
        case Verb.HELP:
            return (), _answer("help", member, message, key=key, desk=desk)
        case Verb.DATA:
            account = Account(network, member.addresses, dossier or Dossier(network.id), now)
            return (), _mail("account", as_text(account, desk), member, message=message, key=key, desk=desk)
        case _:
            assert_never(wish.verb)


def _pause(wish: Wish, member: Member, message: Message, *, key: str, desk: Desk) -> Done | None:
    network = desk.network
    end = moment(wish.until, desk.now, network.timezone) if wish.until else None
    if wish.until is not None and end is None:
        return None
    change = paused(member, network, cause=Cause.OWN_WISH, now=desk.now, until=end)
    said = spoken(end, desk, member.language) if end else None
    return (change,), _answer("paused", member, message, key=key, desk=desk, until=said)


def _answer(name: str, member: Member, message: Message, *, key: str, desk: Desk, **values: object) -> Mail:
    language = member.language
    words = {"network": desk.network.name, "address": str(desk.network.address), **values}
    return _mail(name, desk.say(name, language, **words), member, message=message, key=key, desk=desk)


def _mail(name: str, text: str, member: Member, *, message: Message, key: str, desk: Desk) -> Mail:
    to = message.author if message.author in member.addresses else member.address
    letter = word_to(to or member.address, name, text, language=member.language, desk=desk, answers=message.message_id)
    return seal(letter, f"{key}/{name}", desk)


def word_to(to: Address, name: str, text: str, *, language: Language, desk: Desk, answers: str | None = None) -> Letter:
    """A word of the network itself to one person; nothing answers it (RFC 3834 3.1)."""
    member = desk.network.roster.get(to.key)
    subject = desk.say(f"{name}-subject", language, network=desk.network.name)
    return Letter(
        kind=Kind.ACKNOWLEDGEMENT,
        display=desk.network.name,
        to=(("", to),),
        recipients=(to,),
        subject=tagged_subject(desk.network, subject),
        content=plain(text),
        answers=(answers,) if answers else (),
        extra=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        null_path=True,
        may_name=member.addresses if member else (to,),
    )
