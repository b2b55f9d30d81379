"""Held mail: it waits, is told once, and is settled once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.ports import Handle, Room
from binrelay.records import Kind, Known, Plan, Watch
from binrelay.records.members import BounceRecord
from binrelay.store.store import SqlStore
from tests.store.values import BULLETIN, HELD, JAN, MAIL, NETWORK, NOW, QUERY, an_address

RELEASE = Plan(arrival=HELD, mails=(MAIL,), bulletin=BULLETIN, settles=HELD.id)
HANDLE = Handle(Room.INBOX, 7, 4_000_000_000)


async def hold(store: SqlStore) -> None:
    assert await store.enqueue(Plan(arrival=HELD))


async def test_held_mail_waits_with_its_content(store: SqlStore) -> None:
    await hold(store)
    assert await store.held() == (replace(HELD, content=None),)
    assert await store.held(NETWORK) == (replace(HELD, content=None),)
    assert await store.held("elsewhere") == ()
    assert await store.held_one(HELD.id) == HELD
    assert await store.held_one("NOBODY00") is None


async def test_the_oldest_is_shown_first(store: SqlStore) -> None:
    await hold(store)
    await store.enqueue(Plan(arrival=replace(HELD, id="OLDER000", digest="older", arrived=1.0, content=None)))
    assert [record.id for record in await store.held()] == ["OLDER000", HELD.id]


async def test_release_sends_once(store: SqlStore) -> None:
    await hold(store)
    assert await store.enqueue(RELEASE)
    assert not await store.enqueue(replace(RELEASE, mails=(replace(MAIL, key="again"),)))
    assert (await store.counts(NETWORK, NOW)).queued == 3
    record = await store.arrival(NETWORK, HELD.digest)
    assert record == replace(HELD, state="released", content=None, settled=NOW)
    assert await store.held_one(HELD.id) == record


async def test_after_release_the_original_is_known_as_that_bulletin(store: SqlStore) -> None:
    await hold(store)
    assert (await store.recall(replace(QUERY, ids=("held-1@politie.example",)))).ids == {}
    await store.enqueue(RELEASE)
    found = await store.recall(replace(QUERY, ids=("held-1@politie.example",)))
    assert found.ids == {"held-1@politie.example": Known(ours=False, bulletin="B1", conversation=None)}


async def test_what_was_rejected_cannot_be_released(store: SqlStore) -> None:
    await hold(store)
    assert await store.reject(HELD.id)
    assert not await store.reject(HELD.id)
    assert not await store.enqueue(RELEASE)
    assert (await store.counts(NETWORK, NOW)).queued == 0
    assert await store.bulletin(NETWORK, "B1") is None


async def test_a_release_settles_mail_of_its_own_network_only(store: SqlStore) -> None:
    await hold(store)
    assert not await store.enqueue(replace(RELEASE, arrival=replace(HELD, network="elsewhere")))
    assert await store.held_one(HELD.id) == HELD


@pytest.mark.parametrize("state", ["left", "ignored"])
async def test_mail_that_was_passed_over_can_be_dragged_to_release(store: SqlStore, state: str) -> None:
    await store.enqueue(Plan(arrival=replace(HELD, state=state, content=None)))
    await store.leave(NETWORK, HANDLE, HELD.digest)
    assert await store.enqueue(RELEASE)
    assert not await store.enqueue(RELEASE)
    assert await store.left(NETWORK, 7) == frozenset()


async def test_a_request_from_the_terminal_reaches_the_daemon(store: SqlStore, other: SqlStore) -> None:
    await hold(store)
    assert await other.request(HELD.id, "release")
    assert await store.requests(NETWORK) == ((replace(HELD, content=None), "release"),)
    await store.enqueue(RELEASE)
    assert await store.requests(NETWORK) == ()
    assert not await other.request(HELD.id, "reject")


async def test_a_rejected_mail_is_requested_no_more(store: SqlStore) -> None:
    await hold(store)
    await store.request(HELD.id, "reject")
    await store.reject(HELD.id)
    assert await store.requests(NETWORK) == ()


async def test_coordinators_are_told_once(store: SqlStore) -> None:
    await hold(store)
    assert [record.id for record in await store.untold(NETWORK)] == [HELD.id]
    assert await store.untold("elsewhere") == ()
    notices = [
        replace(MAIL, kind=Kind.NOTICE, key=f"{HELD.id}/notice/{place}", message_id=f"{place}@bin.example")
        for place in range(3)
    ]
    other = replace(MAIL, kind=Kind.NOTICE, key=f"{NETWORK}/login/1/0", message_id="login@bin.example")
    await store.post([*notices, other], told=[HELD.id])
    assert await store.untold(NETWORK) == ()
    assert await store.notices_since(NETWORK, NOW) == 1
    assert await store.notices_since(NETWORK, NOW + 1) == 0


async def test_a_notice_can_go_with_the_decision_itself(store: SqlStore) -> None:
    await store.enqueue(Plan(arrival=HELD, mails=(replace(MAIL, kind=Kind.NOTICE),), told=(HELD.id,)))
    assert await store.untold(NETWORK) == ()


async def test_reading_begins_where_it_began(store: SqlStore) -> None:
    assert await store.watch(NETWORK) is None
    for watch in (Watch(7, 100, NOW, 12), Watch(8, 1, NOW + 1)):
        await store.set_watch(NETWORK, watch)
        assert await store.watch(NETWORK) == watch


async def test_what_was_left_alone_is_remembered(store: SqlStore) -> None:
    await store.set_watch(NETWORK, Watch(7, 1, NOW))
    for _ in range(2):
        await store.leave(NETWORK, HANDLE, "digest-left")
    assert await store.left(NETWORK, 7) == {HANDLE.uid}
    assert await store.left(NETWORK, 8) == frozenset()
    assert (await store.counts(NETWORK, NOW)).left == 1


async def test_of_what_a_person_took_out_of_the_inbox_nothing_is_remembered(store: SqlStore) -> None:
    for uid in (3, 4, 5):
        await store.leave(NETWORK, replace(HANDLE, uid=uid), f"digest-{uid}")
        await store.leave("other", replace(HANDLE, uid=uid), f"digest-{uid}")
    await store.forget_left(NETWORK, HANDLE.uidvalidity, frozenset({3, 5, 99}))
    assert await store.left(NETWORK, HANDLE.uidvalidity) == {4}
    assert await store.left("other", HANDLE.uidvalidity) == {3, 4, 5}


async def test_a_renumbered_mailbox_forgets_the_old_numbers(store: SqlStore) -> None:
    await store.leave(NETWORK, HANDLE, "digest-left")
    await store.set_watch(NETWORK, Watch(8, 1, NOW))
    assert await store.left(NETWORK, 7) == frozenset()
    assert (await store.counts(NETWORK, NOW)).left == 0


async def test_stumbles_are_counted_for_each_mail(store: SqlStore) -> None:
    assert [await store.stumble(NETWORK, HANDLE, "ValueError") for _ in range(3)] == [1, 2, 3]
    assert await store.stumble(NETWORK, replace(HANDLE, uid=1), "ValueError") == 1
    assert await store.stumble(NETWORK, replace(HANDLE, room=Room.HELD), "ValueError") == 1


async def test_a_bounce_is_kept_with_its_arrival(store: SqlStore) -> None:
    bounce = BounceRecord(JAN, "5.1.1", "failed", MAIL.message_id, NOW, counts=True)
    await store.enqueue(Plan(arrival=replace(HELD, state="done", decision="bounce", content=None), bounces=(bounce,)))
    (dossier,) = await store.dossiers([JAN])
    assert dossier.bounces == (bounce,)
    assert await store.dossiers([an_address("eva@mail.example")]) == ()
