"""Takes a person out of HTML: what is shown, whatever tags and entities stand between, and attributes. Pure.

Invariant: bytes that do not show the person stay as they are; one linear pass, no parser that mends anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from unicodedata import normalize
from urllib.parse import unquote

from binrelay.mail.scrub import Redactor
from binrelay.mail.shown import Edit, Token, applied, as_it_is, edits
from binrelay.mail.views import INVISIBLE

_TOKEN = re.compile(
    r"<!--|<[A-Za-z/!?][^<>]*>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{1,31});?|[^\x00-\x7f]{1,64}"
)
_BREAK = re.compile(r"</?(?:address|blockquote|br|div|dd|dt|h[1-6]|hr|li|ol|p|pre|table|td|th|tr|ul)\b", re.IGNORECASE)
_ANY = re.compile("<")
_ATTRIBUTE = re.compile(r"""(=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")
_LONGEST_TAG = 65_536  # characters; pictures that stand in the page itself are set aside before
_MOST_KEPT, _LONGEST_KEPT = 1_000, 500  # tags that are remembered; characters of each
_CID = re.compile(r"\bcid:([^\"'\s<>)]{1,300})", re.IGNORECASE)


def scrub_html(source: str, redactor: Redactor) -> str:
    """The document without the person; `source` itself where they do not stand in it."""
    stand_in = escape(redactor.pseudonym)
    source = applied(source, _in_tags(source, redactor))
    source = applied(source, edits(_shown(source, _BREAK), redactor.spans, stand_in))
    # Once more with a break at every tag: "<i>Jansen</i><i>Tel" reads as one word above.
    return applied(source, edits(_shown(source, _ANY), redactor.spans, stand_in))


def rename_cids(source: str, names: Mapping[str, str]) -> str:
    """References to parts of the same mail (RFC 2392) under the parts' new Content-IDs; unknown ones lead nowhere."""

    def renamed(match: re.Match[str]) -> str:
        return f"cid:{names.get(unquote(unescape(match[1])), 'none')}"

    return _CID.sub(renamed, source)


def _shown(source: str, breaks: re.Pattern[str]) -> Iterator[Token]:
    at = 0
    for start, end in _tokens(source):
        yield from as_it_is(source, at, start)
        at = end
        if source[start] != "<":
            yield normalize("NFKC", INVISIBLE.sub("", unescape(source[start:end]))), start, end
        elif breaks.match(source, start):
            yield "\n", start, start
    yield from as_it_is(source, at)


def _tokens(source: str) -> Iterator[tuple[int, int]]:
    """Where tags, comments, character references and runs of letters beyond ASCII stand."""
    at = 0
    while token := _TOKEN.search(source, at):
        start, at = token.span()
        if at - start == 4 and token[0] == "<!--":
            closed = source.find("-->", at)
            at = closed + 3 if closed >= 0 else len(source)
        yield start, at


def _in_tags(source: str, redactor: Redactor) -> Iterator[Edit]:
    cleaned: dict[str, str] = {}  # a page has few different ones, many times
    for start, end in _tokens(source):
        if source[start] != "<":
            continue
        tag = source[start:end]
        new = cleaned[tag] if tag in cleaned else _tag(tag, redactor)
        if len(cleaned) < _MOST_KEPT and len(tag) < _LONGEST_KEPT:
            cleaned[tag] = new
        if new != tag:
            yield start, end, new


def _tag(tag: str, redactor: Redactor) -> str:
    """A tag with scrubbed attribute values; a comment, or what else shows the person, goes, and so does what nobody writes."""
    if len(tag) > _LONGEST_TAG:
        return ""

    def scrubbed(match: re.Match[str]) -> str:
        value = unquote(unescape(match[2].strip("\"'")))
        new = redactor.text(value)
        return match[0] if new == value else f'{match[1]}"{escape(new)}"'

    # Of a comment nothing is edited: its end would belong to a value, and all behind it to the comment.
    new = tag if tag.startswith("<!") else _ATTRIBUTE.sub(scrubbed, tag)
    return "" if redactor.is_in(unquote(unescape(new))) else new
