"""From a decision to everything it changes, as one value that is written in one transaction. Pure.

Invariant: a plan that would name a member to somebody else is never made; the mail is held instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from binrelay.mail.content import Unsafe, plain
from binrelay.mail.message import Message
from binrelay.model import Member, Partner
from binrelay.records import ArrivalRecord, Kind, Mail, Plan, Recall
from binrelay.records.dossier import Dossier
from binrelay.rules.answering import may_answer
from binrelay.rules.bounce import read_bounces
from binrelay.rules.bulletin import compose_bulletin, readers
from binrelay.rules.conversation import Exchange, authority, compose_answer, compose_reply, compose_report
from binrelay.rules.decision import (
    Answer,
    Bounce,
    Bulletin,
    Command,
    Decision,
    Hold,
    Ignore,
    Join,
    Leave,
    Reply,
    Report,
    Why,
)
from binrelay.rules.desk import Desk, Letter, seal, tagged_subject
from binrelay.rules.exposure import names_a_member
from binrelay.rules.facts import Facts
from binrelay.rules.joining import ask_to_confirm, welcome
from binrelay.rules.membership import joined
from binrelay.rules.notice import delayed_notices
from binrelay.rules.wishes import grant

# Rung 5: what its author is told.
_TOLD = {Why.TOO_LARGE: "too-large", Why.UNREADABLE: "too-large", Why.TOO_MUCH_TEXT: "too-much-text"}


@dataclass(frozen=True, slots=True)
class Case:
    """One arrival on the table: what it is, what we know, what was decided."""

    message: Message
    facts: Facts
    recall: Recall
    decision: Decision
    arrived: float
    size: int
    dossier: Dossier | None = None  # what is kept of a member who asks for it
    record_id: str | None = None  # of the held mail that is released; None: a new arrival


def name_of(decision: Decision) -> str:
    """The word for it in JSON, in the store and in the templates."""
    match decision:
        case Bulletin():
            return "bulletin"
        case Reply():
            return "reply"
        case Report():
            return "report"
        case Answer():
            return "answer"
        case Command():
            return "command"
        case Join():
            return "join"
        case Hold():
            return "hold"
        case Ignore():
            return "ignore"
        case Bounce():
            return "bounce"
        case Leave():
            return "leave"
        case _:
            assert_never(decision)


def reaches(decision: Decision | None, recall: Recall, desk: Desk) -> int:
    """To how many recipients it sends (acknowledgements and notices not counted)."""
    match decision:
        case Bulletin() as bulletin:
            return len(readers(bulletin, recall, desk.network))
        case Reply(partner=partner):
            return len(authority(desk, partner)[1])
        case Report(partners=partners):
            return sum(len(authority(desk, partner)[1]) for partner in partners)
        case Answer() | Join(let_in=True):
            return 1
        case _:
            return 0


def make_plan(case: Case, desk: Desk) -> Plan:
    """Everything the decision changes; `Plan.arrival.decision` says "hold" where it turned out to be unsafe to act."""
    return _within_limits(_plan(case, desk), case, desk)


def _within_limits(plan: Plan, case: Case, desk: Desk) -> Plan:
    """Whatever is answered automatically has limits; what was decided holds without the answer, too."""
    members = len(desk.network.members)
    let_in = isinstance(case.decision, Join) and case.decision.let_in
    if let_in or may_answer(case.recall, members=members, stranger=case.facts.speaker is None):
        return plan
    return replace(plan, mails=tuple(mail for mail in plan.mails if mail.kind is not Kind.ACKNOWLEDGEMENT))


def _plan(case: Case, desk: Desk) -> Plan:
    record = _record(case, desk)
    match case.decision:
        case Bulletin():
            return _bulletin(case, record, desk)
        case Reply() | Report() | Answer():
            return _exchange(case, record, desk)
        case Bounce(report=report):
            return Plan(record, bounces=read_bounces(report, case.recall, desk.now))
        case Command() as command:
            return _granted(case, command, record, desk=desk)
        case Join() as join:
            return _joining(case, join, record, desk=desk)
        case Hold():
            return Plan(record, mails=_tell_author(case, record, desk))
        case Ignore() | Leave():
            return Plan(record)
        case _:
            assert_never(case.decision)


def _granted(case: Case, command: Command, record: ArrivalRecord, *, desk: Desk) -> Plan:
    """A day that is none is not found out until now: then a person has to look."""
    member = desk.network.roster[command.member.key]
    done = grant(command.wish, member, case.message, key=record.id, desk=desk, dossier=case.dossier)
    if done is None:
        return _held_instead(case, Why.COMMAND_WAITS, desk)
    standings, answer = done
    return Plan(record, (answer,), standings=standings)


def _joining(case: Case, join: Join, record: ArrivalRecord, *, desk: Desk) -> Plan:
    language = desk.network.language
    if not join.let_in:
        return Plan(record, (ask_to_confirm(case.message, join.person, key=record.id, language=language, desk=desk),))
    change = joined(join.person, desk.network, language=language, now=desk.now)
    return Plan(record, (welcome(join.person, language=language, desk=desk),), standings=(change,))


def _record(case: Case, desk: Desk) -> ArrivalRecord:
    decision, message = case.decision, case.message
    released = decision.released if isinstance(decision, Hold) else None
    states = {"hold": "held", "leave": "left", "ignore": "ignored"}
    states |= {"bulletin": "waiting"} if _delay(case, desk) else {}
    name = name_of(decision)
    return ArrivalRecord(
        id=case.record_id or desk.token(8),
        network=desk.network.id,
        digest=message.digest,
        decision=name,
        rule=decision.rule,
        why=decision.why,
        state="left" if _is_not_ours(case) else states.get(name, "done"),
        partner=_partner_of(case),
        # Whose mail is left alone is nobody's business, ours included: the digest is enough to know it again.
        author=None if name == "leave" else message.author,
        message_id=message.message_id,
        subject="" if name == "leave" else message.subject,
        arrived=case.arrived,
        decided=desk.now,
        size=case.size,
        releases=name_of(released) if released and not isinstance(released, Leave) else "nothing",
        reaches=reaches(released if isinstance(decision, Hold) else decision, case.recall, desk),
        content=message.content if name == "hold" else None,
    )


def _is_not_ours(case: Case) -> bool:
    """A report about a mail that we never sent: somebody forged our address, or a coordinator wrote by hand. A person
    reads this mailbox too, so it stays where it is."""
    return isinstance(case.decision, Bounce) and not case.recall.returned


def _partner_of(case: Case) -> str | None:
    speaker = case.facts.speaker
    if isinstance(speaker, Partner):
        return speaker.id
    return getattr(case.decision, "partner", None)


def _bulletin(case: Case, record: ArrivalRecord, desk: Desk) -> Plan:
    assert isinstance(case.decision, Bulletin)  # noqa: S101 - narrows for the type checker; the caller matched it
    if not readers(case.decision, case.recall, desk.network):
        return _held_instead(case, Why.NO_RECIPIENTS, desk)
    mails, bulletin = compose_bulletin(case.decision, case.message, record_id=record.id, recall=case.recall, desk=desk)
    plan = _checked(case, Plan(record, mails, bulletin), desk)
    delay = _delay(case, desk)
    return _delayed(plan, desk.now + delay, desk) if delay and plan.bulletin else plan


def _delay(case: Case, desk: Desk) -> float:
    """What a coordinator has released was looked at already and does not wait."""
    return 0.0 if case.facts.approved else desk.network.delay


def _delayed(plan: Plan, moment: float, desk: Desk) -> Plan:
    """The coordinators hear at once that it goes out by itself, and how to stop it."""
    mails = tuple(replace(mail, not_before=moment) for mail in plan.mails)
    return replace(plan, mails=(*mails, *delayed_notices(plan.arrival, moment, desk)))


def _exchange(case: Case, record: ArrivalRecord, desk: Desk) -> Plan:
    exchange = _compose(case, record.id, desk)
    if isinstance(exchange, Unsafe):
        return _unsafe(case, exchange, desk)
    plan = Plan(record, exchange.mails, conversations=exchange.conversations, replied=exchange.replied)
    return _checked(case, plan, desk)


def _unsafe(case: Case, unsafe: Unsafe, desk: Desk) -> Plan:
    """A film or an unknown file a coordinator may look at and vouch for; what is encrypted nobody can."""
    if unsafe.sealed is not None:
        return _held_instead(case, Why(f"cannot-be-made-safe-{unsafe.sealed.value}"), desk)
    released = case.decision if isinstance(case.decision, Reply | Report) else None
    hold = Hold(case.decision.rule, Why.UNSEEN_FILE, _partner_of(case), released)
    return _plan(replace(case, decision=hold), desk)


def _compose(case: Case, record_id: str, desk: Desk) -> Exchange | Unsafe:
    urgent, vouched = case.facts.urgent, case.facts.approved
    match case.decision:
        case Reply() as reply:
            return compose_reply(
                reply,
                case.message,
                record_id=record_id,
                recall=case.recall,
                desk=desk,
                urgent=urgent,
                vouched=vouched,
            )
        case Report() as report:
            return compose_report(
                report,
                case.message,
                record_id=record_id,
                recall=case.recall,
                desk=desk,
                urgent=urgent,
                vouched=vouched,
            )
        case Answer() as answer:
            return compose_answer(answer, case.message, record_id=record_id, recall=case.recall, desk=desk)
        case other:
            raise TypeError(f"{name_of(other)} is no exchange")


def _checked(case: Case, plan: Plan, desk: Desk) -> Plan:
    """The promise itself, held against the final bytes of every mail of the plan."""
    if any(names_a_member(mail, desk.network, author=case.message.author) for mail in plan.mails):
        return _held_instead(case, Why.NAMES_A_MEMBER, desk)
    return plan


def _held_instead(case: Case, why: Why, desk: Desk) -> Plan:
    """What acting turned out to be unsafe for waits for a person; releasing it would end here again."""
    decision = Hold(case.decision.rule, why, _partner_of(case), None)
    return _plan(replace(case, decision=decision), desk)


def _tell_author(case: Case, record: ArrivalRecord, desk: Desk) -> tuple[Mail, ...]:
    """Rung 5: a member or a proven partner learns why a mail does not go on. Nobody else is answered (RFC 3834 2)."""
    speaker, author = case.facts.speaker, case.message.author
    proven = isinstance(speaker, Member) or (isinstance(speaker, Partner) and case.facts.authenticated)
    name = _TOLD.get(case.decision.why)
    if name is None or not proven or author is None:
        return ()
    if case.facts.automatic or not case.message.message_id:
        return ()
    network = desk.network
    language = speaker.language if isinstance(speaker, Member) else network.language
    letter = Letter(
        kind=Kind.ACKNOWLEDGEMENT,
        display=network.name,
        to=(("", author),),
        recipients=(author,),
        subject=tagged_subject(network, desk.say("too-large-subject", language, subject=case.message.subject)),
        content=plain(desk.say(name, language, network=network.name, limit_kb=network.max_size // 1000)),
        answers=(case.message.message_id,),
        extra=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        null_path=True,
        may_name=(author,),
    )
    return (seal(letter, f"{record.id}/{name}", desk),)
