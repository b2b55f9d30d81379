"""What is known about one arrival before it is judged. Pure.

Invariant: a fact never depends on a decision; `approved` is a fact too, so that a released mail takes the same path.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from binrelay.mail.address import Address
from binrelay.mail.authentication import Evidence, Verdict
from binrelay.mail.automatic import Automatic, read_automatic
from binrelay.mail.danger import find_danger
from binrelay.mail.danger_names import Danger
from binrelay.mail.dsn import DeliveryReport, read_delivery_report
from binrelay.mail.mark import is_our_mark
from binrelay.mail.marks import Marks
from binrelay.mail.message import Message
from binrelay.mail.readable import has_too_much_text
from binrelay.mail.report_keys import Ours
from binrelay.model import AuthenticationRule, BulletinRecord, Coordinator, Member, Network, Partner
from binrelay.records import Recall
from binrelay.rules.commands import Wish, read_wish
from binrelay.rules.corrections import corrected_bulletin, speaks_of_correction
from binrelay.rules.joining import confirms
from binrelay.rules.threads import Thread, find_thread, forwards_ours, is_follow_up, looks_like_reply
from binrelay.rules.urgency import looks_urgent
from binrelay.rules.wish_words import Verb

Speaker = Partner | Coordinator | Member | None


@dataclass(frozen=True, slots=True)
class Facts:
    author: Address | None
    speaker: Speaker
    evidence: Evidence
    loop: bool = False
    report: DeliveryReport | None = None
    automatic: Automatic | None = None
    oversize: bool = False
    unsafe: str | None = None  # why it cannot be read safely
    too_much_text: bool = False  # more than is looked through for whom it names
    stale: bool = False
    danger: Danger | None = None  # an attachment that could harm who opens it
    approved: bool = False
    thread: Thread = field(default_factory=Thread)
    reply_like: bool = False
    forward: bool = False
    forwards_ours: bool = False
    follow_up: bool = False
    urgent: bool = False  # a person's mail that looks as if it could not wait
    corrects: BulletinRecord | None = None  # the author's own bulletin that it sets right or takes back
    bulletins_last_hour: int = 0
    answers_last_hour: int = 0  # authorities' answers to this member
    wish: Wish | None = None  # to the network itself
    confirms: bool = False  # answers our question whether to join

    @property
    def asked_by_button(self) -> bool:
        """A mail program wrote it because a member pressed "unsubscribe". Apple's calls itself auto-replied."""
        wish, own = self.wish, isinstance(self.speaker, Member)
        leaving = wish is not None and wish.verb is Verb.LEAVE and wish.sure and wish.by_subject and not wish.ordinary
        return own and leaving and self.automatic in (Automatic.AUTO_REPLIED, Automatic.AUTO_GENERATED)

    @property
    def authenticated(self) -> bool:
        return self.evidence.verdict is Verdict.PASS


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the mail itself does not say."""

    evidence: Evidence
    whole: bool = True  # False: larger than `max_size`, its header alone was fetched
    age: float = 0.0  # seconds between arrival in the mailbox and now
    approved: bool = False  # the coordinator vouches for it
    now: float = 0.0


STALE = 48 * 3600.0
MAX_HOPS = 50  # Received fields; ordinary mail has up to fifteen


def speaker_of(author: Address | None, network: Network) -> Speaker:
    """The role of an author; the configuration sees to it that nobody has two."""
    if author is None:
        return None
    for partner in network.partners:
        if partner.writes(author):
            return partner
    for coordinator in network.coordinators:
        if coordinator.address == author:
            return coordinator
    member = network.roster.get(author.key)
    return None if member is None or member.left else member


def gather(message: Message, marks: Marks, *, recall: Recall, network: Network, around: Circumstances) -> Facts:
    """Everything the ladder asks, from the mail, our memory and the circumstances."""
    thread = find_thread(marks, recall)
    speaker = speaker_of(message.author, network)
    partner = speaker.id if isinstance(speaker, Partner) else None
    automatic = None if message.unsafe else read_automatic(message)
    return Facts(
        author=message.author,
        speaker=speaker,
        evidence=_evidence(speaker, around.evidence),
        loop=recall.issued or is_our_mark(marks.loop_mark, recall.key) or hops(message) > MAX_HOPS,
        answers_last_hour=recall.answers_lately,
        report=None if message.unsafe else read_delivery_report(message, Ours(network.address, recall.key)),
        automatic=automatic,
        oversize=not around.whole,
        unsafe=message.unsafe or _split(message),
        too_much_text=has_too_much_text(message),
        stale=around.age > STALE,
        danger=find_danger(message),
        approved=around.approved,
        thread=thread,
        reply_like=looks_like_reply(marks, thread),
        forward=marks.subject.forward,
        forwards_ours=forwards_ours(marks, thread),
        follow_up=is_follow_up(marks, thread, recall=recall, partner=partner),
        urgent=automatic is None and not message.unsafe and looks_urgent(message, network.urgent_words),
        corrects=corrected_bulletin(thread, partner) if corrects(speaker, marks, message) else None,
        bulletins_last_hour=recall.bulletins_last_hour,
        wish=None if message.unsafe else read_wish(message, marks.subject, network.name),
        confirms=not message.unsafe and confirms(message, network, key=recall.key, now=around.now),
    )


def corrects(speaker: Speaker, marks: Marks, message: Message) -> bool:
    """Whether an authority or a coordinator speaks of a correction."""
    return isinstance(speaker, Partner | Coordinator) and speaks_of_correction(marks.subject.bare, message)


def _split(message: Message) -> str | None:
    """RFC 2046 5.2.2: what the whole mail says is known to nobody before all its pieces are there."""
    cut = message.root is not None and message.root.media_type == "message/partial"
    return "it is one piece of a mail that was cut up" if cut else None


def hops(message: Message) -> int:
    """How often servers have handed it on (RFC 5321 6.3)."""
    return len(message.header.all("received"))


def _evidence(speaker: Speaker, evidence: Evidence) -> Evidence:
    if isinstance(speaker, Partner) and speaker.authentication is AuthenticationRule.NONE:
        return Evidence(Verdict.PASS, "not asked: this partner is set to `authentication: none`")
    return evidence
