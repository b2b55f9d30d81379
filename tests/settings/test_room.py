"""Thousands of members fit into a small computer, while they are read and afterwards."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from binrelay.config.document import read_document
from binrelay.config.sources import read_values
from binrelay.mail.address import parse_address
from tests.settings.good import load, spoiled, write

MEMBERS = 3000
MANY = spoiled(
    "    members:\n", "    members:\n" + "".join(f"      - m{number}@mail.example\n" for number in range(MEMBERS))
)


def octets_a_member(read: Callable[[], object]) -> float:
    """What is left of reading, without what the first time loads for good."""
    read()
    gc.collect()
    tracemalloc.start(1)
    try:
        kept = read()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / MEMBERS if kept else 0.0
    finally:
        tracemalloc.stop()


def test_a_member_at_rest_takes_a_quarter_of_a_kilobyte(tmp_path: Path) -> None:
    assert 100 < octets_a_member(lambda: load(tmp_path, MANY)) < 300


def test_until_all_members_are_read_each_takes_no_more(tmp_path: Path) -> None:
    document = read_document(write(tmp_path, MANY))
    assert 100 < octets_a_member(lambda: read_values(document.value, {})) < 300


def test_an_address_in_lower_case_is_one_text_in_memory() -> None:
    lower, mixed = parse_address("jan@mail.example"), parse_address("Jan@mail.example")
    assert lower is not None
    assert mixed is not None
    assert lower.key is lower.spelled
    assert (mixed.key, mixed.spelled) == ("jan@mail.example", "Jan@mail.example")
