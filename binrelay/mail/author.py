"""Who wrote a mail: the From field, read strictly (RFC 5322 3.6.2, RFC 6854). Pure; total.

Invariant: an author is given only where every reader of mail takes the same single address from the header.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from binrelay.mail.address import Address, parse_address
from binrelay.mail.header import Field, Header, undo_words
from binrelay.mail.read_addresses import find_addresses

_MAX_VALUE = 998  # characters
_MAX_HINTS = 50
# A comment of plain words: nothing in it can be taken for an address or for the end of the comment.
_COMMENT = r"\([^()<>@,;:\"\\\x00-\x1f]*\)"
_QUOTED = r'"(?:[^"\\<>]|\\[^<>])*"'
_PHRASE_CHARACTER = r'[^"<>()@,;:\\\[\]]'
_SPEC = r"[^\s<>()\[\],;:\"\\]+"
_NAMED = re.compile(rf"((?:{_PHRASE_CHARACTER}|{_QUOTED}|{_COMMENT})*)<({_SPEC})>")
_PLAIN = re.compile(rf"({_SPEC})(?:\s+{_COMMENT})?")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_FROM = re.compile(rb"from:", re.IGNORECASE)
# Places where some reader sees another From field: a first or folded line, or one that begins behind a bare CR or NUL.
_HIDDEN_FROM = re.compile(rb"(?:\A|[\r\n\0])[ \t]*from[ \t]*:[^\r\n\0]*@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Authorship:
    """Either `address`, or `doubt`: why there is none, in plain English and without any address.

    `hints`, with a doubt: every address that some reader could take for the author's.
    `name`: what the author's mail program shows beside the address. Anybody can write anything there.
    """

    address: Address | None
    doubt: str | None
    hints: tuple[Address, ...]
    name: str = ""


def read_author(header: Header) -> Authorship:
    """The author, if there is exactly one From field with exactly one address that reads one way only."""
    given = tuple(field for field in header.fields if field.name == "from")
    hidden = tuple(field for field in header.fields if field.name != "from" and _hides_from(field))
    address, doubt = _judge(given, hidden)
    hints = () if address else _hints((*given, *hidden))
    return Authorship(address, doubt, hints, _name_in(given[0].value) if address else "")


def _name_in(value: str) -> str:
    named = _NAMED.fullmatch(value)
    phrase = undo_words(re.sub(_COMMENT, " ", named[1])) if named else ""
    return " ".join(re.sub(r'\\(.)|"', r"\1", phrase).split())


def _hides_from(field: Field) -> bool:
    # Signatures list the field names they cover, one below the other.
    if field.name.startswith("arc-") or field.name.endswith("signature"):
        return False
    return _HIDDEN_FROM.search(field.raw) is not None


def _judge(given: tuple[Field, ...], hidden: tuple[Field, ...]) -> tuple[Address | None, str | None]:
    if not given:
        return None, "it has no From field"
    if len(given) > 1:
        return None, "it has more than one From field"
    if hidden:
        return None, "a line of its header could be taken for another From field"
    if not _FROM.match(given[0].raw):
        return None, "its From field is not written as every reader expects it"
    if _CONTROL.search(given[0].raw):
        return None, "there are control characters in its From field"
    return _judge_value(given[0].value)


def _judge_value(value: str) -> tuple[Address | None, str | None]:
    if not value:
        return None, "its From field is empty"
    if len(value) > _MAX_VALUE:
        return None, "its From field is too long"
    named = _NAMED.fullmatch(value)
    found = named or _PLAIN.fullmatch(value)
    if not found:
        return None, "its From field is not one plain address"
    spec = found[2] if named else found[1]
    address = parse_address(spec) if spec.isascii() and "=?" not in spec else None
    if address is None:
        return None, "the address in its From field is not well-formed"
    if named and not _harmless(undo_words(named[1])):
        return None, "the name in its From field could be taken for an address"
    return address, None


def _harmless(name: str) -> bool:
    """Whether a reader that decodes the name before it looks for the address still finds the same one."""
    return not any(character in "<>" or ord(character) < 32 for character in name.replace("\t", " "))


def _hints(fields: tuple[Field, ...]) -> tuple[Address, ...]:
    found: dict[Address, None] = {}
    for field in fields:
        text = field.raw[: 4 * _MAX_VALUE].decode("utf-8", "replace")
        for reading in (text, undo_words(text)):
            found |= dict.fromkeys(find_addresses(reading))
    return tuple(found)[:_MAX_HINTS]
