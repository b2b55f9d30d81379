"""Whatever an admin's editor leaves behind: settings or a list of problems with their places, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from binrelay.config import load_settings
from binrelay.errors import ConfigError, Problem
from tests.settings.good import ENVIRON, GOOD, write

FRAGMENTS = [
    "",
    " ",
    "\n",
    "\t",
    ":",
    "- ",
    "[",
    "}",
    '"',
    "'",
    "#",
    "&a ",
    "*a",
    "!!set ",
    "---\n",
    "? ",
    "<<: ",
    "|\n",
]
WORDS = [
    "null",
    "[]",
    "{}",
    "1e999",
    "true",
    "é",
    "\u2028",
    "\x85",
    "\ufeff",
    "@x.nl",
    "\U0001f600",
    "%",
    "`",
    "0",
    "-1",
]
HUGE = ["[" * 2000, "{a: " * 500, "- " * 1000, "9" * 5000, "a" * 100_000]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("robust")


def refused_or_loaded(folder: Path, text: str) -> None:
    last = text.count("\n") + text.count("\u2028") + text.count("\x85") + 1
    problems = told(folder, text)
    assert all(0 <= problem.line <= last and problem.message for problem in problems)


def told(folder: Path, text: str) -> tuple[Problem, ...]:
    """No problem where the file is good; anything but ConfigError fails the test."""
    path = write(folder, text)
    try:
        load_settings(path, environ=ENVIRON)
    except ConfigError as error:
        return error.problems
    return ()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(GOOD)),
    length=st.integers(0, 40),
    put=st.sampled_from(FRAGMENTS + WORDS) | st.text(max_size=8),
)
def test_a_damaged_file_is_told_and_never_a_crash(folder: Path, *, at: int, length: int, put: str) -> None:
    encodable = put.encode("utf-8", "replace").decode()
    refused_or_loaded(folder, GOOD[:at] + encodable + GOOD[at + length :])


@pytest.mark.parametrize("bomb", HUGE, ids=[bomb[:4] for bomb in HUGE])
def test_a_hostile_value_costs_no_more_than_its_bytes(folder: Path, bomb: str) -> None:
    refused_or_loaded(folder, GOOD.replace("BIN Park", bomb))
    refused_or_loaded(folder, bomb)


@pytest.mark.parametrize(
    "value", ["null", "7", "1.5", "true", "text", "[]", "[7]", "[[a]]", "{}", "{a: 1}", "[{a: 1}]"]
)
def test_a_value_of_another_kind_anywhere_is_a_problem_and_no_crash(folder: Path, value: str) -> None:
    for line in GOOD.splitlines():
        key, colon, written = line.partition(":")
        if colon and written.strip():
            refused_or_loaded(folder, GOOD.replace(line, f"{key}: {value}"))
