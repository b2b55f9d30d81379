"""A text as a reader sees it, with where each piece of it stands in the source, so that a find can be taken out there. Pure.

Invariant: what is not under a find keeps every byte; linear time.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from binrelay.mail.views import INVISIBLE, WRAP

_Showing = Callable[[str], str]
Edit = tuple[int, int, str]  # start and end in the source, and what stands there instead
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


@dataclass(slots=True)
class Shown:
    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # in the shown text
    sources: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, start: int, end: int) -> None:
        if text:
            self.pieces.append(text)
            self.starts.append(self.length)
            self.sources.append((start, end))
            self.length += len(text)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def edits(self, span: tuple[int, int], stand_in: str) -> Iterator[Edit]:
        """The source of each piece under the span goes; `stand_in` stands in the place of the first."""
        index = bisect_right(self.starts, span[0]) - 1
        new = stand_in
        while index < len(self.starts) and self.starts[index] < span[1]:
            start, end = self.sources[index]
            if end - start == len(self.pieces[index]):  # character by character; an entity goes whole
                first = self.starts[index]
                start, end = start + max(0, span[0] - first), start + min(end - start, span[1] - first)
            yield start, end, new
            new = ""
            index += 1


def visible(source: str) -> Shown:
    """Without what shows nothing, such as a joiner, and with wide letters as plain ones."""
    return _without(source, _FOREIGN, lambda token: unicodedata.normalize("NFKC", INVISIBLE.sub("", token)))


def unwrapped(source: str) -> Shown:
    """As if no mail program had broken a line, in a quotation or for the sake of format=flowed (RFC 3676 4.5)."""
    return _without(source, WRAP, lambda _: "")


def _without(source: str, pattern: re.Pattern[str], shown_as: _Showing) -> Shown:
    shown, at = Shown(), 0
    for token in pattern.finditer(source):
        shown.add(source[at : token.start()], at, token.start())
        shown.add(shown_as(token[0]), *token.span())
        at = token.end()
    shown.add(source[at:], at, len(source))
    return shown


def applied(source: str, edits: Iterable[Edit]) -> str:
    """The source with the edits made; where two overlap, the first in the source wins."""
    pieces: list[str] = []
    at = 0
    for start, end, new in sorted(edits):
        pieces += (source[at:start], new)
        at = max(at, end)
    return "".join((*pieces, source[at:])) if pieces else source
