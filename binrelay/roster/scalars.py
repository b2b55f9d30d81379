"""Writes a value as YAML on one line, quoted only where it must be. Pure.

Invariant: what is written can stand in brackets, and is read again as the same value (`config.yaml_file` reads it).
"""

from __future__ import annotations

import json
import re

from binrelay.config.yaml_file import Yaml

# Letters and what mail addresses and names hold; a sign that means something to YAML, here or in brackets, is not in it.
_PLAIN = re.compile(r"[^\W_][\w.@+'’/() -]*[\w.)]|[^\W_]")
_TAKEN = re.compile(r"true|false|null|yes|no|on|off|y|n|[-+.\d_eExXoO:]+", re.IGNORECASE)  # text to us, not to others


def render(value: Yaml) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            plain = _PLAIN.fullmatch(value) and not _TAKEN.fullmatch(value) and value.isprintable()
            return value if plain else json.dumps(value, ensure_ascii=False)  # JSON's strings are YAML's
        case list():
            return f"[{', '.join(map(render, value))}]"
        case dict():
            return "{" + ", ".join(f"{key}: {render(item)}" for key, item in value.items()) + "}"
