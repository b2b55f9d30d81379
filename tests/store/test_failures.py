"""Which mail came back, to whom; what a server refused at once; and what proves that an address works."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.address import Address
from binrelay.mail.report_keys import ReportKeys
from binrelay.model import Listed
from binrelay.records import Kind, Plan
from binrelay.records.members import BounceRecord, Cause, Returned, Standing, State
from binrelay.store.store import SqlStore
from tests.store.conftest import Hand
from tests.store.values import (
    ARRIVAL,
    DAY,
    JAN,
    MAIL,
    ME,
    NETWORK,
    NOW,
    PLAN,
    POLICE,
    QUERY,
    a_claim,
    an_address,
    members,
    outcomes,
)

MEMBER0, MEMBER1, MEMBER2 = members(3)
BOUNCE = BounceRecord(MEMBER0, "5.1.1", "failed", MAIL.message_id, NOW, counts=True)


async def returned(store: SqlStore, keys: ReportKeys, *failed: Address) -> tuple[Returned, ...]:
    return (await store.recall(replace(QUERY, report=keys, failed=failed))).returned


async def sent(store: SqlStore, *states: str, plan: Plan = PLAN) -> None:
    await store.enqueue(plan)
    batch = await store.claim(a_claim())
    assert batch is not None
    results = [outcomes([row], state)[0] for row, state in zip(batch.ids, states, strict=False)]
    await store.record(
        [replace(each, status="5.1.1" if each.state == "failed" else "2.0.0") for each in results], owner=ME
    )


async def test_the_row_in_the_return_address_tells_whom_whatever_the_report_names(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    (found,) = await returned(store, ReportKeys(rows=(2,), message_ids=("else@where.example",)), POLICE)
    assert (found.address, found.mail, found.sure) == (MEMBER1, MAIL.message_id, True)


async def test_a_message_id_of_ours_tells_the_mail_and_the_report_tells_whom(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    found = await returned(store, ReportKeys(message_ids=(MAIL.message_id,)), MEMBER2, POLICE)
    assert [(each.address, each.sure) for each in found] == [(MEMBER2, True)]


async def test_a_mail_to_one_person_came_back_from_that_person(store: SqlStore) -> None:
    await store.enqueue(replace(PLAN, mails=(replace(MAIL, kind=Kind.ANSWER, recipients=(JAN,)),)))
    found = await returned(store, ReportKeys(message_ids=(MAIL.message_id,)), an_address("forwarded@x.example"))
    assert [each.address for each in found] == [JAN]


async def test_an_address_alone_is_a_guess_and_only_while_the_mail_is_fresh(store: SqlStore, clock: Hand) -> None:
    await sent(store, "sent", "sent", "sent")
    found = await returned(store, ReportKeys(), MEMBER1)
    assert [(each.address, each.sure) for each in found] == [(MEMBER1, False)]
    clock.time += 8 * DAY
    late = replace(QUERY, now=clock.time, report=ReportKeys(), failed=(MEMBER1,))
    assert (await store.recall(late)).returned == ()


async def test_a_report_about_a_mail_of_somebody_else_is_about_nobody(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    assert await returned(store, ReportKeys(message_ids=("else@where.example",)), MEMBER0) == ()
    other = replace(QUERY, network="elsewhere", report=ReportKeys(rows=(1,)))
    assert (await store.recall(other)).returned == ()


async def test_a_refusal_by_the_provider_is_a_failure_like_a_report_and_counts_once(store: SqlStore) -> None:
    await sent(store, "failed", "sent", "sent")
    for _ in range(2):
        (failure,) = await store.failures(NETWORK, NOW - DAY)
    assert (failure.address, failure.status, failure.mail, failure.of, failure.counts) == (
        MEMBER0,
        "5.1.1",
        MAIL.key,
        3,
        True,
    )


async def test_a_report_about_a_refused_recipient_is_not_counted_twice(store: SqlStore) -> None:
    await sent(store, "failed", "sent", "sent")
    await store.enqueue(replace(PLAN, arrival=replace(ARRIVAL, id="B", digest="b"), mails=(), bounces=(BOUNCE,)))
    assert len(await store.failures(NETWORK, NOW - DAY)) == 1


async def test_a_mail_that_did_not_come_back_for_long_proves_the_address(store: SqlStore) -> None:
    await sent(store, "sent", "sent", "sent")
    await store.enqueue(replace(PLAN, arrival=replace(ARRIVAL, id="B", digest="b"), mails=(), bounces=(BOUNCE,)))
    people = (MEMBER0, MEMBER1)
    assert set(await store.proofs(NETWORK, people, NOW - 1)) == set()
    assert set(await store.proofs(NETWORK, people, NOW + 1)) == {MEMBER1.key}


async def test_a_mail_that_cannot_come_back_proves_nothing(store: SqlStore) -> None:
    await sent(store, "sent", "sent", "sent", plan=replace(PLAN, mails=(replace(MAIL, reverse_path=None),)))
    assert await store.proofs(NETWORK, (MEMBER0, MEMBER1), NOW + 1) == {}


@pytest.mark.parametrize(("decision", "proves"), [("reply", True), ("ignore", False), ("hold", False)])
async def test_somebody_who_writes_is_there(store: SqlStore, decision: str, *, proves: bool) -> None:
    record = replace(ARRIVAL, decision=decision, author=JAN, state="done")
    await store.enqueue(Plan(record))
    assert bool(await store.proofs(NETWORK, (JAN,), NOW - DAY)) is proves


async def test_who_is_paused_no_more_starts_with_a_clean_sheet(store: SqlStore) -> None:
    await store.enqueue(replace(PLAN, bounces=(BOUNCE,)))
    pause = Standing(NETWORK, MEMBER0, State.PAUSED, Cause.FAILING, NOW, Listed.ACTIVE)
    await store.stand((pause,))
    assert [each.counts for each in await store.failures(NETWORK, NOW - DAY)] == [True]
    await store.stand((replace(pause, state=State.AS_LISTED),))
    assert [each.counts for each in await store.failures(NETWORK, NOW - DAY)] == [False]
