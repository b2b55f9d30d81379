"""The JSON Schema of the configuration file, so that editors complete and check it. Pure."""

from __future__ import annotations

from functools import cache
from typing import Any

from binrelay.config.sources import Configuration
from binrelay.config.yaml_file import Loc


def json_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12, of the YAML file; each key with its description and default."""
    schema = Configuration.model_json_schema()
    _tidy(schema)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "binrelay configuration"}
    return head | {key: value for key, value in schema.items() if key != "title"}


@cache
def _cached() -> dict[str, Any]:
    return json_schema()


def describe(loc: Loc) -> str:
    """The description of the key at that location, "" where it is unknown."""
    return str(_schema_at(loc).get("description", ""))


def known_keys(loc: Loc) -> tuple[str, ...]:
    """The keys that may stand in the mapping at that location."""
    return tuple(_mapping_of(_schema_at(loc)).get("properties", ()))


def _schema_at(loc: Loc) -> dict[str, Any]:
    schema = _cached()
    for part in loc:
        container = _mapping_of(schema)
        schema = container.get("items", {}) if isinstance(part, int) else container.get("properties", {}).get(part, {})
    return schema


def _mapping_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that has properties or items, behind references and alternatives."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _mapping_of(_cached()["$defs"][name])
    for branch in schema.get("anyOf", ()):
        found = _mapping_of(branch)
        if "properties" in found or "items" in found:
            return found
    return schema


def _tidy(schema: Any) -> None:
    """Takes out the titles pydantic makes from names, and defaults in the program's units instead of the file's
    (the descriptions tell those)."""
    if isinstance(schema, list):
        for item in schema:
            _tidy(item)
    if not isinstance(schema, dict):
        return
    for key in ("title", "default"):  # no key of ours has such a name
        schema.pop(key, None)
    for item in schema.values():
        _tidy(item)
