"""Replies, reports, answers, acknowledgements: one member, one authority, and neither sees more than it must. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from binrelay.mail.address import Address
from binrelay.mail.content import Content, Unsafe, plain, relayed
from binrelay.mail.message import Message
from binrelay.mail.scrub import redacted
from binrelay.mail.scrub_parts import pseudonymous
from binrelay.mail.subject import read_subject
from binrelay.model import Conversation, Identity, Language, Member
from binrelay.records import Kind, Mail, Recall
from binrelay.rules.decision import Answer, Reply, Report
from binrelay.rules.desk import Desk, Letter, seal, tagged_subject
from binrelay.rules.exposure import identity, writer
from binrelay.rules.schedule import GRACE, next_of

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Haste:
    """Whether a member's mail looks as if it could not wait, and when this member was last told to call instead."""

    urgent: bool = False
    warned_at: float | None = None

    def warns(self, now: float) -> bool:
        """At most once a day, whatever the conversation."""
        return self.urgent and (self.warned_at is None or now - self.warned_at >= DAY)


NO_HASTE = Haste()


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one decision about a conversation sends and changes."""

    mails: tuple[Mail, ...]
    conversations: tuple[Conversation, ...]
    replied: tuple[str, ...] = ()


def authority(desk: Desk, partner_id: str | None) -> tuple[str, tuple[Address, ...]]:
    """Name and addresses that speak for the other side; the coordinators where the network itself does."""
    network = desk.network
    if partner_id is None:
        return network.name, tuple(coordinator.address for coordinator in network.coordinators)
    partner = network.partner(partner_id)
    return partner.name, partner.replies_to


def compose_reply(
    decision: Reply,
    message: Message,
    *,
    record_id: str,
    recall: Recall,
    desk: Desk,
    urgent: bool = False,
    vouched: bool = False,
) -> Exchange | Unsafe:
    """The member's words to the authority of that bulletin or conversation, and a word to the member that they went.

    `vouched`: a coordinator has looked at the files that cannot be looked into.
    """
    bulletin = recall.bulletins.get(decision.bulletin or "")
    talk = _conversation(decision.author, decision, recall=recall, desk=desk)
    thread = tuple(each for each in (bulletin.original_id if bulletin else None, talk.partner_last_id) if each)
    talk = replace(talk, last_id=message.message_id or talk.last_id)
    what = Passed("reply", (talk.partner,), f"{record_id}/ack", Haste(urgent, recall.warned_at), vouched)
    told = _to_authority(talk, message, decision.author, key=f"{record_id}/reply", thread=thread, desk=desk, what=what)
    if isinstance(told, Unsafe):
        return told
    not_before = None if urgent else gathered_from(talk, desk)
    mails = (replace(mail, not_before=not_before) for mail in told)
    talk, thanks = _acknowledge(talk, message, what, desk=desk)
    replied = (decision.bulletin,) if decision.bulletin else ()
    return Exchange((*mails, *thanks), (talk,), replied)


def compose_report(
    decision: Report,
    message: Message,
    *,
    record_id: str,
    recall: Recall,
    desk: Desk,
    urgent: bool = False,
    vouched: bool = False,
) -> Exchange | Unsafe:
    """A member's own news: one conversation and one mail for each authority, one acknowledgement for all."""
    mails: list[Mail] = []
    talks: list[Conversation] = []
    what = Passed("report", decision.partners, f"{record_id}/ack", Haste(urgent, recall.warned_at), vouched)
    for partner in decision.partners:
        talk = _begin(decision.author, partner=partner, bulletin=None, desk=desk)
        talk = replace(talk, last_id=message.message_id)
        key = f"{record_id}/report/{partner}"
        told = _to_authority(talk, message, decision.author, key=key, thread=(), desk=desk, what=what)
        if isinstance(told, Unsafe):
            return told
        mails += told
        talks.append(talk)
    first, thanks = _acknowledge(talks[0], message, what, desk=desk)
    return Exchange((*mails, *thanks), (first, *talks[1:]))


def compose_answer(decision: Answer, message: Message, *, record_id: str, recall: Recall, desk: Desk) -> Exchange:
    """The authority's words to that one member; nobody else is in the envelope or in the header."""
    network = desk.network
    talk = recall.tags[decision.conversation]
    member = network.roster.get(talk.member.key)
    language = member.language if member else network.language
    name, _ = authority(desk, decision.partner)
    footer = desk.say("footer-answer", language, network=network.name, sender=name)
    letter = Letter(
        kind=Kind.ANSWER,
        display=desk.say("via", language, name=name, network=network.name) if decision.partner else network.name,
        to=(("", talk.member),),
        recipients=(talk.member,),
        subject=tagged_subject(network, _bare(message, desk), tag=talk.tag, reply=True),
        content=relayed(message).above(footer, boundary=desk.boundary()),
        answers=(talk.last_id,) if talk.last_id else (),
        tag=talk.tag,
        bulletin=talk.bulletin,
        may_name=member.addresses if member else (talk.member,),
    )
    changed = replace(talk, partner_last_id=message.message_id or talk.partner_last_id)
    return Exchange((seal(letter, f"{record_id}/answer", desk),), (changed,))


@dataclass(frozen=True, slots=True)
class Passed:
    """What was passed on, to whom, and under which key the member hears of it."""

    kind: str  # "reply" or "report"
    partners: tuple[str | None, ...]
    key: str
    haste: Haste
    vouched: bool = False  # a coordinator has looked at its files

    @property
    def report(self) -> bool:
        return self.kind == "report"


def gathered_from(talk: Conversation, desk: Desk) -> float | None:
    """When a reply goes out by itself, should nothing gather it; None: at once.

    Once the authority has spoken in a conversation, what the member says there is waited for and is not gathered.
    """
    partner = next((each for each in desk.network.partners if each.id == talk.partner), None)
    if partner is None or not partner.gather_at or talk.bulletin is None or talk.partner_last_id:
        return None
    return next_of(partner.gather_at, desk.now, desk.network.timezone) + GRACE


def _bare(message: Message, desk: Desk) -> str:
    return read_subject(message.subject, desk.network.name).bare


def _conversation(author: Address, decision: Reply, *, recall: Recall, desk: Desk) -> Conversation:
    known = {talk.tag: talk for talk in (*recall.tags.values(), *recall.between)}
    talk = known.get(decision.conversation or "")
    return talk or _begin(author, partner=decision.partner, bulletin=decision.bulletin, desk=desk)


def _begin(author: Address, *, partner: str | None, bulletin: str | None, desk: Desk) -> Conversation:
    member = desk.network.roster.get(author.key)
    return Conversation(
        tag=desk.token(8),
        member=member.address if member else author,
        partner=partner,
        bulletin=bulletin,
        last_id=None,
        partner_last_id=None,
        acknowledged_at=None,
    )


def _to_authority(
    talk: Conversation,
    message: Message,
    author: Address,
    *,
    key: str,
    thread: tuple[str, ...],
    desk: Desk,
    what: Passed,
) -> tuple[Mail, ...] | Unsafe:
    network = desk.network
    member = network.roster.get(author.key)
    named = member if member and identity(author, network) is Identity.NAMED else None
    content = _words(talk, message, author, named=named, desk=desk, what=what)
    if isinstance(content, Unsafe):
        return content
    name, addresses = authority(desk, talk.partner)
    subject = _bare(message, desk)
    if named is None:
        subject = redacted(subject, person=writer(message, author, network), pseudonym=_display(talk, None, desk))
    if what.haste.urgent:
        subject = desk.say("urgent-mark", subject=subject)
    letter = Letter(
        kind=Kind.REPORT if what.report else Kind.REPLY,
        display=_display(talk, named, desk),
        to=tuple((name, address) for address in addresses),
        recipients=addresses,
        subject=tagged_subject(network, subject, tag=talk.tag, reply=not what.report),
        content=content,
        answers=thread,
        tag=talk.tag,
        bulletin=talk.bulletin,
        may_name=named.addresses if named else (),
    )
    return (seal(letter, key, desk),) if talk.partner else _one_each(letter, key, desk)


def _one_each(letter: Letter, key: str, desk: Desk) -> tuple[Mail, ...]:
    """Coordinators are volunteers, and may be members: none reads another's address in a mail of ours."""
    alone = (replace(letter, to=(to,), recipients=(to[1],)) for to in letter.to)
    return tuple(seal(each, f"{key}/{place}", desk) for place, each in enumerate(alone))


def _display(talk: Conversation, named: Member | None, desk: Desk) -> str:
    network = desk.network
    if named and named.name:
        return desk.say("member-named", name=named.name, network=network.name)
    return desk.say("member-display", tag=talk.tag, network=network.name)


def _words(
    talk: Conversation, message: Message, author: Address, *, named: Member | None, desk: Desk, what: Passed
) -> Content | Unsafe:
    network = desk.network
    if named:
        footer = desk.say(
            "footer-named", network=network.name, tag=talk.tag, name=named.name or "", address=str(named.address)
        )
        return relayed(message).above(footer, boundary=desk.boundary())
    footer = desk.say("footer-report" if what.report else "footer-reply", network=network.name, tag=talk.tag)
    return pseudonymous(
        message,
        footer,
        person=writer(message, author, network),
        pseudonym=_display(talk, None, desk),
        boundary=desk.boundary(),
        vouched=what.vouched,
    )


def _acknowledge(
    talk: Conversation, message: Message, what: Passed, *, desk: Desk
) -> tuple[Conversation, tuple[Mail, ...]]:
    """At most one a conversation and day (RFC 3834 2), with the null reverse-path, so that nothing answers it.

    What could not wait is answered with the number to call, the first time in a day.
    """
    warns = what.haste.warns(desk.now)
    if not warns and talk.acknowledged_at is not None and desk.now - talk.acknowledged_at < DAY:
        return talk, ()
    network = desk.network
    member = network.roster.get(talk.member.key)
    language = member.language if member else network.language
    letter = _thanks(talk, message, language, what=what, name=f"acknowledgement{'-urgent' if warns else ''}", desk=desk)
    told = replace(talk, acknowledged_at=desk.now, warned_at=desk.now if warns else talk.warned_at)
    return told, (seal(letter, what.key, desk),)


def _thanks(talk: Conversation, message: Message, language: Language, *, what: Passed, name: str, desk: Desk) -> Letter:
    network = desk.network
    member = network.roster.get(talk.member.key)
    tag = talk.tag if len(what.partners) == 1 else None  # what answers it is for all of them
    text = desk.say(
        name,
        language,
        network=network.name,
        recipients=[authority(desk, partner)[0] for partner in what.partners],
        what=what.kind,
        anonymous=identity(talk.member, network) is Identity.PSEUDONYM,
    )
    return Letter(
        kind=Kind.ACKNOWLEDGEMENT,
        display=network.name,
        to=(("", talk.member),),
        recipients=(talk.member,),
        subject=tagged_subject(network, desk.say(f"{name}-subject", language, subject=_bare(message, desk)), tag=tag),
        content=plain(text),
        answers=(message.message_id,) if message.message_id else (),
        tag=tag,
        bulletin=talk.bulletin,
        extra=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        null_path=True,
        may_name=member.addresses if member else (talk.member,),
    )
