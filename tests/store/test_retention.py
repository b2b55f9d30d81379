"""Forgetting in time."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import Table, select

from binrelay.records import Kind, Plan
from binrelay.store.schema import contents
from binrelay.store.store import SqlStore
from tests.store.conftest import Hand, OnDisk, on_sqlite
from tests.store.values import (
    ARRIVAL,
    CONVERSATION,
    DAY,
    HELD,
    JAN,
    MAIL,
    ME,
    NETWORK,
    NOW,
    PLAN,
    POLICE,
    QUERY,
    a_claim,
    outcomes,
)

LATER = NOW + 400 * DAY
SECRET = b"".join(hashlib.sha256(bytes([place])).hexdigest().encode() for place in range(10))  # nothing to compress


async def send(store: SqlStore, state: str = "sent") -> None:
    while batch := await store.claim(a_claim()):
        await store.record(outcomes(batch.ids, state, due=LATER), owner=ME)


async def rows_of(store: SqlStore, table: Table) -> str:
    return await store._database.read(
        lambda connection: repr([tuple(row) for row in connection.execute(select(table))])
    )


@pytest.mark.parametrize("state", ["sent", "failed"])
async def test_contents_of_finished_mails_go_and_keys_stay(store: SqlStore, state: str) -> None:
    await store.enqueue(replace(PLAN, mails=(replace(MAIL, content=SECRET),)))
    await send(store, state)
    assert await store.forget(NETWORK, NOW, 0) == 0
    assert SECRET.decode() in await rows_of(store, contents)
    assert await store.forget(NETWORK, NOW + 1, 0) == 1
    assert await rows_of(store, contents) == "[]"
    assert not await store.enqueue(PLAN)
    assert (await store.recall(replace(QUERY, own_ids=(MAIL.message_id,)))).issued
    await store.post([MAIL])
    assert (await store.counts(NETWORK, NOW)).queued == 0


@on_sqlite
async def test_what_is_forgotten_is_overwritten_in_the_file(store: SqlStore, on_disk: OnDisk) -> None:
    await store.enqueue(replace(PLAN, mails=(replace(MAIL, content=SECRET),)))
    await send(store)
    assert SECRET in on_disk()
    assert await store.forget(NETWORK, NOW + 1, 0) == 1
    assert SECRET[:40] not in on_disk()


async def test_a_mail_still_under_way_keeps_its_content(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    batch = await store.claim(a_claim(1))
    assert batch is not None
    await store.record(outcomes(batch.ids), owner=ME)
    assert await store.forget(NETWORK, LATER, LATER) == 2  # its author, its subject
    again = await store.claim(a_claim())
    assert again is not None
    assert again.mail.content == MAIL.content


async def test_a_mail_that_waits_is_never_forgotten(store: SqlStore) -> None:
    await store.enqueue(Plan(arrival=HELD))
    assert await store.forget(NETWORK, LATER, LATER) == 0
    assert await store.held_one(HELD.id) == HELD


async def test_old_conversations_go_with_their_ids(store: SqlStore) -> None:
    talk = Plan(
        arrival=replace(ARRIVAL, author=JAN, message_id="jan-1@mail.example"),
        mails=(replace(MAIL, kind=Kind.REPLY, bulletin=None, conversation=CONVERSATION.tag, recipients=(POLICE,)),),
        conversations=(CONVERSATION,),
    )
    await store.enqueue(talk)
    await send(store)
    assert await store.forget(NETWORK, 0, NOW) == 0
    assert await store.forget(NETWORK, 0, NOW + 1) > 0
    found = await store.recall(replace(QUERY, tags=(CONVERSATION.tag,), ids=(MAIL.message_id, "jan-1@mail.example")))
    assert (found.tags, found.ids) == ({}, {})
    assert await store.dossiers([JAN]) == ()
    assert not await store.enqueue(talk)


async def test_a_conversation_that_goes_on_is_kept(store: SqlStore) -> None:
    await store.enqueue(Plan(arrival=ARRIVAL, conversations=(CONVERSATION,)))
    await store.enqueue(
        Plan(arrival=replace(ARRIVAL, id="B", digest="b", decided=LATER), conversations=(CONVERSATION,))
    )
    await store.forget(NETWORK, 0, LATER)
    assert (await store.recall(replace(QUERY, tags=(CONVERSATION.tag,)))).tags == {CONVERSATION.tag: CONVERSATION}


async def test_networks_forget_by_their_own_rules(store: SqlStore) -> None:
    await store.enqueue(replace(PLAN, conversations=(CONVERSATION,)))
    await send(store)
    assert await store.forget("elsewhere", LATER, LATER) == 0


async def test_a_mails_time_begins_when_its_last_recipient_has_it(store: SqlStore, clock: Hand) -> None:
    await store.enqueue(PLAN)
    clock.time = NOW + 5 * DAY
    await send(store)
    assert await store.forget(NETWORK, NOW + 4 * DAY, 0) == 0
    assert await store.forget(NETWORK, NOW + 6 * DAY, 0) == 1


@on_sqlite
async def test_after_the_conversations_time_no_text_and_no_name_is_left(store: SqlStore, on_disk: OnDisk) -> None:
    wrote = replace(ARRIVAL, id="B", digest="b", author=JAN, subject="Lantaarn", message_id="1@jans-laptop.example")
    named = replace(MAIL, key="B/reply", kind=Kind.REPLY, message_id="b@bin.example", may_name=(JAN,), bulletin=None)
    await store.enqueue(PLAN)
    await store.enqueue(Plan(arrival=wrote, mails=(replace(named, recipients=(POLICE,)),)))
    await send(store)
    await store.forget(NETWORK, LATER, LATER)
    for gone in (b"Lantaarn", b"jans-laptop", b"Yellow", str(JAN).encode(), JAN.key.encode()):
        assert gone not in on_disk()


async def test_the_time_of_held_mail_begins_when_it_is_settled(store: SqlStore, clock: Hand) -> None:
    await store.enqueue(Plan(arrival=HELD))
    clock.time = NOW + 40 * DAY
    assert await store.reject(HELD.id)
    record = await store.arrival(NETWORK, HELD.digest)
    assert record is not None
    assert (record.decided, record.settled) == (NOW, NOW + 40 * DAY)
