"""The keys of the configuration, their types, defaults and one line about each. Pure.

Invariant: every default of binrelay stands here (those that depend on another key, folder names and ports, in
`defaults`), and every description is fit for an editor's tooltip.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core.core_schema import no_info_after_validator_function

from binrelay.config.local import (
    ClockTimeValue,
    Off,
    Replies,
    RepliesValue,
    TelephoneValue,
    TimezoneValue,
    WeekdayValue,
    none_if_off,
)
from binrelay.config.passwords import PasswordValue
from binrelay.config.profiles import Profile
from binrelay.config.values import (
    AddressValue,
    Authentication,
    AuthenticationValue,
    ConnectionsValue,
    CountValue,
    DeliveryValue,
    DurationValue,
    HostValue,
    IdentityValue,
    IdValue,
    KeepaliveValue,
    LanguageValue,
    NameValue,
    NetworkNameValue,
    PatternValue,
    PlainValue,
    PortValue,
    SecurityValue,
    ServerIdValue,
    SizeValue,
    SubaddressValue,
    TokenUrlValue,
    choice_of,
)
from binrelay.mail.address import Address
from binrelay.model import AuthenticationRule, Delivery, Identity, Language, Security


class Values(BaseModel):
    # An error text must never carry the input: it may be a password or a member's address.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Provider(StrEnum):
    """Who gives out access tokens."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"


ProfileValue = Annotated[
    Profile,
    PlainValidator(choice_of(Profile)),
    WithJsonSchema({"type": "string", "enum": [p.value for p in Profile]}),
]
ProviderValue = Annotated[
    Provider,
    PlainValidator(choice_of(Provider)),
    WithJsonSchema({"type": "string", "enum": [p.value for p in Provider]}),
]


def _under(key: str, written: object) -> BeforeValidator:
    """A bare text stands for a mapping with only that key; `written` is the type of both forms."""

    def widen(value: object) -> object:
        return {key: value} if isinstance(value, str) else value

    return BeforeValidator(widen, json_schema_input_type=written)


def _or_nothing(value: object) -> object:
    """A list whose every line was commented out is an empty list."""
    return [] if value is None else value


class CoordinatorValues(Values):
    address: AddressValue = Field(description="where notices go, and who may post for the network")
    name: NameValue | None = Field(None, description="the coordinator's name")
    bulletins: bool = Field(False, description="true: gets the bulletins too, as a member does; default: false")


class OAuth2Values(Values):
    provider: ProviderValue | None = Field(None, description="fills in token_url and scope")
    client_id: PasswordValue | None = Field(None, description="of the app registration")
    client_secret: PasswordValue | None = Field(None, description="of the app registration, where it has one")
    refresh_token: PasswordValue | None = Field(None, description="without it the app logs in as itself")
    tenant: PlainValue | None = Field(None, description="Microsoft's directory id; default: common")
    token_url: TokenUrlValue | None = Field(None, description="where access tokens are fetched, https://…")
    scope: PlainValue | None = Field(None, description="what is asked for, separated by spaces")
    device_url: TokenUrlValue | None = Field(None, description="where `authorize` begins with a code to type elsewhere")
    authorize_url: TokenUrlValue | None = Field(None, description="the page where `authorize` sends a browser, else")


class AuthValues(Values):
    oauth2: Annotated[OAuth2Values, _under("provider", ProviderValue | OAuth2Values)] = Field(
        description="google, microsoft, or a mapping"
    )


class ServerValues(Values):
    host: HostValue = Field(description="the server's name")
    port: PortValue | None = Field(None, description="default: the usual port of `security`")
    security: SecurityValue = Field(Security.TLS, description="tls (default), starttls, or none (loopback only)")
    username: PlainValue | None = Field(None, description="left out for a server that asks for none")
    password: PasswordValue | None = Field(
        None, description="{secret: NAME}, {file: PATH}, {env: VARIABLE} or in clear"
    )
    auth: AuthValues | None = Field(None, description="in place of a password: {oauth2: google}")
    ca_file: PlainValue | None = Field(None, description="one more certificate authority, a PEM file")


class ImapValues(ServerValues):
    keepalive: KeepaliveValue = Field(
        120.0, description="IDLE is renewed and the mailbox scanned that often; default: 2m"
    )


class SmtpValues(ServerValues):
    profile: ProfileValue | None = Field(
        None, description="a provider whose limits are known; the next six win over it"
    )
    max_recipients: CountValue | None = Field(None, description="the provider's limit per mail; default: 50")
    messages_per_minute: CountValue | None = Field(None, description="the provider's limit; default: none")
    messages_per_hour: CountValue | None = Field(None, description="the provider's limit; default: none")
    messages_per_day: CountValue | None = Field(None, description="the provider's limit; default: none")
    recipients_per_hour: CountValue | None = Field(None, description="the provider's limit; default: none")
    recipients_per_day: CountValue | None = Field(None, description="the provider's limit; default: none")
    connections: ConnectionsValue = Field(4, description="how many at the same time; default: 4")


class PartnerValues(Values):
    id: IdValue = Field(description="short name in this file, in logs and in status")
    name: NameValue = Field(description="what members see, and never what the mail itself says")
    senders: list[PatternValue] = Field(min_length=1, description='who may issue bulletins: addresses, or "@domain"')
    replies_to: list[AddressValue] = Field(min_length=1, description="where members' replies and reports go")
    authentication: AuthenticationValue = Field(
        Authentication(AuthenticationRule.DMARC),
        description="dmarc (default), dkim:DOMAIN (mails through a service), or none",
    )
    moderate: bool = Field(False, description="true: hold each bulletin for the coordinator")
    bulletins_per_hour: CountValue = Field(6, description="more than this is held; default: 6")
    replies: RepliesValue = Field(
        Replies.EACH, description="each (default): members' replies one by one; digest: together at digest_times"
    )
    digest_times: list[ClockTimeValue] = Field(
        default_factory=lambda: [9 * 60, 17 * 60], min_length=1, description='default: ["09:00", "17:00"]'
    )
    tell_count: bool = Field(False, description="true: tell the author to how many members a bulletin went")


class MemberValues(Values):
    address: AddressValue = Field(description="where bulletins go")
    name: NameValue | None = Field(None, description="shown where identity is named, taken out where it is not")
    also: list[AddressValue] = Field(default_factory=list, description="further addresses the member writes from")
    language: LanguageValue | None = Field(None, description="default: the network's")
    identity: IdentityValue | None = Field(None, description="default: the network's")
    paused: bool = Field(False, description="true: gets no bulletins for now")


@dataclass(frozen=True, slots=True)
class ListedMember:
    """What is kept of `MemberValues` until all are read: thousands of them at a quarter of the room."""

    address: Address
    name: str | None
    also: tuple[Address, ...]
    language: Language | None  # None: the network's, and so with `identity`
    identity: Identity | None
    paused: bool


def _kept(values: MemberValues) -> ListedMember:
    return ListedMember(
        values.address, values.name, tuple(values.also), values.language, values.identity, values.paused
    )


_AS_WRITTEN = GetPydanticSchema(lambda _, read: no_info_after_validator_function(_kept, read(MemberValues)))


class FolderValues(Values):
    root: NameValue = Field("BIN", description="the four folders lie below this one; default: BIN")
    done: NameValue | None = Field(None, description="what was relayed or ignored; default: by language")
    held: NameValue | None = Field(None, description="what waits for the coordinator; default: by language")
    release: NameValue | None = Field(None, description="drag mail here to send it; default: by language")
    rejected: NameValue | None = Field(None, description="drag mail here to end it; default: by language")


class RetentionValues(Values):
    content: DurationValue = Field(30 * 86400.0, description="what mails said is forgotten after this; default: 30d")
    conversations: DurationValue = Field(
        180 * 86400.0, description="who spoke with whom is forgotten after this; default: 180d"
    )


class TelephoneValues(Values):
    urgent: TelephoneValue = Field("112", description="when every second counts; default: 112")
    other: TelephoneValue = Field("0900-8844", description="the police when it can wait; default: 0900-8844")


class DigestValues(Values):
    day: WeekdayValue = Field(0, description="monday (default) to sunday")
    at: ClockTimeValue = Field(8 * 60, description='the time of the day; default: "08:00"')


class RetryValues(Values):
    first: DurationValue = Field(60.0, description="wait before the second attempt, doubling from there; default: 1m")
    longest: DurationValue = Field(3600.0, description="the longest wait between two attempts; default: 1h")
    give_up: DurationValue = Field(5 * 86400.0, description="a recipient fails for good after this; default: 5d")
    uncertain: DurationValue = Field(
        300.0, description="wait where the server may have taken the mail already; default: 5m"
    )


class NetworkValues(Values):
    id: IdValue = Field(description="short name in logs, status and commands")
    name: NetworkNameValue = Field(description="what people see, and in brackets before each subject")
    address: AddressValue = Field(description="the coordinator's mail address, which police and members write to")
    language: LanguageValue = Field(
        Language.NL, description="of footers, notices and folder names: nl (default), en, fr, de"
    )
    coordinators: list[Annotated[CoordinatorValues, _under("address", AddressValue | CoordinatorValues)]] = Field(
        min_length=1, description="who decides about held mail and gets notices: addresses, or {address, name}"
    )
    imap: ImapValues = Field(description="the mailbox")
    smtp: SmtpValues = Field(description="the server that takes outgoing mail")
    trusted_authserv_ids: list[ServerIdValue] = Field(
        default_factory=list, description="the provider's own name in Authentication-Results"
    )
    partners: list[PartnerValues] = Field(min_length=1, description="police, municipality: who may issue bulletins")
    reports_to: list[IdValue] = Field(
        default_factory=list, description="ids of the partners that members' own reports go to; none: they are held"
    )
    members: Annotated[
        list[Annotated[ListedMember, _AS_WRITTEN, _under("address", AddressValue | MemberValues)]],
        BeforeValidator(_or_nothing),
    ] = Field(default_factory=list, description="who receives bulletins: addresses, or {address, name, …}")
    members_file: PlainValue | None = Field(None, description="more members, in a YAML file beside this one")
    identity: IdentityValue = Field(
        Identity.PSEUDONYM, description="what authorities see: pseudonym (default) or named"
    )
    delivery: DeliveryValue = Field(Delivery.BCC, description="bcc (default: one mail, many recipients) or individual")
    subaddress: SubaddressValue | None = Field(None, description='"+" where coordinator+anything@ arrives as well')
    folders: FolderValues = Field(FolderValues(), description="names of the folders in the mailbox")
    retention: RetentionValues = Field(RetentionValues(), description="how long things are remembered")
    delay: DurationValue | None = Field(
        None, description="a bulletin waits that long, so that a coordinator can stop it; default: it does not wait"
    )
    digest: Annotated[DigestValues | None, BeforeValidator(none_if_off, json_schema_input_type=DigestValues | Off)] = (
        Field(DigestValues(), description="when coordinators get their letter of the week; or off")
    )
    urgent_words: list[NameValue] = Field(
        default_factory=list, description="beside ours: in a member's mail each of them is a cry for help"
    )
    timezone: TimezoneValue = Field(ZoneInfo("Europe/Amsterdam"), description="default: Europe/Amsterdam")
    telephone: TelephoneValues = Field(
        TelephoneValues(), description="the numbers in every mail to a member; default: the Netherlands'"
    )
    welcome: bool = Field(
        False, description="true: members added from now on get a word of welcome, once; default: false"
    )
    max_size: SizeValue = Field(25_000_000, description="larger mails are held; default: 25MB")
