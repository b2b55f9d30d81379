"""What is on record of each recipient, so that a crash at any moment has one right way on."""

from __future__ import annotations

from dataclasses import replace

from binrelay.records import Batch, Departure, Dispatch, Results
from binrelay.store.store import SqlStore
from tests.store.conftest import Hand
from tests.store.values import DAY, MAIL, ME, NETWORK, NOW, a_claim, members, outcomes

ACCOUNT = "smtp.example:465/coordinator"
WAIT = 300.0


async def take(store: SqlStore, limit: int = 50, now: float = NOW) -> Batch:
    batch = await store.claim(a_claim(limit, now=now))
    assert batch is not None
    return batch


async def depart(store: SqlStore, ids: tuple[int, ...], *, owner: str = ME) -> frozenset[int]:
    return await store.record((), [Departure(ids, ACCOUNT, NOW, 1)], owner=owner)


async def test_after_a_crash_before_the_dot_everybody_is_due_at_once(store: SqlStore) -> None:
    await store.post([MAIL])
    ids = (await take(store)).ids
    assert await store.unclaim(wait=WAIT) == 3
    batch = await take(store)
    assert (batch.ids, batch.attempts, batch.uncertain) == (ids, 0, 0)


async def test_after_a_crash_at_the_dot_everybody_waits_and_is_tried_once_more(store: SqlStore) -> None:
    await store.post([MAIL])
    ids = (await take(store)).ids
    assert await depart(store, ids) == set(ids)
    assert await store.unclaim(wait=WAIT) == 3
    assert await store.claim(a_claim(now=NOW + WAIT - 1)) is None
    batch = await take(store, now=NOW + WAIT)
    assert (batch.ids, batch.attempts, batch.uncertain) == (ids, 1, 1)
    assert batch.mail == MAIL, "the second try has other bytes"


async def test_after_a_second_crash_at_the_dot_a_person_decides(store: SqlStore) -> None:
    await store.post([MAIL])
    for moment in (NOW, NOW + WAIT):
        await depart(store, (await take(store, now=moment)).ids)
        await store.unclaim(wait=WAIT)
    assert await store.claim(a_claim(now=NOW + DAY)) is None
    assert await store.results(NETWORK, MAIL.key) == Results(3, 0, 0, open=0, held=3, uncertain=3, statuses=())


async def test_a_daemon_that_died_gives_back_only_what_was_its_own(store: SqlStore) -> None:
    await store.post([MAIL])
    await take(store, 1)
    await store.claim(replace(a_claim(1), owner="another"))
    assert await store.unclaim(wait=WAIT, owner="another") == 1
    assert len((await take(store)).ids) == 2


async def test_what_was_stopped_or_taken_over_does_not_leave(store: SqlStore) -> None:
    await store.post([MAIL, replace(MAIL, key="stopped", message_id="2@bin.example")])
    ours, stopped = (await take(store)).ids, (await take(store)).ids
    await store.freeze("stopped")
    assert await depart(store, ours, owner="another") == frozenset()
    assert await depart(store, (*ours, *stopped)) == set(ours)


async def test_a_daemon_that_lost_a_recipient_to_another_cannot_put_it_off(store: SqlStore) -> None:
    await store.post([MAIL])
    ids = (await take(store)).ids
    await store.unclaim(wait=WAIT)
    await store.claim(replace(a_claim(), owner="another"))
    await store.record(outcomes(ids, "queued", due=NOW), owner=ME)
    assert await store.claim(a_claim()) is None


async def test_a_held_mail_waits_and_has_its_days_again_once_it_is_released(store: SqlStore, clock: Hand) -> None:
    await store.post([replace(MAIL, key="AAAA0001/bulletin")])
    under_way = (await take(store, 1)).ids
    await depart(store, under_way)
    assert await store.hold("AAAA0001/bulletin", "refused") == 2
    await store.record(outcomes(under_way, "queued", due=NOW), owner=ME)
    assert await store.claim(a_claim(now=NOW + DAY)) is None
    assert await store.next_due(NETWORK) is None
    clock.time += 6 * DAY
    assert await store.resume(NETWORK, "AAAA0001") == 3
    assert await store.resume(NETWORK, "AAAA0001") == 0
    batch = await take(store, now=clock.time)
    assert len(batch.ids) == 3
    assert batch.first_due == clock.time


async def test_coordinators_hear_of_each_thing_once(store: SqlStore) -> None:
    await store.post([MAIL])
    assert [await store.tell_once(MAIL.key, what) for what in ("late", "late", "held", "late")] == [
        True,
        False,
        True,
        False,
    ]


async def test_a_mail_that_is_not_due_yet_can_be_stopped(store: SqlStore) -> None:
    await store.post([replace(MAIL, not_before=NOW + WAIT)])
    assert await store.claim(a_claim(now=NOW + WAIT - 1)) is None
    assert await store.next_due(NETWORK) == NOW + WAIT
    assert await store.freeze(MAIL.key) == 3
    assert await store.claim(a_claim(now=NOW + WAIT)) is None


async def test_a_mail_goes_out_when_its_time_has_come_and_is_not_late_then(store: SqlStore) -> None:
    await store.post([replace(MAIL, not_before=NOW + WAIT)])
    batch = await take(store, now=NOW + WAIT)
    assert (len(batch.ids), batch.first_due) == (3, NOW + WAIT)


async def test_only_what_still_waits_long_after_it_was_due_is_overdue(store: SqlStore) -> None:
    await store.post([MAIL, replace(MAIL, key="later", message_id="2@bin.example", not_before=NOW + DAY)])
    await store.record(outcomes((await take(store, 1)).ids), owner=ME)
    (late,) = await store.overdue(NETWORK, NOW + 1)
    assert (late.mail, late.since, late.open, late.told) == (MAIL.key, NOW, 2, "")
    assert await store.overdue(NETWORK, NOW) == ()


async def test_what_an_account_sent_is_known_to_every_daemon_and_after_a_restart(
    store: SqlStore, other: SqlStore, clock: Hand
) -> None:
    await store.post([replace(MAIL, recipients=members(4))])
    await depart(store, (await take(store, 3)).ids)
    clock.time += 60
    await depart(store, (await take(store, 1)).ids)
    assert await other.spent(ACCOUNT, since=0, after=0) == (Dispatch(1, NOW, 1, 3), Dispatch(2, NOW, 1, 1))
    assert await other.spent(ACCOUNT, since=0, after=1) == (Dispatch(2, NOW, 1, 1),)
    assert await other.spent("elsewhere", since=0, after=0) == ()


async def test_what_no_limit_counts_any_more_is_forgotten_and_what_follows_is_counted(
    store: SqlStore, clock: Hand
) -> None:
    await store.post([replace(MAIL, recipients=members(4))])
    for _ in range(3):
        await depart(store, (await take(store, 1)).ids)
    clock.time += 4 * DAY
    await store.forget(NETWORK, 0, 0)
    assert await store.spent(ACCOUNT, since=0, after=0) == (Dispatch(3, NOW, 1, 1),)
    await depart(store, (await take(store, 1)).ids)
    assert [each.number for each in await store.spent(ACCOUNT, since=0, after=3)] == [4]


async def test_a_limit_the_server_showed_is_remembered(store: SqlStore, other: SqlStore) -> None:
    assert await other.most_recipients(ACCOUNT, NOW) is None
    for limit in (30, 20):
        await store.learn(ACCOUNT, limit, moment=NOW)
    assert await other.most_recipients(ACCOUNT, NOW) == (20, NOW)
    assert await other.most_recipients(ACCOUNT, NOW + 1) is None
