"""Takes a person out of HTML: what is shown, whatever tags and entities stand between, and attributes. Pure.

Invariant: bytes that do not show the person stay as they are; one linear pass, no parser that mends anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from unicodedata import normalize
from urllib.parse import unquote

from binrelay.mail.scrub import Redactor
from binrelay.mail.shown import Shown, applied
from binrelay.mail.views import INVISIBLE

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[A-Za-z/!?][^<>]*>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{1,31});?"
    r"|[^\x00-\x7f]+",
    re.DOTALL,
)
_BREAK = re.compile(r"</?(?:address|blockquote|br|div|dd|dt|h[1-6]|hr|li|ol|p|pre|table|td|th|tr|ul)\b", re.IGNORECASE)
_ANY = re.compile("<")
_ATTRIBUTE = re.compile(r"""(=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")
_CID = re.compile(r"\bcid:([^\"'\s<>)]{1,300})", re.IGNORECASE)


def scrub_html(source: str, redactor: Redactor) -> str:
    """The document without the person; `source` itself where they do not stand in it."""
    source = _without_person(source, redactor, breaks=_BREAK)
    # Once more with a break at every tag: "<i>Jansen</i><i>Tel" reads as one word above.
    return _without_person(source, redactor, breaks=_ANY)


def _without_person(source: str, redactor: Redactor, *, breaks: re.Pattern[str]) -> str:
    shown, tags = _read(source, breaks)
    stand_in = escape(redactor.pseudonym)
    edits = [edit for span in redactor.spans(shown.text) for edit in shown.edits(span, stand_in)]
    cleaned = {tag: _tag(tag, redactor) for tag in {source[start:end] for start, end in tags}}
    edits += [(start, end, new) for start, end in tags if (new := cleaned[source[start:end]]) != source[start:end]]
    return applied(source, edits)


def rename_cids(source: str, names: Mapping[str, str]) -> str:
    """References to parts of the same mail (RFC 2392) under the parts' new Content-IDs; unknown ones lead nowhere."""

    def renamed(match: re.Match[str]) -> str:
        return f"cid:{names.get(unquote(unescape(match[1])), 'none')}"

    return _CID.sub(renamed, source)


def _read(source: str, breaks: re.Pattern[str]) -> tuple[Shown, list[tuple[int, int]]]:
    shown = Shown()
    tags: list[tuple[int, int]] = []
    at = 0
    for token in _TOKEN.finditer(source):
        shown.add(source[at : token.start()], at, token.start())
        at = token.end()
        if token[0][0] != "<":
            shown.add(normalize("NFKC", INVISIBLE.sub("", unescape(token[0]))), *token.span())
            continue
        tags.append(token.span())
        if breaks.match(token[0]):
            shown.add("\n", token.start(), token.start())
    shown.add(source[at:], at, len(source))
    return shown, tags


def _tag(tag: str, redactor: Redactor) -> str:
    """A tag with scrubbed attribute values; a comment, or what else shows the person, goes."""

    def scrubbed(match: re.Match[str]) -> str:
        value = unquote(unescape(match[2].strip("\"'")))
        new = redactor.text(value)
        return match[0] if new == value else f'{match[1]}"{escape(new)}"'

    new = _ATTRIBUTE.sub(scrubbed, tag)
    return "" if redactor.spans(unquote(unescape(new))) else new
