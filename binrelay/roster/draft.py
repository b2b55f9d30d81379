"""One edit of the configuration's member lists: made in memory, judged whole, then written.

Invariant: nothing is written unless the files as they will be are a valid configuration that differs from the present
one in exactly the members that were meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from binrelay.config import to_settings
from binrelay.config.document import read_document
from binrelay.config.yaml_file import Loc, Tree, Yaml, items
from binrelay.errors import ConfigError
from binrelay.model import Settings
from binrelay.roster import splice
from binrelay.roster.entry import Entry, written
from binrelay.roster.replace import alone, replace
from binrelay.roster.scalars import render
from binrelay.roster.splice import CannotSplice, Edit

_NEW_FILE = (
    "# Members of {network}, in the same forms as under `members:`. `binrelay member` commands edit this file.\n"
)


class WouldNotBeValid(ConfigError):
    """The configuration as it would have been; its places are those of the files that were not written."""


@contextmanager
def drafting(path: Path, environ: Mapping[str, str]) -> Iterator[Draft]:
    """A draft of what the file holds now; other commands wait meanwhile. Raises ConfigError, CannotWrite."""
    with alone(path):
        yield Draft(path, environ)


@dataclass(slots=True)
class _Change:
    """What is meant for one network."""

    gone: set[int] = field(default_factory=set)
    paused: dict[int, bool] = field(default_factory=dict)
    new: list[Yaml] = field(default_factory=list)
    new_at_end: bool = True  # behind the members of the members file; else behind the network's own


class Draft:
    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path, self._environ = path, environ
        self._document = read_document(path)
        self.settings = to_settings(self._document, environ=environ, resolve_secrets=False)
        self._changes: dict[int, _Change] = {}
        self._edits: dict[Path, list[Edit]] = {}
        self._texts: dict[Path, str | None] = {self._path: self._document.tree.text}
        self._texts |= {tree.path: tree.text for tree in self._document.trees.values()}

    def add(self, network_id: str, entries: Sequence[Entry], *, to_file: bool = False) -> Path:
        """Behind the members there are: in the members file, where the network has one or `to_file` wants one."""
        number, values = self._number(network_id), [written(entry) for entry in entries]
        loc: Loc = ("networks", number)
        change = self._change(number)
        change.new += values
        file = self._document.trees.get(loc)
        if file is not None:
            self._edit(file.path, splice.added(file, _root(file), values))
            return file.path
        if to_file:
            return self._new_file(network_id, loc, values)
        change.new_at_end = False
        tree, key = self._document.tree, (*loc, "members")
        if key in tree.keys:
            self._edit(self._path, splice.added(tree, key, values))
        else:
            lines = ["members:", *(f"  - {render(value)}" for value in values)]
            self._edit(self._path, splice.missing_key(tree, loc, lines))
        return self._path

    def remove(self, network_id: str, members: Iterable[int]) -> None:
        """`members` by their place in `Network.members`."""
        number, gone = self._number(network_id), set(members)
        self._change(number).gone |= gone
        lists: dict[tuple[Path, Loc], tuple[Tree, list[int]]] = {}
        for member in sorted(gone):
            tree, loc = self._document.origin(("networks", number, "members", member))
            lists.setdefault((tree.path, loc[:-1]), (tree, []))[1].append(int(loc[-1]))
        for (path, where), (tree, places) in lists.items():
            self._edit(path, splice.removed(tree, where, places))

    def pause(self, network_id: str, member: int, *, on: bool) -> None:
        number = self._number(network_id)
        self._change(number).paused[member] = on
        tree, loc = self._document.origin(("networks", number, "members", member))
        self._edit(tree.path, splice.paused(tree, loc, on=on))

    def write(self) -> Settings:
        """The settings as they are now. Raises WouldNotBeValid, CannotSplice, CannotWrite; then nothing was changed."""
        drafts = {path: splice.apply(self._texts[path] or "", edits) for path, edits in self._edits.items()}
        settings = self._judged(drafts)
        # The file that names another goes last: until then a new members file is one that nobody reads.
        for path in sorted(drafts, key=lambda path: path == self._path):
            replace(path, drafts[path], known=self._texts[path], shared=True)
        return settings

    def _judged(self, drafts: Mapping[Path, str]) -> Settings:
        try:
            document = read_document(self._path, drafts)
            settings = to_settings(document, environ=self._environ, resolve_secrets=False)
        except ConfigError as error:
            raise WouldNotBeValid(error.problems) from None
        if _meaning(document.value) != self._meant():
            raise CannotSplice("the list is written in a form that cannot be changed safely here; change it by hand")
        return settings

    def _meant(self) -> Yaml:
        """The configuration's meaning with the changes in it."""
        value = self._document.value
        networks = [self._meant_network(number, network) for number, network in items(value.get("networks"))]
        return _meaning({**value, "networks": networks})

    def _meant_network(self, number: int, network: Yaml) -> Yaml:
        change = self._changes.get(number)
        if change is None or not isinstance(network, dict):
            return network
        own = self._own_count(number)
        members = [
            (place, _paused(item, paused=change.paused.get(place))) for place, item in items(network.get("members"))
        ]
        kept = [(place, item) for place, item in members if place not in change.gone]
        first = [item for place, item in kept if place < own or change.new_at_end]
        rest = [item for place, item in kept if place >= own and not change.new_at_end]
        return {**network, "members": [*first, *change.new, *rest]}

    def _own_count(self, number: int) -> int:
        own = self._document.tree.at(("networks", number, "members"))
        return len(own) if isinstance(own, list) else 0

    def _new_file(self, network_id: str, loc: Loc, values: Sequence[Yaml]) -> Path:
        name = f"{network_id}-members.yaml"
        path = self._path.parent / name
        if path.exists():
            raise CannotSplice(f"{path} exists and is not in use: move it away, or name it under members_file")
        lines = "".join(f"- {render(value)}\n" for value in values)
        self._texts[path] = None
        self._edit(path, [Edit(0, 0, _NEW_FILE.format(network=network_id) + lines)])
        self._edit(self._path, splice.missing_key(self._document.tree, loc, [f"members_file: {render(name)}"]))
        return path

    def _number(self, network_id: str) -> int:
        return next(place for place, network in enumerate(self.settings.networks) if network.id == network_id)

    def _change(self, number: int) -> _Change:
        return self._changes.setdefault(number, _Change())

    def _edit(self, path: Path, edits: Iterable[Edit]) -> None:
        self._edits.setdefault(path, []).extend(edits)


def _root(tree: Tree) -> Loc:
    """Where a members file keeps its list."""
    return ("members",) if isinstance(tree.value, dict) else ()


def _paused(item: Yaml, *, paused: bool | None) -> Yaml:
    if paused is None:
        return item
    return {**item, "paused": paused} if isinstance(item, dict) else {"address": item, "paused": paused}


def _meaning(value: Yaml) -> Yaml:
    """The same for two ways to write one thing; where members are written is left out."""
    if not isinstance(value, dict):
        return value
    return {**value, "networks": [_network_meaning(network) for _, network in items(value.get("networks"))]}


def _network_meaning(network: Yaml) -> Yaml:
    if not isinstance(network, dict):
        return network
    members = [_member_meaning(item) for _, item in items(network.get("members"))]
    return {**{key: item for key, item in network.items() if key != "members_file"}, "members": members}


def _member_meaning(item: Yaml) -> Yaml:
    if not isinstance(item, dict):
        return {"address": item}
    return {key: value for key, value in item.items() if key != "paused" or value}
