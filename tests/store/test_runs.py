"""Thousands of recipients are named by two numbers, and nobody else's row lies between them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.records import Departure
from binrelay.store.runs import runs
from binrelay.store.store import SqlStore
from tests.store.values import MAIL, ME, NETWORK, NOW, a_claim, members, outcomes

OTHER = replace(MAIL, key="other", message_id="2@bin.example")


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ((), []),
        ((7,), [(7, 7)]),
        ((3, 4, 5), [(3, 5)]),
        ((5, 3, 4, 4), [(3, 5)]),
        ((1, 2, 4, 7, 8, 9), [(1, 2), (4, 4), (7, 9)]),
    ],
)
def test_a_run_ends_where_an_id_is_missing(ids: tuple[int, ...], expected: list[tuple[int, int]]) -> None:
    assert [(run["first"], run["last"]) for run in runs(ids)] == expected


async def test_who_lies_between_two_recipients_is_not_written_with_them(store: SqlStore) -> None:
    await store.post([MAIL])
    batch = await store.claim(a_claim())
    assert batch is not None
    first, middle, last = batch.ids
    assert await store.record((), [Departure((last, first), "account", NOW, 1)], owner=ME) == {first, last}
    (said,) = outcomes([first])
    await store.record([replace(said, ids=(first, last))], owner=ME)
    assert (await store.results(NETWORK, MAIL.key)).sent == 2
    assert await store.record((), [Departure((middle,), "account", NOW, 1)], owner=ME) == {middle}


async def test_who_was_claimed_by_another_in_the_middle_of_a_mail_is_not_claimed_again(store: SqlStore) -> None:
    await store.post([MAIL, OTHER])
    taken = [await store.claim(replace(a_claim(1), owner=owner)) for owner in (ME, "another", ME, "another", ME, ME)]
    assert len({row for batch in taken if batch is not None for row in batch.ids}) == 6
    assert await store.claim(a_claim()) is None


async def test_of_a_run_of_departures_those_stopped_meanwhile_do_not_leave(store: SqlStore) -> None:
    await store.post([MAIL])
    batch = await store.claim(a_claim())
    assert batch is not None
    first, middle, last = batch.ids
    (held,) = outcomes([middle], "held")
    await store.record([held], owner=ME)
    assert await store.record((), [Departure(batch.ids, "account", NOW, 1)], owner=ME) == {first, last}


async def test_what_one_reply_says_of_many_is_written_for_each_of_them(store: SqlStore) -> None:
    await store.post([MAIL])
    batch = await store.claim(a_claim())
    assert batch is not None
    (gone,) = outcomes(batch.ids[:1], "failed", status="5.1.1")
    await store.record([replace(gone, ids=batch.ids)], owner=ME)
    assert (await store.results(NETWORK, MAIL.key)).statuses == (("5.1.1", 3),)


async def test_a_mail_to_thousands_is_queued_claimed_and_departs_whole(store: SqlStore) -> None:
    await store.post([replace(MAIL, recipients=members(2500))])
    batch = await store.claim(a_claim(2500))
    assert batch is not None
    assert batch.mail.recipients == members(2500)
    assert await store.record((), [Departure(batch.ids, "account", NOW, 50)], owner=ME) == set(batch.ids)
    assert (await store.results(NETWORK, MAIL.key)).total == 2500
