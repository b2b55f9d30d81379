"""Replies become one mail, or go out alone: never both, never neither."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.records import Kind
from binrelay.store.gathering import forget_collections
from binrelay.store.store import SqlStore
from tests.store.values import MAIL, ME, NETWORK, NOW, POLICE, a_claim, outcomes

REPLY = replace(MAIL, kind=Kind.REPLY, recipients=(POLICE,), not_before=NOW + 120)
REPLIES = tuple(replace(REPLY, key=f"R{number}", message_id=f"r{number}@bin.example") for number in range(2))
TOGETHER = replace(REPLY, key="R0/gathered", message_id="together@bin.example", not_before=None, content=b"both")


@pytest.fixture
async def waiting(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> SqlStore:
    monkeypatch.setattr(store, "_now", lambda: NOW)
    await store.post(REPLIES)
    return store


async def test_they_are_gathered_when_their_hour_has_come(waiting: SqlStore) -> None:
    assert await waiting.gatherable(NETWORK, NOW + 119) == ()
    assert await waiting.gatherable(NETWORK, NOW + 120) == tuple(replace(each, not_before=None) for each in REPLIES)


async def test_the_collection_goes_out_in_their_place(waiting: SqlStore) -> None:
    assert await waiting.gather(TOGETHER, ["R0", "R1"])
    batch = await waiting.claim(a_claim(now=NOW + 200))
    assert batch is not None
    assert batch.mail.key == TOGETHER.key
    assert await waiting.claim(a_claim(now=NOW + 200)) is None
    assert await waiting.gatherable(NETWORK, NOW + 200) == ()
    assert not await waiting.gather(TOGETHER, ["R0", "R1"])


async def test_what_is_under_way_already_is_not_gathered(waiting: SqlStore) -> None:
    assert await waiting.claim(a_claim(now=NOW + 200)) is not None
    assert not await waiting.gather(TOGETHER, ["R0", "R1"])
    batch = await waiting.claim(a_claim(now=NOW + 200))
    assert batch is not None
    assert batch.mail.key == "R1"


async def test_erasing_one_of_them_forgets_what_the_collection_said_once_it_is_out(waiting: SqlStore) -> None:
    assert await waiting.gather(TOGETHER, ["R0", "R1"])
    ids = [1, 2]
    assert await waiting._database.write(forget_collections, ids) == 0
    batch = await waiting.claim(a_claim(now=NOW + 200))
    assert batch is not None
    await waiting.record(outcomes(batch.ids), owner=ME)
    assert await waiting._database.write(forget_collections, ids) == 1


async def test_a_gathered_reply_is_known_by_its_message_id_for_ever(waiting: SqlStore) -> None:
    assert await waiting.gather(TOGETHER, ["R0", "R1"])
    results = await waiting.results(NETWORK, "R0")
    assert (results.open, results.failed) == (0, 0)
