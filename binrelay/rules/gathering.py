"""Members' replies to one bulletin, together in one mail to its authority. Pure.

Invariant: what is gathered are the very mails that would have gone out one by one, scrubbed and sealed; each keeps its own
Message-ID and tag, so that an answer to any of them finds its one member. The collection carries no tag: an answer to it is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

from binrelay.mail.content import Attached, attached
from binrelay.mail.message import Message, read_message
from binrelay.mail.own_words import own_lines
from binrelay.mail.subject import read_subject
from binrelay.mail.tokens import bracket
from binrelay.model import Network, Partner
from binrelay.records import Kind, Mail
from binrelay.rules.desk import Desk, Letter, seal, tagged_subject
from binrelay.rules.page import page

LINES_SHOWN = 40  # of each reply; the whole reply is attached
LARGEST = 8_000_000  # bytes; more becomes another collection


def collections(replies: Sequence[Mail]) -> Iterator[tuple[Mail, ...]]:
    """Replies that may go together: to one bulletin, to the same addresses, not too large. One alone goes as it is.

    So does one that names its author: were it erased from a collection, the others would go with it.
    """
    nameless = (mail for mail in replies if not mail.may_name)
    ordered = sorted(nameless, key=lambda mail: (mail.bulletin or "", _addresses(mail)))
    for _, group in groupby(ordered, key=lambda mail: (mail.bulletin, _addresses(mail))):
        yield from (some for some in _portions(tuple(group)) if len(some) > 1)


def _addresses(mail: Mail) -> tuple[str, ...]:
    return tuple(address.key for address in mail.recipients)


def _portions(replies: Sequence[Mail]) -> Iterator[tuple[Mail, ...]]:
    portion: list[Mail] = []
    for mail in replies:
        if portion and sum(len(each.content) for each in (*portion, mail)) > LARGEST:
            yield tuple(portion)
            portion = []
        portion.append(mail)
    yield tuple(portion)


def gather_replies(replies: Sequence[Mail], desk: Desk) -> Mail:
    """One mail with each reply's words, a link that answers it, and the reply itself attached."""
    network, first = desk.network, read_message(replies[0].content)
    subject = read_subject(first.subject, network.name).bare
    values = {"network": network.name, "count": len(replies), "subject": subject}
    items = [_item(mail, desk) for mail in replies]
    text = desk.say("replies-gathered", items=items, **values)
    letter = Letter(
        kind=Kind.REPLY,
        display=network.name,
        to=tuple((_name_of(replies[0], network), address) for address in replies[0].recipients),
        recipients=replies[0].recipients,
        subject=tagged_subject(network, desk.say("replies-gathered-subject", **values)),
        content=attached(
            text,
            page(text, language=network.language),
            [Attached(mail.content) for mail in replies],
            boundaries=(desk.boundary(), desk.boundary()),
        ),
        answers=tuple(id for id in (_answered(first),) if id),
        bulletin=replies[0].bulletin,
    )
    return seal(letter, f"{replies[0].key}/gathered", desk)


def _name_of(mail: Mail, network: Network) -> str:
    def is_theirs(partner: Partner) -> bool:
        return partner.replies_to == mail.recipients

    return next((partner.name for partner in network.partners if is_theirs(partner)), "")


def _answered(reply: Message) -> str | None:
    """The authority's own bulletin, which each of the replies answers."""
    found = (reply.header.first("references") or "").split()
    return found[0].strip("<>") if found else None


def _item(mail: Mail, desk: Desk) -> tuple[str, list[str], str]:
    message = read_message(mail.content)
    mark = bracket(desk.network.name, mail.conversation)
    subject = read_subject(message.subject, desk.network.name).bare
    link = f"mailto:{desk.network.address}?subject={quote(f'{mark}Re: {subject}')}"
    lines = own_lines(message, LINES_SHOWN + 1)
    shown = [*lines[:LINES_SHOWN], *(["…"] if len(lines) > LINES_SHOWN else [])]
    return desk.say("member-display", tag=mail.conversation, network=desk.network.name), shown, link
