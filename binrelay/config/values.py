"""The single values of the configuration: text as the admin writes it, to the value the program works with.

Pure. Each reader refuses with one sentence that says the cure, and never quotes an address, a name or a password: these
sentences travel in logs and notices.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from binrelay.mail.address import Address, domain_key, parse_address
from binrelay.model import AuthenticationRule, Delivery, Identity, Language, Security, SenderPattern

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)")
_SIZES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_SIZE = re.compile(r"(\d{1,9})(b|kb|mb|gb)", re.IGNORECASE)
_ID = re.compile(r"[a-z0-9-]{1,64}")
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_LONGEST = 3650 * 86400.0

# Anybody can have an address there: as a pattern it would let the whole world speak for the partner.
_PUBLIC_NAMES = {
    "com": "aol gmail gmx googlemail hotmail icloud live mac mail me msn outlook protonmail yahoo ymail",
    "nl": "caiway casema chello hetnet home hotmail kpnmail kpnplanet live onsbrabantnet outlook planet quicknet solcon"
    " tele2 upcmail wanadoo xs4all yahoo zeelandnet ziggo zonnet",
    "be": "hotmail live outlook proximus skynet telenet",
    "de": "freenet gmx hotmail outlook t-online web yahoo",
    "fr": "free hotmail laposte live orange outlook sfr wanadoo yahoo",
    "at": "gmx",
    "ch": "gmx",
    "co.uk": "hotmail yahoo",
    "me": "proton",
    "net": "gmx",
}
_PUBLIC_MAIL = frozenset(f"{name}.{end}" for end, names in _PUBLIC_NAMES.items() for name in names.split())

E = TypeVar("E", bound=StrEnum)


def refusal(message: str) -> PydanticCustomError:
    """What a reader raises; pydantic adds the location."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def nearest(word: str, options: Iterable[str]) -> list[str]:
    """The option that `word` was probably meant to be; empty where none is near."""
    return difflib.get_close_matches(word.lower(), list(options), n=1, cutoff=0.6)


def suggestion(word: str, options: Iterable[str]) -> str:
    """`; did you mean "…"?`, or nothing where none is near."""
    near = nearest(word, options)
    return f'; did you mean "{near[0]}"?' if near else ""


def text_of(value: object) -> str:
    """Refuses what YAML reads as something else than text, and empty text."""
    match value:
        case str() if value.strip():
            return value
        case None | str():
            raise refusal("is empty; give it a value or leave the key out")
        case bool() | int() | float():
            kind = "true or false" if isinstance(value, bool) else "a number"
            raise refusal(f"is {kind} to YAML, text is wanted; put it in quotes")
        case _:
            raise refusal("is a list or mapping; one text is wanted")


def read_duration(value: object) -> float:
    """Seconds, more than none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = f"{value:.15g}"
        raise refusal(f"{number} has no unit; write {number}s, {number}m, {number}h or {number}d")
    text = text_of(value)
    match = _DURATION.fullmatch(text)
    if not match:
        raise refusal(f'"{text}" is no duration; write a number and one of ms, s, m, h, d: 90s, 2m, 30d')
    seconds = float(match[1]) * _UNITS[match[2]]
    if not 0 < seconds <= _LONGEST:
        raise refusal(f'"{text}" is out of range; it must be more than 0 and at most 3650d')
    return seconds


def read_keepalive(value: object) -> float:
    """RFC 2177: a server may hang up after 30 minutes of IDLE."""
    seconds = read_duration(value)
    if seconds > 29 * 60:
        raise refusal("must be at most 29m: servers hang up on a longer silence")
    return seconds


def read_size(value: object) -> int:
    """Bytes, more than none; kB, MB and GB are powers of 1000."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refusal(f"{value:.15g} has no unit; write {value:.15g}MB or {value:.15g}kB")
    text = text_of(value)
    match = _SIZE.fullmatch(text)
    if not match or not int(match[1]):
        raise refusal(f'"{text}" is no size; write a whole number and one of B, kB, MB, GB: 25MB, 500kB')
    return int(match[1]) * _SIZES[match[2].lower()]


def read_address(value: object) -> Address:
    address = parse_address(text_of(value))
    if address is None:
        raise refusal("is no mail address; write it plainly, as in jan@mail.example")
    return address


def read_pattern(value: object) -> SenderPattern:
    text = text_of(value)
    if not text.startswith("@"):
        address = parse_address(text)
        if address is None:
            raise refusal('is no sender; write one address, or "@domain" for every address of exactly that domain')
        return SenderPattern(address, None)
    domain = domain_key(text[1:])
    if domain is None:
        raise refusal(f'"{text}" is no domain; write "@politie.example", without wildcards')
    if domain in _PUBLIC_MAIL:
        raise refusal(f'everybody can have an address "{text}" and would speak for this partner; list single addresses')
    return SenderPattern(None, domain)


def read_id(value: object) -> str:
    text = text_of(value)
    if not _ID.fullmatch(text):
        raise refusal(f'"{text}" is no id; use small letters, digits and "-" only, at most 64')
    return text


def read_name(value: object) -> str:
    """A display name: one line."""
    text = text_of(value).strip()
    if not text.isprintable() or len(text) > 100:
        raise refusal("must be one line of at most 100 characters, without control characters")
    return text


def read_network_name(value: object) -> str:
    """It stands between brackets before each subject."""
    text = read_name(value)
    if set(text) & set("[]"):
        raise refusal('must not hold "[" or "]": it stands between them in each subject')
    return text


def read_plain(value: object) -> str:
    """Text that goes into a protocol line."""
    text = text_of(value)
    if not text.isprintable():
        raise refusal("must be one line without control characters")
    return text


def read_server_id(value: object) -> str:
    text = read_plain(value)
    if re.search(r"[\s;@\"()]", text):
        raise refusal("is no authserv-id; copy the first word of an Authentication-Results field: mx.provider.example")
    return text


def read_host(value: object) -> str:
    text = text_of(value).strip()
    if _HOST.fullmatch(text) or is_ip(text):
        return text
    if re.fullmatch(r"[^:]+:\d+", text):
        raise refusal(f'"{text}" holds a port; write it under "port"')
    raise refusal(f'"{text}" is no host name; write it as in imap.provider.example')


def read_token_url(value: object) -> str:
    text = read_plain(value)
    if not text.startswith("https://"):
        raise refusal("must begin with https://, it takes secrets")
    return text


def is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def read_subaddress(value: object) -> str:
    if value != "+":
        raise refusal('must be "+" (the provider delivers coordinator+anything@ too) or be left out')
    return "+"


def read_store(value: object) -> str:
    text = text_of(value)
    scheme, separator, _ = text.partition("://")
    if not separator or scheme.partition("+")[0] not in ("sqlite", "postgresql"):
        hint = suggestion(scheme, ("sqlite", "postgresql")) if separator else ""
        raise refusal(f"must begin with sqlite:/// or postgresql://{hint}")
    return text


@dataclass(frozen=True, slots=True)
class Authentication:
    rule: AuthenticationRule
    dkim_domain: str | None = None


def read_authentication(value: object) -> Authentication:
    text = text_of(value)
    if text.startswith("dkim:"):
        domain = domain_key(text.removeprefix("dkim:").strip())
        if domain is None:
            raise refusal(f'"{text}" names no signing domain; write dkim:service.example')
        return Authentication(AuthenticationRule.DKIM, domain)
    if text not in ("dmarc", "none"):
        raise refusal(f'"{text}" is not one of dmarc, dkim:DOMAIN, none{suggestion(text, ("dmarc", "none"))}')
    return Authentication(AuthenticationRule(text))


def choice_of(options: type[E]) -> Callable[[object], E]:
    """A reader of one of those words."""

    def read(value: object) -> E:
        words = [option.value for option in options]
        if isinstance(value, str) and value in words:
            return options(value)
        text = text_of(value)
        raise refusal(f'"{text}" is not one of {", ".join(words)}{suggestion(text, words)}')

    return read


def number_between(least: int, most: int) -> Callable[[object], int]:
    """A reader of whole numbers."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            quoted = isinstance(value, str) and value.strip().isdecimal()
            raise refusal("is text to YAML; write the number without quotes" if quoted else "must be a whole number")
        if not least <= value <= most:
            raise refusal(f"{value} is out of range; it must be {least} to {most}")
        return value

    return read


def _as(read: Callable[[object], Any], **schema: Any) -> tuple[PlainValidator, WithJsonSchema]:
    return PlainValidator(read), WithJsonSchema(schema)


def _words(options: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [option.value for option in options]}


_ADDRESS_TEXT = r"^\S+@[^\s@]+\.[^\s@]+$"
_DURATION_TEXT = r"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$"
DurationValue = Annotated[float, *_as(read_duration, type="string", pattern=_DURATION_TEXT)]
KeepaliveValue = Annotated[float, *_as(read_keepalive, type="string", pattern=_DURATION_TEXT)]
SizeValue = Annotated[int, *_as(read_size, type="string", pattern="^[0-9]+([kKmMgG]?[bB])$")]
AddressValue = Annotated[Address, *_as(read_address, type="string", pattern=_ADDRESS_TEXT)]
PatternValue = Annotated[SenderPattern, *_as(read_pattern, type="string", pattern=r"^[^\s@]*@[^\s@]+\.[^\s@]+$")]
IdValue = Annotated[str, *_as(read_id, type="string", pattern="^[a-z0-9-]{1,64}$")]
NameValue = Annotated[str, *_as(read_name, type="string", minLength=1, maxLength=100)]
NetworkNameValue = Annotated[str, *_as(read_network_name, type="string", pattern=r"^[^\[\]]{1,100}$")]
PlainValue = Annotated[str, *_as(read_plain, type="string", minLength=1)]
ServerIdValue = Annotated[str, *_as(read_server_id, type="string", pattern=r"^[^\s;@\"()]+$")]
HostValue = Annotated[str, *_as(read_host, type="string", minLength=1)]
TokenUrlValue = Annotated[str, *_as(read_token_url, type="string", pattern="^https://")]
SubaddressValue = Annotated[str, *_as(read_subaddress, type="string", const="+")]
StoreValue = Annotated[str, *_as(read_store, type="string", pattern=r"^(sqlite|postgresql)(\+\w+)?://")]
AuthenticationValue = Annotated[
    Authentication, *_as(read_authentication, type="string", pattern=r"^(dmarc|none|dkim:.+)$")
]
LanguageValue = Annotated[Language, *_as(choice_of(Language), **_words(Language))]
IdentityValue = Annotated[Identity, *_as(choice_of(Identity), **_words(Identity))]
DeliveryValue = Annotated[Delivery, *_as(choice_of(Delivery), **_words(Delivery))]
SecurityValue = Annotated[Security, *_as(choice_of(Security), **_words(Security))]
PortValue = Annotated[int, *_as(number_between(1, 65535), type="integer", minimum=1, maximum=65535)]
CountValue = Annotated[int, *_as(number_between(1, 1_000_000), type="integer", minimum=1, maximum=1_000_000)]
ConnectionsValue = Annotated[int, *_as(number_between(1, 50), type="integer", minimum=1, maximum=50)]
