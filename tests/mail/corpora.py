"""Mails that nobody here wrote, where they lie beside the checkout. Never shown, only judged."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
needs_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"the mail corpora are absent: {CORPORA}")


@lru_cache(maxsize=1)
def rows() -> tuple[dict[str, str], ...]:
    """file, expected_class, property … of every sample."""
    with (CORPORA / "manifest.csv").open(newline="", encoding="utf-8") as manifest:
        return tuple(csv.DictReader(manifest))


def corpus_files(expected_class: str) -> list[Path]:
    return [CORPORA / row["file"] for row in rows() if row["expected_class"] == expected_class]


def expected(expected_class: str, *names: str) -> Iterator[tuple[Path, frozenset[str]]]:
    """Each sample that has one of those properties, with all the values they list, lower case."""
    for row in rows():
        if row["expected_class"] != expected_class:
            continue
        pairs = (pair.strip().partition("=") for pair in row["property"].split(";"))
        values = [value for name, _, value in pairs if name in names]
        found = frozenset(
            part.strip().lower() for value in values for part in re.split(r"[|,\s]+", value) if part.strip()
        )
        if found:
            yield CORPORA / row["file"], found
