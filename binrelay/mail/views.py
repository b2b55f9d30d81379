"""Every text that a reader can make of a text: shown as HTML, followed as a link, unwrapped, with look-alike characters. Pure.

Invariant: total and linear; the text itself comes first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

# Begins a line: what stands before it and behind it is not one word, unless it was broken in the middle.
_BLOCK = re.compile(
    r"</?(?:address|blockquote|br|div|dd|dt|h[1-6]|hr|li|ol|p|pre|table|td|th|tr|ul)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"<!--|-->|</?[A-Za-z][^<>]*>")
# Shown as nothing: soft hyphen, joiners, zero-width blanks, directions, variation selectors.
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+")
# Where a mail program broke a line, in a quotation too (RFC 3676 4.5).
# It begins where the blanks begin: from each of a million it would be looked for anew.
WRAP = re.compile(r"(?<![ \t])[ \t]*\r?\n(?:[ \t]*[>|])*[ \t]*")
# The same in two steps that both leap to their literal, for a text that is looked through whole: ten times as fast.
_BLANKS_BEFORE = re.compile(r"(?<![ \t])[ \t]++\n")
_BREAK = re.compile(r"\n[ \t>|]*+")
_DEEPEST_PERCENT = 3  # a link that was wrapped in a link by a scanner, and again by the next one


def views(text: str) -> Iterator[str]:
    """The text and what becomes of it; each differs from the one before."""
    yield text
    yield from _plain(text)
    if "&" in text or "<" in text:
        yield (shown := unescape(text))
        yield from _plain(shown)
        yield (bare := _TAG.sub("", _BLOCK.sub("\n", shown)))
        yield from _plain(bare)
        text = shown
    yield from _links(text)


def _plain(text: str) -> Iterator[str]:
    """Without what nobody sees: characters that show nothing or another way, and line breaks in the middle of a word."""
    if not text.isascii():
        visible = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
        if visible != text:
            yield (text := visible)
    if "\n" in text:
        yield _unwrapped(text)


def _unwrapped(text: str) -> str:
    text = text.replace("\r\n", "\n")
    if " \n" in text or "\t\n" in text:
        text = _BLANKS_BEFORE.sub("\n", text)
    return _BREAK.sub("", text)


def _links(text: str) -> Iterator[str]:
    for _ in range(_DEEPEST_PERCENT):
        if "%" not in text or (followed := unquote(text)) == text:
            return
        yield (text := followed)
