"""Reads one YAML file into plain values and remembers where each of them stands.

Works on the parser's events, so that 5,000 members load in about a second, and resolves scalars itself: YAML 1.2's core
types without its octal surprises. Invariant: a value costs memory in proportion to the bytes that were written; anchors
and aliases, tags, very deep nesting and very large files are refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from binrelay.errors import ConfigError, Problem

Yaml: TypeAlias = "bool | int | float | str | list[Yaml] | dict[str, Yaml] | None"
Loc: TypeAlias = tuple[str | int, ...]
Spot: TypeAlias = tuple[int, int]  # line and column, from 1
Span: TypeAlias = tuple[int, int]  # offsets in the text: the first character, the one behind the last
Drafts: TypeAlias = Mapping[Path, str]  # what a file is going to hold, in place of what it holds

SIZE_LIMIT = 5_000_000  # bytes
_DEPTH_LIMIT = 16

# `no`, `22:00` and `0123` are text: an admin who writes them means what is seen.
_CONSTANTS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_CONSTANTS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_QUOTE_ME = re.compile(r"character '([@`%*&!|>])'")


@dataclass(slots=True)
class Tree:
    """One file's content; `keys` and `values` say where each key and each value begins."""

    path: Path
    mode: int  # permission bits
    value: Yaml = None
    keys: dict[Loc, Spot] = field(default_factory=dict)
    values: dict[Loc, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)  # what does not stop the reading: duplicate keys
    text: str = field(default="", repr=False)  # without its byte order mark
    spans: dict[Loc, Span] = field(default_factory=dict)  # of values; a block's ends with its last value
    key_starts: dict[Loc, int] = field(default_factory=dict)
    flow: set[Loc] = field(default_factory=set)  # lists and mappings in brackets

    def spot(self, loc: Loc) -> Spot:
        """A scalar's own place; for a mapping or list the place of the key it stands under."""
        if loc in self.keys and isinstance(self.at(loc), dict | list):
            return self.keys[loc]
        return self.values[loc]

    def at(self, loc: Loc) -> Yaml:
        """What stands there; None where nothing does."""
        return at(self.value, loc)


def at(value: Yaml, loc: Loc) -> Yaml:
    """What stands there; None where nothing does."""
    for part in loc:
        value = child(value, part)
    return value


def child(value: Yaml, part: str | int) -> Yaml:
    """The item under that key or number, or None."""
    if isinstance(value, dict) and isinstance(part, str):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def items(value: Yaml) -> Iterator[tuple[int, Yaml]]:
    """The numbered items of a list; none where it is no list."""
    return enumerate(value) if isinstance(value, list) else enumerate(())


def read_tree(path: Path, drafts: Drafts = MappingProxyType({})) -> Tree:
    """Raises ConfigError where the file cannot be read or is no single, plain YAML document."""
    draft = drafts.get(path)
    mode, raw = _read(path) if draft is None else (0o600, draft.encode())
    if len(raw) > SIZE_LIMIT:
        raise _refused(path, f"is larger than {SIZE_LIMIT // 1_000_000} MB")
    tree = Tree(path, mode, text=_decode(path, raw))
    try:
        tree.value = _Builder(tree).document()
    except MarkedYAMLError as error:
        raise _syntax_problem(path, error) from None  # its text quotes lines, and one may hold a password
    return tree


def _read(path: Path) -> tuple[int, bytes]:
    try:
        with path.open("rb") as file:
            return os.fstat(file.fileno()).st_mode & 0o777, file.read(SIZE_LIMIT + 1)
    except PermissionError as error:
        cure = f"for the service: chgrp binrelay-config {path}; chmod 640 {path}"
        message = f"cannot be read: {error.strerror}; for a command, type it as root: sudo binrelay …; {cure}"
        raise _refused(path, message) from error
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from error


def _refused(path: Path, message: str, spot: Spot = (0, 0), *, key: str = "") -> ConfigError:
    return ConfigError((Problem(path, spot[0], spot[1], key, message),))


def _decode(path: Path, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path, "is not UTF-8: save the file as UTF-8", _spot_in(raw[: error.start])) from error
    return text


def _spot_in(before: bytes) -> Spot:
    line_start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[line_start:].decode("utf-8", "replace")) + 1


def _syntax_problem(path: Path, error: MarkedYAMLError) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    message = " ".join(str(part) for part in (error.context, error.problem) if part)
    if "'\\t'" in message:
        message += "; indent with spaces, not with tabs"
    elif _QUOTE_ME.search(message):
        message += '; put the text in quotes: "@example.org"'
    spot = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return _refused(path, f"is no YAML: {message}", spot)


class _Builder:
    """Turns events into values, iterating once; recursion is bounded by the depth limit."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(tree.text)
        self._end = 0  # of the last value that was read

    def document(self) -> Yaml:
        """The one document's value; None where the file is empty."""
        try:
            return self._document()
        except MarkedYAMLError:
            raise
        except YAMLError as error:  # ReaderError: it has a position instead of a mark
            before = self._tree.text[: getattr(error, "position", 0)].encode()
            message = "holds a control character; only text is allowed"
            raise _refused(self._tree.path, message, _spot_in(before)) from error

    def _document(self) -> Yaml:
        value: Yaml = None
        documents = 0
        for event in self._events:
            match event:
                case DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise self._stop(event, (), "a second document begins here; write one document a file")
                case StreamStartEvent() | StreamEndEvent() | DocumentEndEvent():
                    pass
                case _:
                    value = self._node(event, ())
        return value

    def _node(self, event: Any, loc: Loc) -> Yaml:
        if isinstance(event, AliasEvent) or event.anchor:
            raise self._stop(event, loc, "anchors (&name) and aliases (*name) are not accepted; write the value out")
        if event.tag and event.tag != "!":
            raise self._stop(event, loc, "tags (!name) are not accepted; put text in quotes instead")
        if len(loc) > _DEPTH_LIMIT:
            raise self._stop(event, loc, "is nested too deep")
        self._tree.values[loc] = _spot(event)
        if isinstance(event, ScalarEvent):
            text = str(event.value)
            self._span(loc, event, event)
            if not text and loc in self._tree.keys:  # nothing was written: the parser names the next line
                self._tree.values[loc] = self._tree.keys[loc]
            return text if event.style else _resolve(text)
        return self._mapping(event, loc) if isinstance(event, MappingStartEvent) else self._sequence(event, loc)

    def _span(self, loc: Loc, first: Any, last: Any) -> None:
        """A block is said to end where the next thing begins; what belongs to it ends with its last value."""
        if isinstance(last, ScalarEvent) or first.flow_style:
            self._end = last.end_mark.index
        if not isinstance(last, ScalarEvent) and first.flow_style:
            self._tree.flow.add(loc)
        self._tree.spans[loc] = first.start_mark.index, max(self._end, first.start_mark.index)

    def _sequence(self, first: Any, loc: Loc) -> Yaml:
        items: list[Yaml] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, (*loc, len(items))))
        self._span(loc, first, event)
        return items

    def _mapping(self, first: Any, loc: Loc) -> Yaml:
        mapping: dict[str, Yaml] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, loc)
            place = (*loc, key)
            if key in mapping:
                self._duplicate(event, place)
                self._node(next(self._events), (*loc, ""))  # read past it; the first one counts
                continue
            self._tree.keys[place] = _spot(event)
            self._tree.key_starts[place] = event.start_mark.index
            mapping[key] = self._node(next(self._events), place)
        self._span(loc, first, event)
        return mapping

    def _key(self, event: Any, loc: Loc) -> str:
        if not isinstance(event, ScalarEvent) or event.anchor or event.tag:
            raise self._stop(event, loc, "a key must be a plain word")
        return str(event.value)

    def _duplicate(self, event: Any, loc: Loc) -> None:
        first_line, first_column = self._tree.keys[loc]
        message = f"is written twice; the first is at {self._tree.path}:{first_line}:{first_column}"
        self._tree.problems.append(Problem(self._tree.path, *_spot(event), dotted(loc), message))

    def _stop(self, event: Any, loc: Loc, message: str) -> ConfigError:
        return _refused(self._tree.path, message, _spot(event), key=dotted(loc))


def dotted(loc: Loc) -> str:
    """A place as the admin reads it: `networks.0.partners.1.senders`."""
    return ".".join(str(part) for part in loc)


def _spot(event: Any) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _resolve(text: str) -> Yaml:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0].isdigit() or text[0] in "+-.":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
