"""The texts that people read, in Dutch, English, French and German. Loaded once, at start; values in, text out.

Invariant: every language has the same texts with the same variables; a test proves it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from binrelay.model import Language, Phrases


def load_phrases() -> Phrases:
    """The package's own texts; each is compiled when it is first filled in."""
    from binrelay.templates.render import read_phrases  # commands that write no mail do without Jinja

    return read_phrases()


def phrases_beside(folder: Path) -> tuple[Phrases, tuple[Path, ...]]:
    """The texts with the admin's own from `folder`, proven, and the files to watch. Raises ConfigError."""
    if not folder.is_dir():
        return own_phrases, (folder,)
    from binrelay.templates.overrides import read_overridden, watched

    return read_overridden(folder), watched(folder)


def own_phrases(name: str, language: Language, /, **values: object) -> str:
    """The package's own texts, read when the first of them is wanted."""
    return _loaded()(name, language, **values)


@cache
def _loaded() -> Phrases:
    return load_phrases()
