"""Takes a person's addresses and name out of text. Pure.

Invariant: no address of the person and no full name is left; what is not theirs stays, for a report must stay readable.
A first or last name alone goes only where it signs a mail or stands in the line above a quotation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from heapq import merge
from urllib.parse import quote

from binrelay.mail.address import Address
from binrelay.mail.people import DOTS_ASIDE
from binrelay.mail.shown import applied, as_it_is, edits, unwrapped, visible

_LONGEST_LINE = 300  # characters; a signature or attribution line is shorter
_MOST_WORDS = 10
_SEPARATOR = r"[\s>|.,_'\u2019-]"  # blanks, the next line of a quotation, "Jansen,Piet"
_LETTERS = re.compile(r"[^\W\d_]+")
_ATTRIBUTION = re.compile(
    r"[\s>|*]*(?:van|aan|afzender|from|to|cc|de|à|von|an|expéditeur|absender)\s*:"
    r"|.*\b(?:schreef|geschreven|verzond|wrote|a écrit|schrieb)\b",
    re.IGNORECASE,
)
# Parts of a name that are everyday words.
_PARTICLES = "van den der het ter ten tot uit von und del della dos las les"
_CLOSING = """
    groet groeten groetjes gr mvg met vriendelijke hartelijke van namens fam familie dhr mevr mw bedankt dank alvast en
    best kind regards cheers thanks from yours sincerely faithfully and mr mrs ms
    cordialement bien à vous merci salutations et
    mfg vg lg gruß grüße viele liebe freundliche freundlichen grüßen mit danke und
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a text must not show."""

    addresses: tuple[Address, ...]
    name: str | None  # as the coordinator wrote it down: "Piet van den Berg"
    calls_itself: str | None = None  # in the mail at hand, which may be all that anybody wrote down

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.name, self.calls_itself) if name)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Knows one person by patterns; `pseudonym` stands where they stood."""

    pseudonym: str
    whole: tuple[re.Pattern[str], ...]  # addresses and full names: gone wherever they stand
    single: re.Pattern[str] | None  # first or last names
    signing: frozenset[str]  # words that a line may hold and still be a signature

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the person stands on one page of a text, in order, not overlapping."""
        found = [match.span() for pattern in self.whole for match in pattern.finditer(text)]
        if self.single:
            found += [match.span() for match in self.single.finditer(text) if self._shows(text, match)]
        return list(_merged(sorted(found)))

    def text(self, text: str) -> str:
        """The text without the person: as it stands, as it is shown, and as it was before it was broken into lines."""
        changes = [edits(as_it_is(text), self.spans, self.pseudonym)]
        if not text.isascii():
            changes.append(edits(visible(text), self.spans, self.pseudonym))
        if "\n" in text:
            changes.append(edits(unwrapped(text), self._whole, self.pseudonym))
        return applied(text, merge(*changes))

    def is_in(self, text: str) -> bool:
        """Whether the person stands in a text as it is."""
        return any(edits(as_it_is(text), self.spans, ""))

    def _whole(self, text: str) -> list[tuple[int, int]]:
        return list(_merged(sorted(match.span() for pattern in self.whole for match in pattern.finditer(text))))

    def _shows(self, text: str, match: re.Match[str]) -> bool:
        """Whether a single name stands in a line that signs or attributes."""
        start = text.rfind("\n", max(0, match.start() - _LONGEST_LINE), match.start()) + 1
        end = text.find("\n", match.end(), match.end() + _LONGEST_LINE)
        if (not start and match.start() > _LONGEST_LINE) or (end < 0 and len(text) - match.end() > _LONGEST_LINE):
            return False
        line = text[start : end if end >= 0 else len(text)]
        return bool(_ATTRIBUTION.match(line)) or self._signs(line)

    def _signs(self, line: str) -> bool:
        words = _LETTERS.findall(line)
        digits = any(character.isdigit() for character in line)
        return not digits and len(words) <= _MOST_WORDS and all(word.casefold() in self.signing for word in words)


def redactor(person: Person, pseudonym: str) -> Redactor:
    names = [tuple(name.replace(",", " ").split()) for name in person.names]
    single = sorted({word for words in names if len(words) > 1 for word in _telling(words)}, key=len, reverse=True)
    letters = [word for name in person.names for word in _LETTERS.findall(name)]
    signing = frozenset(form.casefold() for word in letters for form in (word, word[0]))
    return Redactor(
        pseudonym,
        (*map(_address, person.addresses), *filter(None, map(_full_name, names))),
        _one_of(_forms(map(re.escape, single))) if single else None,
        signing.union(_CLOSING.split()),
    )


def _telling(words: tuple[str, ...]) -> list[str]:
    """Those that tell by themselves who it is."""
    letters = _LETTERS.findall(" ".join(words))
    return [word for word in letters if len(word) >= 3 and word.casefold() not in _PARTICLES.split()]


def redacted(text: str, *, person: Person, pseudonym: str) -> str:
    """The text without the person's addresses and name: for a subject or a file name."""
    return redactor(person, pseudonym).text(text)


def _address(address: Address) -> re.Pattern[str]:
    """The address, percent-encoded too; not as the end of another's local part."""
    domains = [re.escape(address.domain)]
    if "xn--" in address.domain:
        with suppress(UnicodeError):  # then it cannot be written otherwise
            domains.append(re.escape(address.domain.encode().decode("idna")))
    dots = r"\.?" if address.domain in DOTS_ASIDE else ""
    local = dots.join(map(_character, address.local.replace(".", "") if dots else address.local))
    start = r"(?:(?<![^\W_])(?<![^\W_][._+-])|(?<=%[0-9A-Fa-f]{2}))"
    return re.compile(
        rf"{start}{local}(?:\+[\w.+-]{{1,64}})?(?:@|%(?:25){{0,3}}40|\uff20)(?:{'|'.join(domains)})(?![\w-])",
        re.IGNORECASE,
    )


def _character(character: str) -> str:
    if character.isalnum() and character.isascii():
        return character
    percent = "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
    return f"(?:{re.escape(character)}|{re.escape(percent)}|{re.escape(quote(character))})"


def _full_name(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Every way the whole name is written: run together, turned round at any word, with an initial for the first."""
    if len("".join(words)) < 3:
        return None
    if len(words) == 1:
        return _one_of(_forms([re.escape(words[0])]))
    written = [list(map(re.escape, words))]
    if len(words[-1]) >= 3:
        written.append([f"{re.escape(words[0][0])}\\.?", *map(re.escape, words[1:])])
    orders = [_joined(parts) for parts in written]
    for parts in written:
        for cut in range(1, len(parts)):
            orders.append(rf"{_joined(parts[cut:])}\s*,\s*{_joined(parts[:cut])}")
    turned = [*words[1:], words[0]]
    orders.append((_SEPARATOR + "+").join(map(re.escape, turned)))
    return _one_of(_forms(orders))


def _joined(parts: list[str]) -> str:
    """Short names need a blank between their words, or "An Na" would be found in "Anna"."""
    run_together = sum(map(len, parts)) >= 8
    return (_SEPARATOR + ("{0,20}" if run_together else "{1,20}")).join(parts)


def _forms(patterns: Iterable[str]) -> list[str]:
    """Accents may be one character with the letter or stand by themselves."""
    return list(dict.fromkeys(unicodedata.normalize(form, text) for text in patterns for form in ("NFC", "NFD")))


def _one_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])", re.IGNORECASE)


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = -1, -1
    for left, right in spans:
        if left >= end:
            if end > start:
                yield start, end
            start, end = left, right
        else:
            end = max(end, right)
    if end > start:
        yield start, end
