"""Where the configuration names an address: the file, the line, in which role and network. Reads files and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from binrelay.config.document import Place, read_document
from binrelay.config.roles import uses
from binrelay.config.yaml_file import Yaml, child, items


@dataclass(frozen=True, slots=True)
class Naming:
    """One place where an address stands."""

    network: str
    role: str  # "a member", "a coordinator", "a sender of partner politie", …
    key: str
    place: Place


def find_namings(path: Path, keys: Collection[str]) -> tuple[Naming, ...]:
    """Every place in the file and its members files, in their order. Raises ConfigError where it cannot be read."""
    document = read_document(path)
    return tuple(
        Naming(_id(network), use.role, use.key, document.place(use.loc))
        for number, network in items(document.value.get("networks"))
        for use in uses(("networks", number), network)
        if use.key in keys
    )


def _id(network: Yaml) -> str:
    return str(child(network, "id"))
