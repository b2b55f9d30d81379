"""Takes a person out of HTML: what is shown, whatever tags and entities stand between, and attributes. Pure.

Invariant: bytes that do not show the person stay as they are; one linear pass, no parser that mends anything.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote

from binrelay.mail.scrub import Redactor

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[A-Za-z/!?][^<>]*>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{1,31});?", re.DOTALL
)
_BREAK = re.compile(r"</?(?:address|blockquote|br|div|dd|dt|h[1-6]|hr|li|ol|p|pre|table|td|th|tr|ul)\b", re.IGNORECASE)
_ANY = re.compile("<")
_ATTRIBUTE = re.compile(r"""(=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")
_CID = re.compile(r"\bcid:([^\"'\s<>)]{1,300})", re.IGNORECASE)


@dataclass(slots=True)
class _Shown:
    """The text a reader sees, with where each piece of it stands in the source."""

    text: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # in the shown text
    sources: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, start: int, end: int) -> None:
        if text:
            self.text.append(text)
            self.starts.append(self.length)
            self.sources.append((start, end))
            self.length += len(text)


def scrub_html(source: str, redactor: Redactor) -> str:
    """The document without the person; `source` itself where they do not stand in it."""
    source = _without_person(source, redactor, breaks=_BREAK)
    # Once more with a break at every tag: "<i>Jansen</i><i>Tel" reads as one word above.
    return _without_person(source, redactor, breaks=_ANY)


def _without_person(source: str, redactor: Redactor, *, breaks: re.Pattern[str]) -> str:
    shown, tags = _read(source, breaks)
    text = "".join(shown.text)
    edits = [edit for span in redactor.spans(text) for edit in _edits(shown, span, redactor.pseudonym)]
    cleaned = {tag: _tag(tag, redactor) for tag in {source[start:end] for start, end in tags}}
    edits += [(start, end, new) for start, end in tags if (new := cleaned[source[start:end]]) != source[start:end]]
    return _applied(source, edits) if edits else source


def rename_cids(source: str, names: Mapping[str, str]) -> str:
    """References to parts of the same mail (RFC 2392) under the parts' new Content-IDs; unknown ones lead nowhere."""

    def renamed(match: re.Match[str]) -> str:
        return f"cid:{names.get(unquote(unescape(match[1])), 'none')}"

    return _CID.sub(renamed, source)


def _read(source: str, breaks: re.Pattern[str]) -> tuple[_Shown, list[tuple[int, int]]]:
    shown = _Shown()
    tags: list[tuple[int, int]] = []
    at = 0
    for token in _TOKEN.finditer(source):
        shown.add(source[at : token.start()], at, token.start())
        at = token.end()
        if token[0].startswith("&"):
            shown.add(unescape(token[0]), *token.span())
            continue
        tags.append(token.span())
        if breaks.match(token[0]):
            shown.add("\n", token.start(), token.start())
    shown.add(source[at:], at, len(source))
    return shown, tags


def _edits(shown: _Shown, span: tuple[int, int], pseudonym: str) -> list[tuple[int, int, str]]:
    """The source of each piece under the span goes; the pseudonym stands in the place of the first."""
    edits: list[tuple[int, int, str]] = []
    index = bisect_right(shown.starts, span[0]) - 1
    while index < len(shown.starts) and shown.starts[index] < span[1]:
        start, end = shown.sources[index]
        if end - start == len(shown.text[index]):  # plain text, character by character; an entity goes whole
            first = shown.starts[index]
            start, end = start + max(0, span[0] - first), start + min(end - start, span[1] - first)
        edits.append((start, end, "" if edits else escape(pseudonym)))
        index += 1
    return edits


def _tag(tag: str, redactor: Redactor) -> str:
    """A tag with scrubbed attribute values; a comment, or what else shows the person, goes."""

    def scrubbed(match: re.Match[str]) -> str:
        value = unquote(unescape(match[2].strip("\"'")))
        new = redactor.text(value)
        return match[0] if new == value else f'{match[1]}"{escape(new)}"'

    new = _ATTRIBUTE.sub(scrubbed, tag)
    return "" if redactor.spans(unquote(unescape(new))) else new


def _applied(source: str, edits: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, new in sorted(edits):
        pieces += (source[at:start], new)
        at = max(at, end)
    return "".join((*pieces, source[at:]))
