"""A bulletin that waits can be stopped or hastened; one on its way spares who has not got it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.records import Kind
from binrelay.records.coordinator import Stopped
from binrelay.store.store import SqlStore
from tests.store.values import ARRIVAL, MAIL, ME, NETWORK, NOW, PLAN, a_claim, an_address, outcomes

LATER = NOW + 300
BULLETIN = replace(MAIL, key=f"{ARRIVAL.id}/nl", bulletin=ARRIVAL.id, not_before=LATER)
WAITING = replace(PLAN, arrival=replace(ARRIVAL, state="waiting"), mails=(BULLETIN,))


@pytest.fixture
async def waiting(store: SqlStore) -> SqlStore:
    assert await store.enqueue(WAITING)
    return store


async def test_it_is_nobodys_turn_before_its_time(waiting: SqlStore) -> None:
    assert await waiting.claim(a_claim()) is None
    assert [record.id for record in await waiting.waiting(NETWORK)] == [ARRIVAL.id]
    assert await waiting.under_way(NETWORK)
    assert await waiting.claim(a_claim(now=LATER)) is not None


async def test_stopped_it_reaches_nobody(waiting: SqlStore) -> None:
    assert await waiting.stop(ARRIVAL.id) == Stopped(stopped=3, out=0)
    assert await waiting.stop(ARRIVAL.id) is None
    assert await waiting.claim(a_claim(now=LATER)) is None
    assert not await waiting.under_way(NETWORK)
    record = await waiting.arrival(NETWORK, ARRIVAL.digest)
    assert record is not None
    assert record.state == "rejected"


async def test_stopped_half_way_who_had_it_is_counted(waiting: SqlStore) -> None:
    batch = await waiting.claim(a_claim(1, now=LATER))
    assert batch is not None
    await waiting.record(outcomes(batch.ids), owner=ME)
    assert await waiting.stop(ARRIVAL.id) == Stopped(stopped=2, out=1)


async def test_what_is_claimed_when_it_is_stopped_does_not_leave(waiting: SqlStore) -> None:
    batch = await waiting.claim(a_claim(now=LATER))
    assert batch is not None
    assert await waiting.stop(ARRIVAL.id) == Stopped(stopped=3, out=0)
    await waiting.record(outcomes(batch.ids, "queued", due=LATER), owner=ME)
    assert await waiting.claim(a_claim(now=LATER + 9)) is None


async def test_other_mails_of_the_same_bulletin_go_on(waiting: SqlStore) -> None:
    reply = replace(MAIL, key="reply", kind=Kind.REPLY, bulletin=ARRIVAL.id, recipients=(an_address("p@police.nl"),))
    await waiting.post([replace(reply, message_id="another@bin.example")])
    await waiting.stop(ARRIVAL.id)
    assert await waiting.claim(a_claim(now=LATER)) is not None


async def test_hastened_it_is_due_at_once(waiting: SqlStore) -> None:
    assert await waiting.hasten(ARRIVAL.id)
    assert not await waiting.hasten(ARRIVAL.id)
    batch = await waiting.claim(a_claim(now=waiting._now()))
    assert batch is not None
    assert len(batch.ids) == 3
    assert await waiting.ripen(NETWORK) == ()


async def test_when_its_time_has_come_it_is_done_once(waiting: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_now", lambda: LATER - 1)
    assert await waiting.ripen(NETWORK) == ()
    monkeypatch.setattr(waiting, "_now", lambda: LATER)
    assert [record.id for record in await waiting.ripen(NETWORK)] == [ARRIVAL.id]
    assert await waiting.ripen(NETWORK) == ()
    assert await waiting.waiting() == ()


async def test_the_command_line_may_ask_about_it(waiting: SqlStore) -> None:
    assert await waiting.request(ARRIVAL.id, "reject")
    assert [(record.state, action) for record, action in await waiting.requests(NETWORK)] == [("waiting", "reject")]
