"""Forgetting in time, and at a person's wish."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from binrelay.mail.address import Address
from binrelay.records import BounceRecord, Kind, Plan, Results
from binrelay.store.schema import contents
from binrelay.store.store import SqlStore, open_store
from tests.store.conftest import Hand, on_sqlite
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
from tests.support.postgresql import Postgresql

LATER = NOW + 400 * DAY
SECRET = b"".join(hashlib.sha256(bytes([place])).hexdigest().encode() for place in range(10))  # nothing to compress


async def send(store: SqlStore, state: str = "sent") -> None:
    while batch := await store.claim(a_claim()):
        await store.record(outcomes(batch.ids, state, due=LATER), owner=ME)


OnDisk = Callable[[], bytes]


@pytest.fixture
def on_disk(request: pytest.FixtureRequest, url: str, file: Path) -> OnDisk:
    """What the database's own files hold; of PostgreSQL its tables, for its log is recycled in its own time."""
    if url.startswith("sqlite"):
        return lambda: b"".join(path.read_bytes() for path in sorted(file.parent.iterdir()))
    server: Postgresql = request.getfixturevalue("postgresql")
    return lambda: server.tables(url)


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
    assert (await store.recall(replace(QUERY, message_id=MAIL.message_id))).issued
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
    assert await store.forget(NETWORK, LATER, LATER) == 1  # its author
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


async def everything_about(store: SqlStore, person: Address) -> None:
    """A bulletin to them, a conversation with them, a held mail and a bounce of theirs."""
    await store.enqueue(replace(PLAN, mails=(replace(MAIL, recipients=(POLICE, person)),)))
    talk = replace(MAIL, key="talk", kind=Kind.REPLY, message_id="talk@bin.example", may_name=(person,))
    await store.enqueue(
        Plan(
            arrival=replace(ARRIVAL, id="B", digest="b", author=person, subject=f"from {person}"),
            mails=(replace(talk, content=b"by " + str(person).encode(), recipients=(POLICE,)),),
            conversations=(replace(CONVERSATION, member=person),),
            bounces=(BounceRecord(person, "5.1.1", "failed", MAIL.message_id, NOW, counts=True),),
        )
    )
    answer = replace(MAIL, key="answer", kind=Kind.ANSWER, message_id="answer@bin.example", recipients=(person,))
    await store.post([replace(answer, content=b"To: " + str(person).encode())])
    await store.enqueue(Plan(arrival=replace(HELD, author=person, content=b"From: " + str(person).encode())))


async def test_an_erased_address_is_nowhere(store: SqlStore, on_disk: OnDisk) -> None:
    await everything_about(store, JAN)
    assert str(JAN).encode() in on_disk()
    assert await store.erase(JAN) > 0
    assert await store.dossiers([JAN]) == ()
    for spelling in (JAN.key, JAN.spelled):
        assert spelling.encode() not in on_disk()


async def test_an_erased_address_is_gone_from_server_replies(store: SqlStore, on_disk: OnDisk) -> None:
    await store.post([replace(MAIL, recipients=(JAN,))])
    batch = await store.claim(a_claim())
    assert batch is not None
    said = [
        replace(outcome, text=f"<{JAN}>: no such user") for outcome in outcomes(batch.ids, "failed", status="5.1.1")
    ]
    await store.record(said, owner=ME)
    await store.erase(JAN)
    assert b"no such user" not in on_disk()
    assert await store.results(NETWORK, MAIL.key) == Results(1, 0, 0, 0, 0, 0, ())


async def test_after_erasure_the_bulletin_goes_on_to_the_others(store: SqlStore) -> None:
    await everything_about(store, JAN)
    await store.erase(JAN)
    batch = await store.claim(a_claim())
    assert batch is not None
    assert (batch.mail.key, batch.mail.recipients) == (MAIL.key, (POLICE,))
    assert await store.claim(a_claim()) is None
    assert await store.held() == ()


async def test_erasure_works_beside_the_running_daemon(store: SqlStore, url: str, clock: Hand) -> None:
    await everything_about(store, JAN)
    command = await open_store(url, now=clock)
    assert await command.erase(JAN) > 0
    await command.close()
    assert await store.dossiers([JAN]) == ()
