"""Structured field bodies as tokens: words, comments, semicolons (RFC 5322 3.2). Pure, one linear pass.

Invariant: text inside a quoted string or a comment never becomes a token of its own, however it is nested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_LONGEST = 16_384  # characters; no honest field comes near it
_PLAIN = re.compile(r'[^\s"();\\]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PAIR = re.compile(r"\\(.)")
_STEP = re.compile(r"[^()\\]+|\\.|[()]")
_SPACE = re.compile(r"[ \t]+")


class Kind(Enum):
    WORD = "word"  # atoms and quoted strings that touch, unquoted
    COMMENT = "comment"  # without its outer brackets
    SEMICOLON = ";"


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    quoted: bool = False  # a word that began with a quotation mark


class UnreadableError(ValueError):
    """The text has no single reading: an open quote or comment, a stray bracket, a control character."""


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of an unfolded field body. Raises Unreadable."""
    if len(text) > _LONGEST or not text.replace("\t", " ").isprintable():
        raise UnreadableError
    found: list[Token] = []
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
        elif text[at] == ";":
            found.append(Token(Kind.SEMICOLON, ";"))
            at += 1
        elif text[at] == "(":
            comment, at = _comment(text, at)
            found.append(Token(Kind.COMMENT, comment))
        else:
            word, at = _word(text, at)
            found.append(word)
    return tuple(found)


def _word(text: str, start: int) -> tuple[Token, int]:
    pieces: list[str] = []
    at = start
    while piece := _QUOTED.match(text, at) or _PLAIN.match(text, at):
        quoted = piece.re is _QUOTED
        pieces.append(_PAIR.sub(r"\1", piece.group(1)) if quoted else piece.group())
        at = piece.end()
    if at == start:
        raise UnreadableError
    return Token(Kind.WORD, "".join(pieces), quoted=text[start] == '"'), at


def _comment(text: str, start: int) -> tuple[str, int]:
    depth, at = 0, start
    while step := _STEP.match(text, at):
        depth += {"(": 1, ")": -1}.get(step.group(), 0)
        at = step.end()
        if not depth:
            return text[start + 1 : at - 1], at
    raise UnreadableError
