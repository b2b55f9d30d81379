"""The outbox: what is queued, taken, settled and given back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from binrelay.records import Batch, Kind, Results
from binrelay.store.store import SqlStore
from tests.store.conftest import Hand
from tests.store.values import ARRIVAL, DAY, MAIL, ME, NETWORK, NOW, PLAN, a_claim, an_address, members, outcomes


async def take(store: SqlStore, limit: int = 50, now: float = NOW) -> Batch:
    batch = await store.claim(a_claim(limit, now=now))
    assert batch is not None
    return batch


async def test_a_claimed_mail_comes_back_as_it_was_queued(store: SqlStore) -> None:
    mail = replace(MAIL, verp=True, conversation="K7Q4M2X9", may_name=(an_address("Zoë@mail.example"),))
    await store.enqueue(replace(PLAN, mails=(mail,)))
    batch = await take(store)
    assert batch.mail == mail
    assert [address.spelled for address in batch.mail.recipients] == [address.spelled for address in mail.recipients]
    assert (batch.attempts, batch.uncertain, batch.first_due) == (0, 0, NOW)


async def test_the_null_reverse_path_survives(store: SqlStore) -> None:
    await store.post([replace(MAIL, reverse_path=None)])
    assert (await take(store)).mail.reverse_path is None


async def test_a_member_listed_twice_gets_one_mail(store: SqlStore) -> None:
    await store.post([replace(MAIL, recipients=(an_address("Jan@m.example"), an_address("jan@m.example")))])
    assert [address.spelled for address in (await take(store)).mail.recipients] == ["Jan@m.example"]


async def test_the_same_arrival_queues_nothing_twice(store: SqlStore) -> None:
    assert await store.enqueue(PLAN)
    assert not await store.enqueue(replace(PLAN, mails=(replace(MAIL, key="another"),)))
    assert (await store.counts(NETWORK, NOW)).queued == 3


async def test_a_mail_whose_key_is_known_is_queued_once(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    await store.post([MAIL, replace(MAIL, key="notice", kind=Kind.NOTICE, recipients=members(1))])
    assert (await store.counts(NETWORK, NOW)).queued == 4


async def test_a_batch_is_no_larger_than_asked_and_nobody_is_in_two(store: SqlStore) -> None:
    await store.post([replace(MAIL, recipients=members(5))])
    batches = [await take(store, 2), await take(store, 2), await take(store, 2)]
    assert [len(batch.ids) for batch in batches] == [2, 2, 1]
    assert tuple(address for batch in batches for address in batch.mail.recipients) == members(5)
    assert await store.claim(a_claim(2)) is None


async def test_concurrent_workers_never_share_a_recipient(store: SqlStore, other: SqlStore) -> None:
    await store.post([replace(MAIL, recipients=members(40))])
    found = await asyncio.gather(*(half.claim(a_claim(5)) for half in (store, other) * 4))
    rows = [row for batch in found if batch for row in batch.ids]
    assert len(rows) == len(set(rows)) == 40


async def test_an_answer_goes_before_a_bulletin_that_waited_longer(store: SqlStore, clock: Hand) -> None:
    for moment, kind in enumerate(
        (Kind.NOTICE, Kind.ACKNOWLEDGEMENT, Kind.BULLETIN, Kind.REPORT, Kind.REPLY, Kind.ANSWER)
    ):
        clock.time = NOW + moment
        await store.post([replace(MAIL, key=kind, kind=kind, recipients=members(1))])
    assert [(await take(store, now=NOW + 10)).mail.kind for _ in Kind] == list(Kind)


async def test_two_bulletins_of_one_network_take_turns(store: SqlStore) -> None:
    await store.post([replace(MAIL, key="old"), replace(MAIL, key="young")])
    assert [(await take(store, 1)).mail.key for _ in range(4)] == ["old", "young", "old", "young"]


async def test_networks_do_not_take_each_others_mail(store: SqlStore) -> None:
    await store.post([MAIL])
    assert await store.claim(a_claim(50, network="elsewhere")) is None


async def test_what_was_sent_is_never_taken_again(store: SqlStore) -> None:
    await store.post([MAIL])
    await store.record(outcomes((await take(store)).ids), owner=ME)
    assert await store.claim(a_claim(50, now=NOW + 100 * DAY)) is None
    assert await store.next_due(NETWORK) is None


async def test_a_deferred_recipient_waits_until_it_is_due(store: SqlStore) -> None:
    await store.post([MAIL])
    ids = (await take(store)).ids
    await store.record([*outcomes(ids[:1]), *outcomes(ids[1:], "queued", due=NOW + 300, status="4.2.0")], owner=ME)
    assert await store.next_due(NETWORK) == NOW + 300
    assert await store.claim(a_claim(50, now=NOW + 299)) is None
    batch = await take(store, now=NOW + 300)
    assert (batch.ids, batch.attempts, batch.first_due) == (ids[1:], 1, NOW)


async def test_first_tries_and_second_tries_do_not_mix(store: SqlStore) -> None:
    await store.post([MAIL])
    tried = (await take(store, 1)).ids
    await store.record(outcomes(tried, "queued", due=NOW), owner=ME)
    assert sorted([len((await take(store)).ids), len((await take(store)).ids)]) == [1, 2]


async def test_an_uncertain_batch_says_so_next_time(store: SqlStore) -> None:
    await store.post([MAIL])
    ids = (await take(store)).ids
    await store.record([replace(outcome, uncertain=1) for outcome in outcomes(ids, "queued", due=NOW)], owner=ME)
    assert (await take(store)).uncertain == 1


async def test_a_late_report_of_success_still_counts(store: SqlStore) -> None:
    await store.post([MAIL])
    ids = (await take(store)).ids
    await store.unclaim(wait=60)
    await store.record(outcomes(ids), owner=ME)
    assert await store.claim(a_claim()) is None


async def test_a_stopped_mail_goes_to_nobody_else(store: SqlStore) -> None:
    await store.post([MAIL])
    first = (await take(store, 1)).ids
    await store.record(outcomes(first), owner=ME)
    in_flight = (await take(store, 1)).ids
    assert await store.freeze(MAIL.key) == 2
    await store.record(outcomes(in_flight, "queued", due=NOW), owner=ME)
    assert await store.claim(a_claim(50, now=NOW + DAY)) is None
    assert await store.results(NETWORK, MAIL.key) == Results(3, 1, 2, 0, 0, 0, ())


async def test_a_late_failure_does_not_undo_a_delivery(store: SqlStore) -> None:
    await store.post([MAIL])
    ids = (await take(store)).ids
    await store.record(outcomes(ids), owner=ME)
    await store.record(outcomes(ids, "failed", status="5.1.1"), owner=ME)
    assert await store.results(NETWORK, MAIL.key) == Results(3, 3, 0, 0, 0, 0, ())


async def test_results_tell_what_became_of_a_mail(store: SqlStore) -> None:
    await store.post([replace(MAIL, recipients=members(6))])
    ids = (await take(store)).ids
    (unsure,), (without_status,) = outcomes(ids[2:3], "held"), outcomes(ids[3:4], "failed")
    await store.record([*outcomes(ids[:1]), *outcomes(ids[1:2], "failed", status="5.1.1")], owner=ME)
    await store.record([replace(unsure, uncertain=2), replace(without_status, status=None, code=554)], owner=ME)
    expected = Results(6, sent=1, failed=2, open=2, held=1, uncertain=1, statuses=(("5.1.1", 1), ("554", 1)))
    assert await store.results(NETWORK, MAIL.key) == expected
    assert await store.results("elsewhere", MAIL.key) == Results(0, 0, 0, 0, 0, 0, ())


async def test_counts_tell_due_and_deferred(store: SqlStore) -> None:
    await store.enqueue(replace(PLAN, arrival=replace(ARRIVAL, state="held")))
    ids = (await take(store)).ids
    await store.record([*outcomes(ids[:1]), *outcomes(ids[1:2], "queued", due=NOW + 300)], owner=ME)
    counts = await store.counts(NETWORK, NOW + 1)
    assert (counts.held, counts.queued, counts.deferred) == (1, 1, 1)


async def test_what_the_provider_refused_counts_as_held_one_mail_however_many_it_was_for(store: SqlStore) -> None:
    await store.post([MAIL, replace(MAIL, key="other", kind=Kind.ANSWER, recipients=members(1))])
    await store.hold(MAIL.key, "refused")
    counts = await store.counts(NETWORK, NOW + 1)
    assert (counts.held, counts.queued, counts.deferred) == (1, 1, 0)
    rows = {str(row["key"]): row for row in await store.queue()}
    assert (rows[MAIL.key]["held"], rows[MAIL.key]["queued"], rows[MAIL.key]["next_due"]) == (3, 0, None)
    assert (rows["other"]["held"], rows["other"]["queued"]) == (0, 1)


async def test_the_queue_shows_each_unfinished_mail(store: SqlStore) -> None:
    await store.post([MAIL, replace(MAIL, key="done", kind=Kind.ANSWER, recipients=members(1))])
    await store.record(outcomes((await take(store)).ids), owner=ME)
    ids = (await take(store)).ids
    await store.record([*outcomes(ids[:1]), *outcomes(ids[1:2], "queued", due=NOW + 300, status="4.2.0")], owner=ME)
    (row,) = await store.queue()
    assert row["key"] == MAIL.key
    assert (row["queued"], row["deferred"], row["next_due"]) == (1, 1, NOW)
    assert row["last_reply"] == "4.2.0 said the server"
    assert await store.queue("elsewhere") == []


@pytest.mark.parametrize("number", [0, 1, 2500])
async def test_any_number_of_recipients_is_queued_whole(store: SqlStore, number: int) -> None:
    await store.post([replace(MAIL, recipients=members(number))])
    assert (await store.counts(NETWORK, NOW)).queued == number


async def test_batches_of_one_mail_share_one_copy_of_its_content(store: SqlStore) -> None:
    await store.post([replace(MAIL, content=b"x" * 100_000)])
    assert (await take(store, 1)).mail.content is (await take(store, 1)).mail.content
