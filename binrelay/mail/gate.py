"""The last look at a mail before it is handed over: does it show an address or a name it must not? Pure.

Invariant: every address is looked for in the raw bytes and in all that a reader can decode from them; linear time, one
part in memory at a time. It is written apart from what builds mails, so that one mistake is not made twice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from binrelay.mail.address import parse_address
from binrelay.mail.header import Header, decode_words, read_header
from binrelay.mail.mime import MimeLimitError, Part, read_tree, text_of, transfer_decoded, walk
from binrelay.mail.windows import windows

_WINDOW = 80  # characters; RFC 5321 4.5.3.1.1 allows a local part 64
_LONGEST_DOMAIN = 253
_DEEPEST = 8  # mails in mails
_MOST_SEEN = 10_000
_NOT_LOCAL = re.compile(r"[^\w!#$%&'*+/=?^`{|}~.-]")
# Characters that may be the end of what stands before an address, as in "mailto=jan@…" or "=3Djan@…".
_GLUE = re.compile(r"%[0-9A-Fa-f]{2}|=[0-9A-Fa-f]{2}|[!#$%&'*/=?^`{|}~]|(?<![^\W_])[._+-]+")
_MOST_LABELS = 8
_BLANKS = r"\s+"
_MANY = 500  # look-ups after which a set of the domains is worth its making
# Each begins with a literal, which the search leaps to, and none steps back.
_AT = re.compile(r"@([\w-]+\.[\w.-]+)")
_RAW_AT = re.compile(rb"@([A-Za-z0-9_\x80-\xff-]+\.[A-Za-z0-9_.\x80-\xff-]+)")
_TAG = re.compile(r"<!--|-->|</?[A-Za-z][^<>]*>")
_BREAKS = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]|\uff20")


@dataclass(frozen=True, slots=True)
class Exposure:
    """An address key or a name that must not stand there, and where: "header subject", "text/html part" …"""

    where: str
    key: str


@dataclass(slots=True)
class _Gate:
    forbidden: Collection[str]
    allowed: frozenset[str]
    names: tuple[tuple[str, ...], ...]  # the words of each
    found: dict[Exposure, None] = field(default_factory=dict)
    seen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    looked: int = 0
    domains: frozenset[str] | None = None  # of the forbidden addresses; made when it pays

    def text(self, where: str, text: str) -> None:
        self.addresses(where, text)
        folded = _folded(text) if self.names and text else ""
        for words in self.names:
            if all(word in folded for word in words) and _name(words).search(folded):
                self.found[Exposure(where, " ".join(words))] = None

    def addresses(self, where: str, text: str) -> None:
        for match in _AT.finditer(text):
            if domains := self._domains(match[1][:_LONGEST_DOMAIN]):
                at = match.start()
                self._around(where, text[max(0, at - _WINDOW) : at], domains)

    def raw(self, where: str, data: bytes) -> None:
        """Bytes of any kind; names are for text alone, short ones turn up in every picture."""
        for match in _RAW_AT.finditer(data):
            if domains := self._domains(match[1][:_LONGEST_DOMAIN].decode("utf-8", "replace")):
                at = match.start()
                self._around(where, data[max(0, at - _WINDOW) : at].decode("utf-8", "replace"), domains)

    def _around(self, where: str, before: str, domains: tuple[str, ...]) -> None:
        """Every address that could be meant by what stands before an @ and the domains behind it."""
        for local in _locals(_NOT_LOCAL.split(before)[-1]):
            for domain in domains:
                key = f"{local.lower()}@{domain}"
                if key in self.forbidden and key not in self.allowed:
                    self.found[Exposure(where, key)] = None

    def _domains(self, run: str) -> tuple[str, ...]:
        """The domains that could be meant by what stands behind an @; in a long mail the forbidden addresses' alone."""
        self.looked += 1
        if self.looked == _MANY:
            self.domains = frozenset(key.rpartition("@")[2] for key in self.forbidden)
            self.seen.clear()
        if (known := self.seen.get(run)) is None:
            if len(self.seen) > _MOST_SEEN:
                self.seen.clear()
            readings = _domain_readings(run)
            known = tuple(domain for domain in readings if self.domains is None or domain in self.domains)
            self.seen[run] = known
        return known


def _domain_readings(run: str) -> Iterator[str]:
    """The run, and its beginnings: behind "jan@mail.example" a sentence may go on, or a file name's ".pdf"."""
    labels = run.rstrip("._-").lower().split(".")[:_MOST_LABELS]
    for count in range(len(labels), 1, -1):
        domain = ".".join(labels[:count]).rstrip("_-")
        if not domain.isascii():
            address = parse_address(f"x@{domain}")
            domain = address.domain if address else domain
        yield domain


def _locals(run: str) -> Iterator[str]:
    """The run before the @, and what is left of it behind anything that may be glue."""
    yield run
    for match in _GLUE.finditer(run):
        yield run[match.end() :]


def find_exposures(
    content: bytes, *, forbidden: Collection[str], allowed: frozenset[str] = frozenset(), names: Sequence[str] = ()
) -> tuple[Exposure, ...]:
    """What the mail shows that it must not; nothing where it may go out.

    `forbidden` holds address keys and answers `in` quickly (a set, or a dict); `allowed` are those of them that may
    stand here. `names` are looked for as whole words, whatever their case and the blanks between.
    """
    gate = _Gate(
        forbidden,
        allowed,
        tuple(words for name in names if (words := tuple(_folded(name).split()))),
    )
    gate.raw("raw bytes", content)
    _mail(gate, content)
    return tuple(gate.found)


def _folded(text: str) -> str:
    """Without case, and each accent in one with its letter."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text.casefold())


def _name(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){_BLANKS.join(map(re.escape, words))}(?![^\W_])")


def _mail(gate: _Gate, content: bytes, *, outer: str = "", depth: int = 0) -> None:
    header, body_at, cut = read_header(content)
    try:
        root = read_tree(content, header, body_at)
    except MimeLimitError:
        cut = True
    if cut or depth > _DEEPEST:
        gate.found[Exposure(outer or "whole mail", "cannot be read to the end")] = None
        return
    for part in walk(root):
        _header(gate, part.header, outer)
        if not part.children:
            _leaf(gate, part, content, outer=outer, depth=depth)


def _header(gate: _Gate, header: Header, outer: str) -> None:
    for entry in header.fields:
        where = f"{outer}header {entry.name or 'line'}"
        value = entry.value if entry.name else entry.raw.decode("utf-8", "replace")
        for text in dict.fromkeys((value, decode_words(value), unquote(value))):
            gate.text(where, text)


def _leaf(gate: _Gate, part: Part, content: bytes, *, outer: str, depth: int) -> None:
    where = f"{outer}{part.media_type} part"
    for value in (part.filename, *part.parameters.values()):
        gate.text(f"{where}, its file name or parameters", value or "")
    if part.media_type.startswith("text/") or part.media_type in ("application/xhtml+xml", "image/svg+xml"):
        _text(gate, where, text_of(part, content))
        return
    if part.media_type in ("message/rfc822", "message/global"):
        _mail(gate, transfer_decoded(part, content).lstrip(b"\r\n"), outer=f"{where}: ", depth=depth + 1)
    for window in windows(part, content):
        gate.raw(where, window)
        if b"@\0" in window:
            gate.raw(where, window.replace(b"\0", b""))  # UTF-16, as old office files have it


def _text(gate: _Gate, where: str, text: str) -> None:
    """The text, and what it becomes when it is shown as HTML or followed as a link."""
    for view in _views(text):
        gate.text(where, view)


def _views(text: str) -> Iterator[str]:
    yield text
    if not text.isascii() and _BREAKS.search(text):
        yield (text := _BREAKS.sub("", text.replace("\uff20", "@")))
    if "&" in text or "<" in text:
        yield (text := unescape(text))
        yield _TAG.sub("", text)
    if "%" in text:
        yield unquote(text)
