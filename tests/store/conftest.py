"""A store in a file of its own for each test. Another database joins by another parameter of `url`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from binrelay.store.store import SqlStore, open_store
from tests.store.values import NOW


class Hand:
    """A clock turned by hand."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "binrelay.sqlite3"


@pytest.fixture(params=["sqlite"])
def url(file: Path) -> str:
    return f"sqlite://{file}"


@pytest.fixture
async def store(url: str, clock: Hand) -> AsyncIterator[SqlStore]:
    opened = await open_store(url, now=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def other(url: str, store: SqlStore, clock: Hand) -> AsyncIterator[SqlStore]:
    """The same store, opened beside `store` as a command does."""
    opened = await open_store(url, now=clock)
    yield opened
    await opened.close()
