"""One cheap question tells whether anything was written, so that networks at rest ask nothing else."""

from __future__ import annotations

import pytest

from binrelay.records import Plan
from binrelay.store import engine
from binrelay.store.store import SqlStore
from tests.store.values import HELD, NETWORK, NOW, PLAN, a_claim


@pytest.fixture(autouse=True)
def asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_VERSION_AGE", 0.0)


async def test_reading_changes_no_version(store: SqlStore) -> None:
    """One look of many shows it: PostgreSQL's own housekeeping, and its other databases, may write between two words."""
    assert any([await _is_still_when_read(store) for _ in range(20)])


async def test_what_this_daemon_writes_is_a_new_version(store: SqlStore) -> None:
    before = await store.version()
    await store.enqueue(PLAN)
    assert await store.version() != before


async def test_what_a_command_writes_beside_it_is_a_new_version(store: SqlStore, other: SqlStore) -> None:
    await store.enqueue(Plan(arrival=HELD))
    before = await store.version()
    assert await other.request(HELD.id, "release")
    assert await store.version() != before


async def test_many_that_ask_within_a_second_ask_the_database_once(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_VERSION_AGE", 60.0)
    before = await store.version()
    await store.enqueue(PLAN)
    assert await store.version() == before


async def _is_still_when_read(store: SqlStore) -> bool:
    before = await store.version()
    await store.counts(NETWORK, NOW)
    await store.claim(a_claim())
    return await store.version() == before
