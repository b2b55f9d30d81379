"""The words of a mail that a person would see, and the headers of the mails inside it. Pure; total; bounded work.

Invariant: nothing here decides what is sent; it is read to recognise what a mail answers.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from binrelay.mail.decode import joined
from binrelay.mail.header import Header, read_header
from binrelay.mail.mime import EMBEDDING, MimeLimitError, Part, read_tree, text_of, transfer_decoded, walk

MAX_TEXT = 262_144  # bytes of each part
_MAX_PARTS = 40  # text parts and embedded mails, in all
_MAX_EMBEDDED = 1_048_576  # bytes of an embedded mail
_MAX_DEPTH = 3  # mails within mails
# int() of a long decimal raises, and no character has so high a number.
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}")


@dataclass(slots=True)
class Reading:
    texts: list[str] = field(default_factory=list)
    embedded: list[Header] = field(default_factory=list)


def read_texts(root: Part, content: bytes) -> Reading:
    """The text of the first text parts, HTML without its tags, and the headers of embedded mails, theirs included.

    A file named `.eml` counts as an embedded mail whatever its type.
    """
    reading = Reading()
    _read(root, content, reading=reading, depth=0)
    return reading


def _read(root: Part, content: bytes, *, reading: Reading, depth: int) -> None:
    for part in walk(root):
        if len(reading.texts) + len(reading.embedded) >= _MAX_PARTS:
            return
        if part.media_type in EMBEDDING or (part.filename or "").lower().endswith(".eml"):
            _read_embedded(part, content, reading=reading, depth=depth)
        elif part.media_type.startswith("text/"):
            text = text_of(part, content, limit=MAX_TEXT)
            reading.texts.append(strip_tags(text) if part.media_type == "text/html" else text)


def _read_embedded(part: Part, content: bytes, *, reading: Reading, depth: int) -> None:
    inner = transfer_decoded(part, content, limit=_MAX_EMBEDDED).lstrip(b"\r\n")
    header, body_at, cut = read_header(inner)
    reading.embedded.append(header)
    if cut or depth >= _MAX_DEPTH:
        return
    try:
        tree = read_tree(inner, header, body_at)
    except MimeLimitError:
        # Too deep to be read as parts: its bytes are looked through as they are.
        reading.texts.append(inner[body_at : body_at + MAX_TEXT].decode("latin-1"))
        return
    _read(tree, inner, reading=reading, depth=depth + 1)


def strip_tags(text: str) -> str:
    """HTML as words: each tag is a blank, character references are read. In linear time, whatever the HTML."""
    return html.unescape(_LONG_NUMBER.sub("\ufffd", joined(_words(text))))


def _words(text: str) -> Iterator[str]:
    at = text.find("<")
    yield text[: at if at >= 0 else len(text)]
    while at >= 0:
        after = text.find("<", at + 1)
        end = after if after >= 0 else len(text)
        closed = text.find(">", at, end) + 1
        yield " "
        yield text[closed or at : end]
        at = after
