"""What can be decided about an arrival, and why. Pure values.

Invariant: every `Hold` says what releasing it would do, because the coordinator is told before deciding.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from binrelay.mail.address import Address
from binrelay.mail.dsn import DeliveryReport
from binrelay.rules.commands import Wish


class Why(StrEnum):
    """The reason for a decision. The value is the key of its sentence in the templates."""

    # ignore
    LOOP = "loop"
    AUTOMATIC = "automatic"
    # hold
    AUTOMATIC_PARTNER = "automatic-partner"
    AMBIGUOUS_AUTHOR = "ambiguous-author"
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    TOO_MUCH_TEXT = "too-much-text"
    UNAUTHENTICATED_PARTNER = "unauthenticated-partner"
    KEY_UNREACHABLE = "key-unreachable"
    UNMATCHED_REPLY = "unmatched-reply"
    ANSWERS_NOTICE = "answers-notice"
    FORWARDED_OURS = "forwarded-ours"
    CONFLICTING_MARKS = "conflicting-marks"
    TOO_MANY_BULLETINS = "too-many-bulletins"
    REPLIES_ONLY = "replies-only"
    MODERATED = "moderated"
    TOO_MANY_MAILS = "too-many-mails"
    FORGED_MEMBER = "forged-member"
    COMMAND_WAITS = "command-waits"
    JOIN_WAITS = "join-waits"
    FOREIGN_CONVERSATION = "foreign-conversation"
    UNKNOWN_ON_THREAD = "unknown-on-thread"
    STALE = "stale"
    DANGEROUS_PROGRAM = "dangerous-program"
    DANGEROUS_MACROS = "dangerous-macros"
    DANGEROUS_ARCHIVE = "dangerous-archive"
    NAMES_A_MEMBER = "names-a-member"
    CANNOT_BE_MADE_SAFE_ENCRYPTED = "cannot-be-made-safe-encrypted"
    CANNOT_BE_MADE_SAFE_SMIME = "cannot-be-made-safe-smime"
    CANNOT_BE_MADE_SAFE_TNEF = "cannot-be-made-safe-tnef"
    CANNOT_BE_MADE_SAFE_PARTIAL = "cannot-be-made-safe-partial"
    CANNOT_BE_MADE_SAFE_OLD_FORM = "cannot-be-made-safe-old-form"
    CANNOT_BE_MADE_SAFE_UUENCODE = "cannot-be-made-safe-uuencode"
    UNSEEN_FILE = "unseen-file"
    NO_RECIPIENTS = "no-recipients"
    POISON = "poison"
    # act
    PARTNER_SPEAKS = "partner-speaks"
    COORDINATOR_SPEAKS = "coordinator-speaks"
    FOLLOW_UP = "follow-up"
    CORRECTION = "correction"
    ANSWERS_CONVERSATION = "answers-conversation"
    ANSWERS_BULLETIN = "answers-bulletin"
    CONTINUES_CONVERSATION = "continues-conversation"
    MEMBER_WRITES = "member-writes"
    DELIVERY_REPORT = "delivery-report"
    ASKS_US = "asks-us"
    ASKS_TO_JOIN = "asks-to-join"
    LET_IN = "let-in"
    # leave
    STRANGER = "stranger"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Bulletin:
    """To every active member."""

    rule: int
    why: Why
    partner: str | None  # None: the network itself speaks
    follows: str | None = None  # BulletinRecord.id of the bulletin it continues


@dataclass(frozen=True, slots=True)
class Reply:
    """A member's answer, to the authority that issued the bulletin or speaks in the conversation."""

    rule: int
    why: Why
    author: Address  # who wrote; answers go to the conversation's member
    partner: str | None  # None: to the coordinators, the bulletin was the network's own
    bulletin: str | None  # BulletinRecord.id
    conversation: str | None  # an existing tag; None: a new conversation begins


@dataclass(frozen=True, slots=True)
class Report:
    """A member's own new message, to the authorities named under `reports_to`."""

    rule: int
    why: Why
    author: Address
    partners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An authority's reply, to the one member of `conversation`."""

    rule: int
    why: Why
    partner: str | None
    conversation: str


@dataclass(frozen=True, slots=True)
class Command:
    """A member's wish to the network itself."""

    rule: int
    why: Why
    member: Address
    wish: Wish


@dataclass(frozen=True, slots=True)
class Join:
    """A stranger wants to be a member: is asked to confirm, or, once a coordinator has decided, is let in."""

    rule: int
    why: Why
    person: Address
    let_in: bool


@dataclass(frozen=True, slots=True)
class Ignore:
    rule: int
    why: Why


@dataclass(frozen=True, slots=True)
class Bounce:
    rule: int
    why: Why
    report: DeliveryReport


@dataclass(frozen=True, slots=True)
class Leave:
    """A person reads this mailbox too: the mail stays in INBOX, unread."""

    rule: int
    why: Why


Released = Bulletin | Reply | Report | Answer | Join | Leave


@dataclass(frozen=True, slots=True)
class Hold:
    """Waits for the coordinator. `released` is what the ladder decides once the coordinator vouches for it.

    `released` is None where releasing cannot send anything, such as mail that would name a member.
    """

    rule: int
    why: Why
    partner: str | None
    released: Released | None


Decision = Bulletin | Reply | Report | Answer | Command | Join | Hold | Ignore | Bounce | Leave
