"""A store of its own for each test, on SQLite and on PostgreSQL; `on_sqlite` marks what only a file can promise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from binrelay.store.store import SqlStore, open_store
from tests.store.values import NOW
from tests.support.postgresql import Postgresql


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


on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, file: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite://{file}"
    server: Postgresql = request.getfixturevalue("postgresql")
    return server.new_database()


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


OnDisk = Callable[[], bytes]


@pytest.fixture
def on_disk(request: pytest.FixtureRequest, url: str, file: Path) -> OnDisk:
    """What the database's own files hold; of PostgreSQL its tables, for its log is recycled in its own time."""
    if url.startswith("sqlite"):
        return lambda: b"".join(path.read_bytes() for path in sorted(file.parent.iterdir()))
    server: Postgresql = request.getfixturevalue("postgresql")
    return lambda: server.tables(url)
