"""The configuration as written: the YAML file with its members files grafted in, and the place of everything.

Invariant: every location of `value` has a place, in the file it was written in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from binrelay.config.yaml_file import Drafts, Loc, Tree, Yaml, at, dotted, items, read_tree
from binrelay.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written, and under which key."""

    file: Path
    line: int
    column: int
    key: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def problem(self, message: str) -> Problem:
        return Problem(self.file, self.line, self.column, self.key, message)


@dataclass(frozen=True, slots=True)
class _Graft:
    """Members `start` and later of a network come from another file, whose list lies at `root` there."""

    members: Loc
    start: int
    tree: Tree
    root: Loc

    def inner(self, loc: Loc) -> Loc | None:
        """The location in the members file, or None where `loc` is not of this graft."""
        depth = len(self.members)
        number = loc[depth] if len(loc) > depth and loc[:depth] == self.members else -1
        if not isinstance(number, int) or number < self.start:
            return None
        return (*self.root, number - self.start, *loc[depth + 1 :])


@dataclass(slots=True)
class Document:
    tree: Tree
    value: dict[str, Yaml]
    problems: list[Problem] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    trees: dict[Loc, Tree] = field(default_factory=dict)  # the members file of the network there
    _grafts: list[_Graft] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """What relative paths in the file are relative to."""
        return self.tree.path.parent

    def origin(self, loc: Loc) -> tuple[Tree, Loc]:
        """The file that a location comes from, and what it is called there."""
        tree, _, inner = self._find(loc)
        return tree, inner

    def at(self, loc: Loc) -> Yaml:
        """What stands there; None where nothing does."""
        return at(self.value, loc)

    def place(self, loc: Loc) -> Place:
        """Of a value; where it was not written, of the nearest parent that was."""
        tree, prefix, inner = self._find(loc)
        known = inner
        while known not in tree.values:
            known = known[:-1]
        shown = inner if isinstance(tree.at(known), dict | list) else known
        return Place(tree.path, *tree.spot(known), dotted((*prefix, *shown)))

    def key_place(self, loc: Loc) -> Place:
        """Of a key, whatever its value is."""
        tree, prefix, inner = self._find(loc)
        if inner not in tree.keys:
            return self.place(loc)
        return Place(tree.path, *tree.keys[inner], dotted((*prefix, *inner)))

    def graft(self, members: Loc, tree: Tree, root: Loc) -> None:
        """Appends the members file's list to the network's own."""
        network, own, more = self.at(members[:-1]), self.at(members), tree.at(root)
        if isinstance(network, dict) and isinstance(own, list) and isinstance(more, list):
            self._grafts.append(_Graft(members, len(own), tree, root))
            network["members"] = [*own, *more]

    def _find(self, loc: Loc) -> tuple[Tree, Loc, Loc]:
        """The tree, what to show before its location, the location in it."""
        for graft in self._grafts:
            inner = graft.inner(loc)
            if inner is not None:
                return graft.tree, () if graft.root else ("members",), inner
        return self.tree, (), loc


def read_document(path: Path, drafts: Drafts = MappingProxyType({})) -> Document:
    """Raises ConfigError where the file itself cannot be used; a members file's faults join the document's problems.

    `drafts` stand in for the files of these paths: what is about to be written is judged before it is.
    """
    tree = read_tree(path, drafts)
    if tree.value is None:
        raise ConfigError((Problem(path, 0, 0, "", "the file is empty"),))
    if not isinstance(tree.value, dict):
        raise ConfigError((Place(path, *tree.values[()], "").problem('must hold keys such as "networks:"'),))
    document = Document(tree, _copied(tree.value), list(tree.problems), [path])
    for number, network in items(document.value.get("networks")):
        if isinstance(network, dict):
            _graft_members_file(document, ("networks", number), network, drafts=drafts)
    return document


def _copied(value: dict[str, Yaml]) -> dict[str, Yaml]:
    """Down to the networks, which get members grafted in: the tree goes on saying what the file itself holds."""
    networks = value.get("networks")
    if not isinstance(networks, list):
        return value
    return {**value, "networks": [dict(network) if isinstance(network, dict) else network for network in networks]}


def _graft_members_file(document: Document, loc: Loc, network: dict[str, Yaml], *, drafts: Drafts) -> None:
    name = network.get("members_file")
    if not isinstance(name, str) or not name:
        return
    path = document.folder / name
    try:
        tree = read_tree(path, drafts)
    except ConfigError as error:
        document.problems.extend(error.problems)
        unread = error.problems[0].line == 0
        if unread:  # say as well where the name was written
            document.problems.append(document.place((*loc, "members_file")).problem(f"{path} cannot be used"))
        return
    document.files.append(path)
    document.trees[loc] = tree
    document.problems.extend(tree.problems)
    if network.get("members") is None:
        network["members"] = []
    _graft_list(document, (*loc, "members"), tree)


def _graft_list(document: Document, members: Loc, tree: Tree) -> None:
    content = tree.value
    if isinstance(content, list):
        document.graft(members, tree, ())
    elif isinstance(content, dict) and isinstance(content.get("members"), list):
        document.graft(members, tree, ("members",))
        unknown = [Place(tree.path, *tree.keys[(key,)], key) for key in content if key != "members"]
        document.problems.extend(place.problem('unknown key; only "members" may stand here') for place in unknown)
    elif content is not None and content != {"members": None}:
        spot = tree.values[()]
        document.problems.append(
            Place(tree.path, *spot, "").problem('must be a list of members ("- jan@mail.example")')
        )
