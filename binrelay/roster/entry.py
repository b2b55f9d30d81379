"""One member as a file tells it: what is not said is the network's default. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from binrelay.config.yaml_file import Yaml
from binrelay.mail.address import Address
from binrelay.model import Identity, Language


@dataclass(frozen=True, slots=True)
class Entry:
    address: Address
    name: str | None = None
    also: tuple[Address, ...] = ()
    language: Language | None = None
    identity: Identity | None = None
    paused: bool = False

    @property
    def addresses(self) -> tuple[Address, ...]:
        return (self.address, *self.also)


def written(entry: Entry) -> Yaml:
    """As it stands in the YAML: an address alone, or a mapping with what is said."""
    told: dict[str, Yaml] = {
        "name": entry.name,
        "also": [address.spelled for address in entry.also] or None,
        "language": entry.language and entry.language.value,
        "identity": entry.identity and entry.identity.value,
        "paused": entry.paused or None,
    }
    said = {key: value for key, value in told.items() if value is not None}
    return {"address": entry.address.spelled, **said} if said else entry.address.spelled
