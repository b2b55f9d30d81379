"""What was sent is counted by its cause; the key is made once; a stopped network stays stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from binrelay.records import Kind, Mail
from binrelay.records.members import Ledger
from binrelay.store.store import SqlStore, open_store
from tests.store.conftest import Hand
from tests.store.values import BULLETIN, DAY, JAN, MAIL, NETWORK, NOW, PLAN, POLICE, QUERY, members

ANSWER = replace(MAIL, kind=Kind.ACKNOWLEDGEMENT, recipients=(JAN,))


def mail(key: str, kind: Kind = Kind.REPLY, number: int = 1) -> Mail:
    return replace(MAIL, key=key, kind=kind, message_id=f"{key}@bin.example", recipients=members(number))


async def test_the_key_is_made_once_and_is_the_same_for_every_process(store: SqlStore, other: SqlStore) -> None:
    assert len(store.key) == 32
    assert store.key == other.key
    assert (await store.recall(QUERY)).key == store.key


async def test_another_store_has_another_key(store: SqlStore, tmp_path: Path) -> None:
    second = await open_store(f"sqlite://{tmp_path}/second.sqlite3")
    assert second.key != store.key
    await second.close()


async def test_answers_are_counted_for_a_day_to_one_to_all_and_to_strangers(store: SqlStore, clock: Hand) -> None:
    await store.post([replace(ANSWER, key="AAAA0001/ack"), replace(ANSWER, key="AAAA0002/join", message_id="2@b")])
    await store.post([replace(ANSWER, key="AAAA0003/join", message_id="3@b", kind=Kind.NOTICE)])
    mine = replace(QUERY, writer=JAN)
    found = await store.recall(mine)
    assert (found.answered, found.answered_all, found.answered_strangers) == (2, 2, 1)
    assert (await store.recall(replace(QUERY, writer=POLICE))).answered == 0
    assert (await store.recall(replace(mine, now=clock.time + DAY + 61))).answered_all == 0


async def test_the_answers_that_a_member_got_within_the_hour_are_counted(store: SqlStore, clock: Hand) -> None:
    await store.post([replace(ANSWER, key="AAAA0001/answer", kind=Kind.ANSWER)])
    mine = replace(QUERY, writer=JAN, author=JAN)
    assert (await store.recall(mine)).answers_lately == 1
    assert (await store.recall(replace(mine, author=POLICE, writer=POLICE))).answers_lately == 0
    assert (await store.recall(replace(mine, now=clock.time + 3661))).answers_lately == 0


async def test_every_mail_to_people_has_an_arrival_or_the_network_itself_as_its_cause(store: SqlStore) -> None:
    await store.enqueue(
        replace(PLAN, mails=(mail("AAAA0001/nl", Kind.BULLETIN, 5), mail("AAAA0001/en", Kind.BULLETIN, 3)))
    )
    await store.post([mail("AAAA0001/reply"), mail(f"{NETWORK}/digest/1"), mail("AAAA0001/notice", Kind.NOTICE)])
    assert await store.ledger(NETWORK, NOW - 1, members=3) == Ledger(widest_passed=1, widest=5, unexplained=0)
    await store.post([mail("ZZZZ9999/reply")])
    assert (await store.ledger(NETWORK, NOW - 1, members=3)).unexplained == 1
    assert await store.ledger(NETWORK, NOW, members=3) == Ledger(0, 0, 0)


async def test_a_bulletin_is_measured_by_the_members_there_were_however_many_left_since(store: SqlStore) -> None:
    wide = mail("AAAA0001/nl", Kind.BULLETIN, 60)
    noted = replace(BULLETIN, id=str(wide.bulletin), members=60)
    await store.enqueue(replace(PLAN, mails=(wide,), bulletin=noted))
    assert (await store.ledger(NETWORK, NOW - 1, members=3)).widest == 0
    await store.post([mail("AAAA0001/en", Kind.BULLETIN, 21)])
    assert (await store.ledger(NETWORK, NOW - 1, members=3)).widest == 21


@pytest.mark.parametrize("again", [False, True])
async def test_a_stopped_network_is_stopped_for_every_process_until_a_person_restarts_it(
    store: SqlStore, other: SqlStore, *, again: bool
) -> None:
    assert await store.break_off(NETWORK, "too-many")
    if again:
        assert not await store.break_off(NETWORK, "too-wide")
    assert await other.broken_off(NETWORK) == "too-many"
    assert await other.broken_off("elsewhere") is None
    assert await other.restart(NETWORK)
    assert not await other.restart(NETWORK)
    assert await store.broken_off(NETWORK) is None
