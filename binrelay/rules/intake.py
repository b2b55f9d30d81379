"""The ladder: what becomes of an arrival. Pure; first match wins; each rung is one promise.

Invariant: what may be a private answer never becomes a bulletin unless a coordinator vouches for it.
"""

from __future__ import annotations

from dataclasses import replace

from binrelay.mail.authentication import Verdict
from binrelay.mail.automatic import Automatic
from binrelay.model import Coordinator, Member, Network, Partner
from binrelay.rules.commands import Wish
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
    Released,
    Reply,
    Report,
    Why,
)
from binrelay.rules.facts import Facts
from binrelay.rules.wish_words import Verb

COORDINATOR_BULLETINS_PER_HOUR = 6
# Two machines that answer each other need each other's mails for it. What a person sends alone, photographs one by one or
# a week's mail after an outage, is no circle.
ANSWERS_PER_HOUR = 20
_FORMALITIES = (Why.MODERATED, Why.TOO_MANY_BULLETINS, Why.REPLIES_ONLY)


def decide(facts: Facts, network: Network) -> Decision:
    """What is to be done with the arrival, and why. Total; asks nothing but its arguments."""
    decision = _ladder(facts, network)
    if isinstance(decision, Hold) and decision.released is None and _can_be_released(decision):
        approved = _ladder(replace(facts, approved=True), network)
        return replace(decision, released=approved if isinstance(approved, Released) else None)
    return decision


def _can_be_released(hold: Hold) -> bool:
    return hold.why not in (Why.UNREADABLE, Why.NAMES_A_MEMBER, Why.NO_RECIPIENTS)


def _ladder(facts: Facts, network: Network) -> Decision:
    if facts.loop:
        return Ignore(1, Why.LOOP)
    if facts.report is not None:
        return Bounce(2, Why.DELIVERY_REPORT, facts.report)
    doubt = None if facts.approved else _doubtful(facts)
    if doubt is not None:
        return doubt
    if facts.unsafe:
        return _hold(5, Why.UNREADABLE, facts)
    decision = _by_speaker(facts, network)
    if facts.too_much_text and isinstance(decision, Reply | Report):
        return _hold(5, Why.TOO_MUCH_TEXT, facts)  # released, too: nobody can take the member out of it
    if isinstance(decision, Reply) and _is_gone(decision.partner, network):
        return _hold(decision.rule, Why.NO_RECIPIENTS, facts)
    return decision if facts.approved else _careful(decision, facts)


def _is_gone(partner: str | None, network: Network) -> bool:
    """We remember bulletins of authorities that an admin has since taken out, or given another id."""
    return partner is not None and all(partner != each.id for each in network.partners)


def _careful(decision: Decision, facts: Facts) -> Decision:
    """What would go out waits where it is old, or could harm who opens it."""
    harmless_hold = isinstance(decision, Hold) and decision.why in _FORMALITIES
    sends = isinstance(decision, (Bulletin, Reply, Report, Answer))
    # The coordinator who releases a mail that waits for a mere formality must know what is in it.
    if facts.danger and (sends or harmless_hold):
        return _hold(decision.rule, Why(f"dangerous-{facts.danger}"), facts)
    acts = not isinstance(decision, (Hold, Leave, Ignore, Bounce))
    return _hold(decision.rule, Why.STALE, facts) if acts and facts.stale else decision


def _doubtful(facts: Facts) -> Ignore | Hold | None:
    """Rungs 3 to 5: what nobody wrote, what nobody can be named for, what cannot be looked at."""
    partner = isinstance(facts.speaker, Partner)
    machine = facts.automatic and partner and facts.automatic is not Automatic.AUTO_REPLIED
    if machine and facts.authenticated:
        return _hold(3, Why.AUTOMATIC_PARTNER, facts)
    if machine and facts.evidence.verdict is Verdict.UNREACHABLE:
        return _hold(3, Why.KEY_UNREACHABLE, facts)  # what may be a proven partner's is not dropped
    # `Precedence` alone proves nothing about a person: on real mail it takes most human mail for automatic.
    if facts.automatic and facts.automatic is not Automatic.PRECEDENCE and not facts.asked_by_button:
        return Ignore(3, Why.AUTOMATIC)
    if facts.author is None:
        return _hold(4, Why.AMBIGUOUS_AUTHOR, facts)
    if facts.oversize:
        return _hold(5, Why.TOO_LARGE, facts)
    if facts.too_much_text:
        return _hold(5, Why.TOO_MUCH_TEXT, facts)
    return None


def _by_speaker(facts: Facts, network: Network) -> Decision:
    match facts.speaker:
        case Partner() as partner:
            return _partner(facts, partner)
        case Coordinator():
            return _coordinator(facts, network)
        case Member() as member:
            return _member(facts, member, network)
        case None:
            return _stranger(facts)


def _partner(facts: Facts, partner: Partner) -> Decision:
    if not facts.authenticated and not facts.approved:
        return _hold(6, _why_unproven(facts), facts)
    conversation = facts.thread.conversation_of_partner(partner.id)
    if conversation and not facts.forward:
        return Answer(7, Why.ANSWERS_CONVERSATION, partner.id, conversation.tag)
    if _private_looking(facts) and not facts.approved:
        return _hold(8, _why_private(facts), facts)
    first = None if facts.approved else _coordinator_first(facts, partner)
    if first is not None:
        return _hold(9, first, facts)
    return _command_waits(facts, 10) or _bulletin(facts, 10, partner.id)


def _coordinator_first(facts: Facts, partner: Partner) -> Why | None:
    if facts.author is not None and not partner.issues(facts.author):
        return Why.REPLIES_ONLY
    if facts.bulletins_last_hour >= partner.bulletins_per_hour:
        return Why.TOO_MANY_BULLETINS
    return Why.MODERATED if partner.moderate else None


def _command_waits(facts: Facts, rule: int) -> Hold | None:
    """Who may write to everybody and asks the network for something has mistaken the address, or the mail."""
    asks = facts.wish is not None and facts.wish.sure and not facts.approved
    return _hold(rule, Why.COMMAND_WAITS, facts) if asks else None


def _why_unproven(facts: Facts) -> Why:
    unreachable = facts.evidence.verdict is Verdict.UNREACHABLE
    return Why.KEY_UNREACHABLE if unreachable else Why.UNAUTHENTICATED_PARTNER


def _private_looking(facts: Facts) -> bool:
    return (facts.reply_like or facts.forwards_ours) and not facts.follow_up


def _why_private(facts: Facts) -> Why:
    if facts.thread.conflict:
        return Why.CONFLICTING_MARKS
    if isinstance(facts.speaker, Coordinator) and facts.thread.answers_notice:
        return Why.ANSWERS_NOTICE
    return Why.FORWARDED_OURS if facts.forwards_ours or facts.forward else Why.UNMATCHED_REPLY


def _bulletin(facts: Facts, rule: int, partner: str | None) -> Bulletin:
    if facts.corrects:
        return Bulletin(rule, Why.CORRECTION, partner, facts.corrects.id)
    follows = facts.thread.bulletin.id if facts.follow_up and facts.thread.bulletin else None
    speaks = Why.PARTNER_SPEAKS if partner else Why.COORDINATOR_SPEAKS
    return Bulletin(rule, Why.FOLLOW_UP if follows else speaks, partner, follows)


def _coordinator(facts: Facts, network: Network) -> Decision:
    """Rung 11: as a partner for the network itself; who answers an authority's bulletin does so as a member.

    To whom would an answer to the network's own go? To the coordinators: it is more for everybody, or a mistake.
    """
    own = facts.author is not None and facts.thread.conversation_of_member((facts.author,)) is not None
    bulletin = facts.thread.bulletin
    answers_bulletin = bulletin is not None and bulletin.partner is not None and not facts.thread.named
    if facts.author is not None and (own or answers_bulletin):
        return _writes(facts, (facts.author,), network)
    if not facts.authenticated and not facts.approved:
        return _hold(11, _why_unproven(facts), facts)
    conversation = facts.thread.conversation_of_partner(None)
    if conversation and not facts.forward:
        return Answer(11, Why.ANSWERS_CONVERSATION, None, conversation.tag)
    if _private_looking(facts) and not facts.approved:
        return _hold(11, _why_private(facts), facts)
    if facts.bulletins_last_hour >= COORDINATOR_BULLETINS_PER_HOUR and not facts.approved:
        return _hold(11, Why.TOO_MANY_BULLETINS, facts)
    return _command_waits(facts, 11) or _bulletin(facts, 11, None)


def _member(facts: Facts, member: Member, network: Network) -> Decision:
    if facts.wish is not None and not facts.approved and not _forged(facts) and not _cries(facts.wish, facts):
        return _wish(facts, facts.wish, member)
    return _writes(facts, member.addresses, network)


def _cries(wish: Wish, facts: Facts) -> bool:
    """ "Hulp", or a wish that may be none, and beside it that burglars are at the neighbours' now: that cannot wait."""
    return facts.urgent and (wish.ordinary or not wish.sure)


def _writes(facts: Facts, addresses: tuple[object, ...], network: Network) -> Decision:
    """Rungs 12, 14 and 15, for whoever speaks as a member."""
    if _forged(facts):
        return _hold(12, Why.FORGED_MEMBER, facts)
    if facts.answers_last_hour >= ANSWERS_PER_HOUR and not facts.approved:
        return _hold(14, Why.TOO_MANY_MAILS, facts)
    return _thread_of_member(facts, addresses) or _report(facts, network)


def _forged(facts: Facts) -> bool:
    return facts.evidence.verdict is Verdict.FAIL and not facts.approved


def _wish(facts: Facts, wish: Wish, member: Member) -> Decision:
    return Command(13, Why.ASKS_US, member.address, wish) if wish.sure else _hold(13, Why.COMMAND_WAITS, facts)


def _thread_of_member(facts: Facts, addresses: tuple[object, ...]) -> Decision | None:
    """Rung 14. A tag of somebody else's conversation is never followed, nor are two that disagree."""
    thread = facts.thread
    own = next((talk for talk in thread.named if talk.member in addresses and not thread.conflict), None)
    if own is not None:
        return _reply(facts, Why.CONTINUES_CONVERSATION, partner=own.partner, bulletin=own.bulletin, tag=own.tag)
    if thread.conflict and not facts.approved:
        return _hold(14, Why.CONFLICTING_MARKS, facts)
    bulletin = thread.bulletin or thread.subject_bulletin
    if bulletin is not None:
        begun = thread.begun_with(bulletin)
        tag = begun.tag if begun else None
        return _reply(facts, Why.ANSWERS_BULLETIN, partner=bulletin.partner, bulletin=bulletin.id, tag=tag)
    if thread.named and not facts.approved:
        return _hold(14, Why.FOREIGN_CONVERSATION, facts)
    return None


def _reply(facts: Facts, why: Why, *, partner: str | None, bulletin: str | None, tag: str | None) -> Decision:
    if facts.author is None:
        return _hold(4, Why.AMBIGUOUS_AUTHOR, facts)
    rule = 14 if facts.speaker is not None else 17
    return Reply(rule, why, facts.author, partner, bulletin, tag)


def _report(facts: Facts, network: Network) -> Decision:
    if facts.author is None or not network.reports_to:
        return _hold(15, Why.NO_RECIPIENTS, facts)
    return Report(15, Why.MEMBER_WRITES, facts.author, network.reports_to)


def _stranger(facts: Facts) -> Decision:
    thread = facts.thread
    if joining := _joining(facts):
        return joining
    if thread.known and not facts.approved:
        return _hold(17, Why.UNKNOWN_ON_THREAD, facts)
    if thread.known and facts.author is not None and (thread.named or thread.bulletin):
        # Released: the neighbour's other address. Its own conversation begins, so that an answer reaches who asked.
        talk = thread.named[0] if thread.named else None
        partner = talk.partner if talk else thread.bulletin.partner if thread.bulletin else None
        bulletin = talk.bulletin if talk else thread.bulletin.id if thread.bulletin else None
        return _reply(facts, Why.ANSWERS_BULLETIN, partner=partner, bulletin=bulletin, tag=None)
    if facts.approved:
        return Bulletin(18, Why.RELEASED, None)
    return Leave(18, Why.STRANGER)


def _joining(facts: Facts) -> Decision | None:
    """Rung 16. Asked by somebody whose own server says that it was not them, it is nobody's wish."""
    wish = facts.wish
    # Below a subject that says it all, people tell who they are; they are asked to confirm anyway.
    wants = wish is not None and wish.verb is Verb.JOIN and (wish.sure or wish.by_subject)
    if facts.author is None or facts.evidence.verdict is Verdict.FAIL or not (wants or facts.confirms):
        return None
    if facts.approved:
        return Join(16, Why.LET_IN, facts.author, let_in=True)
    if facts.confirms:
        return _hold(16, Why.JOIN_WAITS, facts)
    return Join(16, Why.ASKS_TO_JOIN, facts.author, let_in=False)


def _hold(rule: int, why: Why, facts: Facts) -> Hold:
    partner = facts.speaker.id if isinstance(facts.speaker, Partner) else None
    return Hold(rule, why, partner, None)


__all__ = ["Answer", "Released", "decide"]
