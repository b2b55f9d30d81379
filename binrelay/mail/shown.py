"""A text as a reader sees it, with where each piece of it stands in the source, so that a find can be taken out there. Pure.

Invariant: what is not under a find keeps every byte; linear time, and memory for one page, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from binrelay.mail.decode import joined
from binrelay.mail.views import INVISIBLE, WRAP

Token = tuple[str, int, int]  # what is shown, and start and end of that in the source
Edit = tuple[int, int, str]  # start and end in the source, and what stands there instead
Spans = Callable[[str], Iterable[tuple[int, int]]]  # finds in a shown text, in order
_PAGE = 8_192  # characters that are looked at in one go: no other thread runs meanwhile
# No find is longer, nor a line that tells whether a find is one; a page holds so much of what comes before and after it.
_BEFORE, _AFTER = 512, 2_048
_STEP = 4_096  # characters of one piece
_FOREIGN = re.compile(r"[^\x00-\x7f]{1,64}")


@dataclass(slots=True)
class _Page:
    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # in the shown text
    sources: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0
    done: int = 0  # finds that begin before it in the shown text were given with an earlier page

    def add(self, text: str, start: int, end: int) -> None:
        if text:
            self.pieces.append(text)
            self.starts.append(self.length)
            self.sources.append((start, end))
            self.length += len(text)

    def edits(self, spans: Spans, stand_in: str, *, until: int) -> Iterator[Edit]:
        for span in spans("".join(self.pieces)):
            if self.done <= span[0] < until:
                yield from self._edits_under(span, stand_in)

    def _edits_under(self, span: tuple[int, int], stand_in: str) -> Iterator[Edit]:
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

    def next(self, done: int) -> _Page:
        """The page that goes on where finds are given up to `done`."""
        first = max(bisect_right(self.starts, max(done - _BEFORE, 0)) - 1, 0)
        page = _Page()
        for piece, source in zip(self.pieces[first:], self.sources[first:], strict=True):
            page.add(piece, *source)
        page.done = done - self.starts[first]
        return page


def edits(tokens: Iterable[Token], spans: Spans, stand_in: str) -> Iterator[Edit]:
    """What takes every find out of the source, in its order. A page is read when enough of the text behind it is there."""
    page = _Page()
    for token in tokens:
        page.add(*token)
        if page.length - page.done >= _PAGE + _AFTER:
            until = page.length - _AFTER
            yield from page.edits(spans, stand_in, until=until)
            page = page.next(until)
    yield from page.edits(spans, stand_in, until=page.length)


def as_it_is(source: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    stop = len(source) if end is None else end
    for at in range(start, stop, _STEP):
        last = min(at + _STEP, stop)
        yield source[at:last], at, last


def visible(source: str) -> Iterator[Token]:
    """Without what shows nothing, such as a joiner, and with wide letters as plain ones."""
    return _without(source, _FOREIGN, lambda token: unicodedata.normalize("NFKC", INVISIBLE.sub("", token)))


def unwrapped(source: str) -> Iterator[Token]:
    """As if no mail program had broken a line, in a quotation or for the sake of format=flowed (RFC 3676 4.5)."""
    return _without(source, WRAP, lambda _: "")


def _without(source: str, pattern: re.Pattern[str], shown_as: Callable[[str], str]) -> Iterator[Token]:
    at = 0
    for token in pattern.finditer(source):
        yield from as_it_is(source, at, token.start())
        yield shown_as(token[0]), *token.span()
        at = token.end()
    yield from as_it_is(source, at)


def applied(source: str, changes: Iterable[Edit]) -> str:
    """The source with the edits made, which come in its order; where two overlap, all under both goes and the first stands in."""
    rest = iter(changes)
    first = next(rest, None)
    return source if first is None else joined(_changed(source, chain((first,), rest)))


def _changed(source: str, changes: Iterable[Edit]) -> Iterator[str]:
    at = 0
    for start, end, new in changes:
        if start >= at:
            yield source[at:start]
            yield new
        at = max(at, end)
    yield source[at:]
