"""The nouns of a neighbourhood's network. Pure, frozen values; nothing here acts.

Durations are seconds (float), sizes are bytes, moments are Unix time in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from binrelay.mail.address import Address
from binrelay.mail.people import People


class Language(StrEnum):
    NL = "nl"
    EN = "en"
    FR = "fr"
    DE = "de"


class Identity(StrEnum):
    """What the authority sees of a member."""

    PSEUDONYM = "pseudonym"
    NAMED = "named"


class Delivery(StrEnum):
    BCC = "bcc"
    INDIVIDUAL = "individual"


class Listed(StrEnum):
    """What the YAML says of somebody."""

    ACTIVE = "active"
    PAUSED = "paused"
    ABSENT = "absent"


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password that no traceback or log line can show."""

    value: str

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class ImapAccount:
    host: str
    port: int
    security: Security
    username: str | None  # None: the server asks for none
    password: Secret | None
    keepalive: float  # IDLE is renewed and the mailbox scanned that often
    ca_file: Path | None = None
    oauth2: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    host: str
    port: int
    security: Security
    username: str | None
    password: Secret | None
    max_recipients: int  # per transaction
    messages_per_minute: int | None  # transactions; None: no limit, as in the others
    recipients_per_day: int | None
    connections: int
    ca_file: Path | None = None
    oauth2: Mapping[str, str] | None = None
    messages_per_hour: int | None = None
    messages_per_day: int | None = None
    recipients_per_hour: int | None = None


@dataclass(frozen=True, slots=True)
class SenderPattern:
    """Who may speak for a partner: one address, or every address of exactly one domain (`@oost.politie.example`)."""

    address: Address | None
    domain: str | None  # lower case, A-labels

    def matches(self, address: Address) -> bool:
        return address == self.address if self.address else address.domain == self.domain


class AuthenticationRule(StrEnum):
    DMARC = "dmarc"
    DKIM = "dkim"  # a pass of `Partner.dkim_domain`, for a partner who mails through a service
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Coordinator:
    address: Address
    name: str | None = None
    bulletins: bool = False  # gets them as a member does


@dataclass(frozen=True, slots=True)
class Partner:
    id: str
    name: str
    senders: tuple[SenderPattern, ...]
    replies_to: tuple[Address, ...]
    authentication: AuthenticationRule
    dkim_domain: str | None
    moderate: bool
    bulletins_per_hour: int
    gather_at: tuple[int, ...]  # replies come together at these minutes after midnight; empty: each at once
    tell_count: bool  # hears to how many members a bulletin went

    def issues(self, author: Address) -> bool:
        """Whether that address may write to all members."""
        return any(pattern.matches(author) for pattern in self.senders)

    def writes(self, author: Address) -> bool:
        """Whether it is the partner who writes: whoever gets the members' replies answers them too."""
        return self.issues(author) or author in self.replies_to


@dataclass(frozen=True, slots=True)
class Member:
    address: Address
    name: str | None
    also: tuple[Address, ...]  # may write from these too; bulletins go to `address` only
    language: Language
    identity: Identity
    paused: bool = False
    left: bool = False  # still known, so that nobody learns the address; no member any more
    listed: Listed = Listed.ACTIVE  # by the YAML, whatever the member wished since

    @property
    def addresses(self) -> tuple[Address, ...]:
        return (self.address, *self.also)


@dataclass(frozen=True, slots=True)
class Folders:
    """Folder names as a person sees them, each below `root`."""

    root: str
    done: str
    held: str
    release: str
    rejected: str


@dataclass(frozen=True, slots=True)
class Retention:
    content: float
    conversations: float


@dataclass(frozen=True, slots=True)
class Telephone:
    """The numbers that every mail to a member names, as people say them."""

    urgent: str  # when every second counts
    other: str  # the police, when it can wait


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When the coordinators get their letter of the week, in the network's time zone."""

    weekday: int  # 0 is Monday
    minute: int  # after midnight


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    first: float
    longest: float
    give_up: float
    uncertain: float


@dataclass(frozen=True, slots=True)
class Network:
    id: str
    name: str
    address: Address
    language: Language
    coordinators: tuple[Coordinator, ...]
    partners: tuple[Partner, ...]
    reports_to: tuple[str, ...]  # partner ids
    members: tuple[Member, ...]
    imap: ImapAccount
    smtp: SmtpAccount
    trusted_authserv_ids: tuple[str, ...]
    identity: Identity
    delivery: Delivery
    subaddress: str | None  # "+", where the provider delivers coordinator+tag@ too
    folders: Folders
    retention: Retention
    max_size: int
    delay: float  # a bulletin waits that long, so that a coordinator can stop it
    digest: DigestTime | None  # None: no letter of the week
    telephone: Telephone
    urgent_words: tuple[str, ...]  # beside our own: in a member's mail each is a cry for help
    timezone: ZoneInfo  # of the people, wherever the server stands
    welcome: bool = False  # whoever the admin adds gets a word of welcome
    roster: Mapping[str, Member] = field(default_factory=dict, repr=False, compare=False)
    """Each member under each of its addresses' keys, those who left included: nobody may learn their address either."""
    people: People = field(init=False, repr=False, compare=False)
    """Everybody on the roster, as the final check looks for them."""
    named: People = field(init=False, repr=False, compare=False)
    """The names of those whom authorities know by name, for we told them."""

    def __post_init__(self) -> None:
        known = self.roster.values()
        object.__setattr__(self, "people", People(self.roster, [member.name for member in known]))
        names = [member.name for member in known if member.identity is Identity.NAMED]
        object.__setattr__(self, "named", People(names=names))

    def partner(self, partner_id: str) -> Partner:
        return next(partner for partner in self.partners if partner.id == partner_id)

    @property
    def active_members(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if not member.paused)


class Phrases(Protocol):
    """The texts in a person's language; `templates` makes one. Raises KeyError for an unknown name or variable."""

    def __call__(self, name: str, language: Language, /, **values: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """One configuration file, whole and valid."""

    path: Path
    store: str  # sqlite:///… or postgresql://…
    networks: tuple[Network, ...]
    retry: RetrySchedule
    phrases: Phrases  # with the admin's own texts in place of ours
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()  # every file that was read: watch these

    def network(self, network_id: str) -> Network:
        return next(network for network in self.networks if network.id == network_id)


@dataclass(frozen=True, slots=True)
class BulletinRecord:
    """A bulletin that went out."""

    id: str
    partner: str | None  # None: the network itself spoke
    message_id: str  # ours, without angle brackets
    original_id: str | None  # the author's own Message-ID, without angle brackets
    subject: str  # bare: no prefixes, no tags
    sent_at: float
    replied: bool  # a member's reply to it has been passed to that partner
    members: int | None = None  # how many there were when it was composed; None: nobody noted it


@dataclass(frozen=True, slots=True)
class Conversation:
    """One member and one partner about one bulletin or report."""

    tag: str  # eight characters of Crockford's base32, upper case
    member: Address  # the address that answers go to
    partner: str | None  # None: about a bulletin of the network itself, the other side is the coordinators
    bulletin: str | None  # BulletinRecord.id; None: about a report
    last_id: str | None  # the Message-ID of the member's latest mail, for the answer's threading
    partner_last_id: str | None  # the Message-ID of the authority's latest mail in it
    acknowledged_at: float | None
    warned_at: float | None = None  # when the member was told to call instead of mailing
