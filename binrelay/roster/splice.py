"""Where an edit of a member list goes in the text of a YAML file. Pure.

Invariant: an edit touches the lines it means. Comments, order, quotes, indents and line ends of all others are not even
read: the text is cut and joined, never written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from binrelay.config.yaml_file import Loc, Tree, Yaml, items
from binrelay.errors import BinrelayError
from binrelay.roster.scalars import render

_DASH = re.compile(r"[ ]*-[ \t]*")
_BARE_DASH = re.compile(r"[ ]*-[ \t]*(#.*)?")
_AFTER_ITEM = re.compile(r"[ \t]*,?[ \t]*(#.*)?")
_COMMA = re.compile(r"[ \t]*,")


class CannotSplice(BinrelayError):
    """The list is written in a form that is not edited here; the message says what a person does."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Raises CannotSplice where two edits mean the same place."""
    pieces, behind = [], len(text)
    for edit in sorted(edits, reverse=True):
        if edit.end > behind:
            raise CannotSplice("two changes meet in one place; make them one after the other")
        pieces += [text[edit.end : behind], edit.text]
        behind = edit.start
    return "".join(reversed([*pieces, text[:behind]]))


def added(tree: Tree, where: Loc, values: Sequence[Yaml]) -> list[Edit]:
    """Behind the last item of the list at `where`; where the key has no list yet, below the key."""
    lines = _Lines(tree.text)
    count = sum(1 for _ in items(tree.at(where)))
    last: Loc = (*where, count - 1)
    if where in tree.flow and count:
        return _added_in_brackets(tree, lines, last, values=values)
    if count:
        indent = _dash(tree, lines, last)[1]
        return [lines.insert_below(tree.spans[last][1], [f"{indent}- {render(value)}" for value in values])]
    indent = "" if not where else " " * (tree.keys[where][1] - 1 + 2)
    written = [f"{indent}- {render(value)}" for value in values]
    if not where:
        return [Edit(len(tree.text), len(tree.text), "".join(lines.ended(written)))]
    if where not in tree.flow:
        return [lines.insert_below(tree.key_starts[where], written)]
    start, end = tree.spans[where]  # empty brackets, which make way
    return [Edit(start - (tree.text[start - 1] == " "), end, ""), lines.insert_below(end, written)]


def _added_in_brackets(tree: Tree, lines: _Lines, last: Loc, *, values: Sequence[Yaml]) -> list[Edit]:
    start, end = tree.spans[last]
    before = tree.text[lines.start(start) : start]
    if before.strip():
        return [Edit(end, end, "".join(f", {render(value)}" for value in values))]
    comma = _COMMA.match(tree.text, end)
    written = [f"{before}{render(value)}," for value in values]
    if comma is None:
        written[-1] = written[-1].removesuffix(",")
    return [*([] if comma else [Edit(end, end, ",")]), lines.insert_below(end, written)]


def removed(tree: Tree, where: Loc, numbers: Iterable[int]) -> list[Edit]:
    """Those items of the list at `where`, with the comments on their own lines' ends."""
    lines, gone = _Lines(tree.text), sorted(numbers)
    if where not in tree.flow:
        return [lines.cut(_dash(tree, lines, (*where, number))[0], tree.spans[*where, number][1]) for number in gone]
    alone = {number for number in gone if _alone(tree, lines, (*where, number))}
    edits = [lines.cut(*tree.spans[*where, number]) for number in alone]
    count = sum(1 for _ in items(tree.at(where)))
    for first, last in _runs([number for number in gone if number not in alone]):
        start, end = tree.spans[*where, first][0], tree.spans[*where, last][1]
        if last + 1 < count:
            end = tree.spans[*where, last + 1][0]
        elif first:
            start = tree.spans[*where, first - 1][1]
        edits.append(Edit(start, end, ""))
    return edits


def paused(tree: Tree, item: Loc, *, on: bool) -> list[Edit]:
    """Pausing says so with the member; resuming takes that away again, but for a remark that stands beside it."""
    start, end = tree.spans[item]
    lines = _Lines(tree.text)
    if not _keys(tree, item):
        return [Edit(start, end, f"{{address: {tree.text[start:end]}, paused: true}}")]
    place = (*item, "paused")
    if place in tree.spans:
        return _said(tree, lines, item, on=on)
    if item in tree.flow:
        behind = tree.spans[*item, _keys(tree, item)[-1]][1]
        return [Edit(behind, behind, ", paused: true")]
    indent = " " * (tree.keys[*item, _keys(tree, item)[0]][1] - 1)
    return [lines.insert_below(end, [f"{indent}paused: true"])]


def _said(tree: Tree, lines: _Lines, item: Loc, *, on: bool) -> list[Edit]:
    """`paused:` is written already."""
    place = (*item, "paused")
    start, end = tree.spans[place]
    keys = _keys(tree, item)
    begin = tree.key_starts[place]
    beside = item not in tree.flow and lines.remark(end)
    if on or beside or keys[0] == "paused":
        return [Edit(start, end, "true" if on else "false")]
    if item not in tree.flow:
        return [lines.cut(begin, end)]
    if keys == ["address", "paused"]:
        first, last = tree.spans[*item, "address"]
        return [Edit(*tree.spans[item], tree.text[first:last])]
    return [Edit(tree.spans[*item, keys[keys.index("paused") - 1]][1], end, "")]


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each row of neighbours."""
    for position, number in enumerate(numbers):
        if position == 0 or numbers[position - 1] != number - 1:
            first = number
        if position + 1 == len(numbers) or numbers[position + 1] != number + 1:
            yield first, number


def _dash(tree: Tree, lines: _Lines, item: Loc) -> tuple[int, str]:
    """Where the item's line begins, and the blanks before its dash. The dash may stand on a line before the item."""
    start = tree.spans[item][0]
    begin = lines.start(start)
    before = tree.text[begin:start]
    while not _DASH.fullmatch(before):
        if before.strip() and not before.lstrip().startswith("#"):
            raise CannotSplice(f"line {tree.values[item][0]}: two things begin on this line; write each on its own")
        if begin == 0:
            raise CannotSplice(f"line {tree.values[item][0]}: this list is not written in lines that begin with a dash")
        end, begin = begin, lines.start(begin - 1)
        before = tree.text[begin:end].rstrip("\r\n")
        if _BARE_DASH.fullmatch(before):
            break
    return begin, before[: before.index("-")]


def _alone(tree: Tree, lines: _Lines, item: Loc) -> bool:
    """Whether nothing but that item of a list in brackets stands on its lines."""
    start, end = tree.spans[item]
    before, after = tree.text[lines.start(start) : start], tree.text[end : lines.end(end)]
    return not before.strip() and bool(_AFTER_ITEM.fullmatch(after.rstrip("\r\n")))


class _Lines:
    """The lines of a text, whatever ends them."""

    def __init__(self, text: str) -> None:
        self._text = text
        found = text.find("\n")
        self._end = "\r\n" if found > 0 and text[found - 1] == "\r" else "\n"

    def start(self, offset: int) -> int:
        return self._text.rfind("\n", 0, offset) + 1

    def end(self, offset: int) -> int:
        """Behind the line's end."""
        found = self._text.find("\n", offset)
        return len(self._text) if found < 0 else found + 1

    def remark(self, offset: int) -> bool:
        return self._text[offset : self.end(offset)].strip(" \t\r\n,}]").startswith("#")

    def ended(self, lines: Sequence[str]) -> list[str]:
        missing = [] if not self._text or self._text.endswith("\n") else [self._end]
        return [*missing, *(f"{line}{self._end}" for line in lines)]

    def insert_below(self, offset: int, lines: Sequence[str]) -> Edit:
        place = self.end(offset)
        if place == len(self._text) and not self._text.endswith("\n"):
            return Edit(place, place, "".join(f"{self._end}{line}" for line in lines))
        return Edit(place, place, "".join(f"{line}{self._end}" for line in lines))

    def cut(self, start: int, end: int) -> Edit:
        """The whole lines from one offset to another."""
        return Edit(self.start(start), self.end(end), "")


def missing_key(tree: Tree, network: Loc, lines: Sequence[str]) -> list[Edit]:
    """Below the last line of a network, a key that it does not have yet."""
    if network in tree.flow:
        raise CannotSplice('the network is written in brackets; give it a line "members:" by hand')
    keys = _keys(tree, network)
    indent = " " * (tree.keys[*network, keys[0]][1] - 1)
    last = (*network, keys[-1])
    end = tree.key_starts[last] if tree.at(last) is None else tree.spans[last][1]
    return [_Lines(tree.text).insert_below(end, [f"{indent}{line}" for line in lines])]


def _keys(tree: Tree, loc: Loc) -> list[str]:
    """Of the mapping there; none where there is no mapping."""
    value = tree.at(loc)
    return list(value) if isinstance(value, dict) else []
