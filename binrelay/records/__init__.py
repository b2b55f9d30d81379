"""What the store keeps and tells: rows as values. Pure.

Moments are Unix time; Message-IDs stand without angle brackets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from binrelay.mail.address import Address
from binrelay.mail.report_keys import ReportKeys
from binrelay.model import BulletinRecord, Conversation
from binrelay.records.members import BounceRecord, Returned, Standing


class Kind(StrEnum):
    """Kinds of outgoing mail, most urgent first."""

    ANSWER = "answer"
    REPLY = "reply"
    REPORT = "report"
    BULLETIN = "bulletin"
    ACKNOWLEDGEMENT = "acknowledgement"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Mail:
    """One outgoing mail: one content, its recipients, and the keys by which answers to it will be known."""

    key: str  # unique; the same arrival composes the same keys
    network: str
    kind: Kind
    message_id: str  # without angle brackets
    reverse_path: Address | None
    verp: bool  # one transaction a recipient, each with a reverse-path of its own
    content: bytes
    recipients: tuple[Address, ...]
    bulletin: str | None = None  # BulletinRecord.id it belongs to
    conversation: str | None = None  # tag it belongs to
    may_name: tuple[Address, ...] = ()  # members whose own address (and name) may stand in the content
    not_before: float | None = None  # due then, until which `freeze` stops it; None: at once


@dataclass(frozen=True, slots=True)
class ArrivalRecord:
    """An arrival and its decision, as kept."""

    id: str  # eight characters, what `held` shows; unique
    network: str
    digest: str
    decision: str  # bulletin reply report answer hold ignore bounce leave
    rule: int
    why: str  # rules.decision.Why
    state: (
        str  # "held", "left" or "ignored" can be released; "waiting" goes out by itself; "released", "rejected", "done"
    )
    partner: str | None
    author: Address | None
    message_id: str | None
    subject: str
    arrived: float
    decided: float
    size: int
    releases: str  # what releasing would do: a decision name, or "nothing"
    reaches: int  # to how many recipients
    content: bytes | None = None  # kept while it is held
    told: bool = False  # the coordinators have had their notice
    reminded: float | None = None  # when they were reminded last
    settled: float | None = None  # when held mail was released or rejected
    erased: bool = False  # at a person's wish: the mail has to go from the folders too


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one decision changes. It is written in one transaction or not at all."""

    arrival: ArrivalRecord
    mails: tuple[Mail, ...] = ()
    bulletin: BulletinRecord | None = None
    conversations: tuple[Conversation, ...] = ()  # new ones, and old ones with their new state (same tag)
    replied: tuple[str, ...] = ()  # BulletinRecord ids a member's reply to which is passed on now
    bounces: tuple[BounceRecord, ...] = ()
    settles: str | None = None  # ArrivalRecord.id of the held mail this releases
    told: tuple[str, ...] = ()  # ArrivalRecord ids whose notice is among `mails`
    standings: tuple[Standing, ...] = ()  # what members wish for themselves


@dataclass(frozen=True, slots=True)
class Query:
    """What one arrival makes us ask of our memory."""

    network: str
    digest: str
    own_ids: tuple[str, ...]  # every Message-ID under which it may itself be known
    ids: tuple[str, ...]  # every Message-ID it points at
    tags: tuple[str, ...]  # every conversation tag it shows anywhere
    subject: str  # bare, case-folded
    author: Address | None  # the member's primary address where the author is one
    partner: str | None
    now: float
    corrects: bool = False  # whom the bulletins that it names have reached is wanted too
    writer: Address | None = None  # the author as the mail names it
    report: ReportKeys | None = None  # where it is a delivery report: the keys that it holds …
    failed: tuple[Address, ...] = ()  # … and whom it names


@dataclass(frozen=True, slots=True)
class Known:
    """What a Message-ID stands for in our memory."""

    ours: bool  # we issued it; False: a partner's original, or a member's own mail
    bulletin: str | None
    conversation: str | None


@dataclass(frozen=True, slots=True)
class Recall:
    """What our memory says. Bulletins and conversations hold every one that the other fields name."""

    seen: ArrivalRecord | None = None  # this arrival, where it was decided before
    issued: bool = False  # one of its own Message-IDs is one we issued
    ids: Mapping[str, Known] = field(default_factory=dict)
    tags: Mapping[str, Conversation] = field(default_factory=dict)  # tag → conversation, those named by ids included
    bulletins: Mapping[str, BulletinRecord] = field(default_factory=dict)  # id → bulletin
    same_subject: tuple[str, ...] = ()  # ids of bulletins of the last 60 days with that bare subject
    between: tuple[Conversation, ...] = ()  # all conversations of `Query.author` about a bulletin named above
    reached: Mapping[str, frozenset[str]] = field(default_factory=dict)  # bulletin id → keys, where `Query.corrects`
    warned_at: float | None = None  # when `Query.author` was last told to call instead of mailing
    bulletins_last_hour: int = 0  # of `Query.partner` (None: the network's own)
    key: bytes = field(default=b"", repr=False)  # of the installation; empty where nothing is remembered
    answers_lately: int = 0  # authorities' answers to `Query.author` within the hour
    answered: int = 0  # automatic answers within the day: to `Query.writer` …
    answered_all: int = 0  # … to everybody …
    answered_strangers: int = 0  # … and to strangers
    returned: tuple[Returned, ...] = ()  # what `Query.report` is about


@dataclass(frozen=True, slots=True)
class Claim:
    """What a daemon asks the outbox for: due recipients of one mail, within what its account may send now."""

    network: str
    owner: str  # the daemon
    now: float
    recipients: int  # at most
    transactions: int  # at most
    per_transaction: int  # recipients one may have, unless the mail goes one each


@dataclass(frozen=True, slots=True)
class Batch:
    """Claimed recipients of one mail. `attempts` counts earlier tries, the same for all of them."""

    mail: Mail
    ids: tuple[int, ...]  # row ids, in the order of mail.recipients (which here are the batch's alone)
    attempts: int
    uncertain: int
    first_due: float  # when the mail was due first
    told: str = ""  # what the coordinators have heard of it


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes in one transaction."""

    batch: Batch
    ids: tuple[int, ...]
    recipients: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What left at one moment, as providers count it."""

    number: int  # in the order of the store
    at: float
    transactions: int
    recipients: int


@dataclass(frozen=True, slots=True)
class Departure:
    """Transactions whose final dot is about to leave, all in one flight. From here on a lost line is uncertain."""

    ids: tuple[int, ...]  # rows of their recipients
    account: str
    at: float
    transactions: int

    @property
    def recipients(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Outcome:
    """R3, R4, R1 again with a later `due`, or held for a person: the same for all these rows."""

    ids: tuple[int, ...]
    state: str  # "sent", "failed", "queued" or "held"
    due: float
    code: int
    status: str | None
    text: str
    uncertain: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    held: int  # mails that wait for a person, on their way in or out
    queued: int  # recipients due now
    deferred: int  # recipients due later
    left: int  # mails left alone in INBOX


@dataclass(frozen=True, slots=True)
class Watch:
    """Where reading of a mailbox began."""

    uidvalidity: int
    first_uid: int  # mails with a lower uid were there before us and are left alone
    since: float
    left_alone: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """What has become of one mail's recipients."""

    total: int
    sent: int
    failed: int
    open: int  # neither sent nor failed nor held
    held: int  # wait for a person
    uncertain: int  # of those held: nobody knows whether the server took it
    statuses: tuple[tuple[str, int], ...]  # failures by status or reply code: ("5.1.1", 3)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A mail that is not out yet long after it was due."""

    mail: str  # key
    kind: Kind
    since: float  # when it was due first
    open: int  # recipients still queued
    told: str  # what the coordinators have heard of it
