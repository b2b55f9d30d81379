"""Several daemons behind one store: each mailbox has one watcher, and the dead are cleaned up after."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import psycopg
import pytest

from binrelay.records import Departure
from binrelay.rota import Attendance
from binrelay.store.rota import SqlRota
from binrelay.store.store import SqlStore
from tests.store.conftest import on_postgresql
from tests.store.values import MAIL, ME, NETWORK, NOW, a_claim, members

ANNA = Attendance("ANNA", "one.example", 11, '{"ok": true}')
BERT = Attendance("BERT", "two.example", 22, '{"ok": true}')
LONG, OVER = 60.0, 0.0  # leases: one that lasts the test, one that is over at once
WAIT = 300.0


@pytest.fixture
def rota(store: SqlStore) -> SqlRota:
    return SqlRota(store._database)


async def silence(rota: SqlRota) -> None:
    """The clock is the database's: the only way to let time go by is to wait."""
    await asyncio.sleep(0.02)


async def test_the_first_daemon_watches_and_the_second_stands_by(rota: SqlRota) -> None:
    assert await rota.attend(ANNA, ("oost", "west"), lease=LONG) == {"oost", "west"}
    assert await rota.attend(BERT, ("oost", "west"), lease=LONG) == frozenset()
    assert await rota.attend(ANNA, ("oost", "west"), lease=LONG) == {"oost", "west"}


async def test_a_network_that_only_one_of_them_knows_is_its_own(rota: SqlRota) -> None:
    await rota.attend(ANNA, ("oost",), lease=LONG)
    assert await rota.attend(BERT, ("oost", "west"), lease=LONG) == {"west"}


async def test_a_mailbox_passes_on_when_its_watcher_falls_silent(rota: SqlRota) -> None:
    await rota.attend(ANNA, ("oost",), lease=OVER)
    assert await rota.attend(BERT, ("oost",), lease=LONG) == {"oost"}
    assert await rota.attend(ANNA, ("oost",), lease=LONG) == frozenset()


async def test_a_network_that_left_the_configuration_is_free(rota: SqlRota) -> None:
    await rota.attend(ANNA, ("oost", "west"), lease=LONG)
    assert await rota.attend(ANNA, ("west",), lease=LONG) == {"west"}
    assert await rota.attend(BERT, ("oost",), lease=LONG) == {"oost"}


async def test_daemons_that_come_together_share_no_mailbox(rota: SqlRota, other: SqlStore) -> None:
    names = tuple(f"n{number}" for number in range(50))
    second = SqlRota(other._database)
    anna, bert = await asyncio.gather(rota.attend(ANNA, names, lease=LONG), second.attend(BERT, names, lease=LONG))
    assert not anna & bert
    assert anna | bert == set(names)


async def test_who_stops_frees_its_mailboxes_and_gives_back_its_claims(store: SqlStore, rota: SqlRota) -> None:
    await rota.attend(replace(ANNA, id=ME), (NETWORK,), lease=LONG)
    await store.post([MAIL])
    await store.claim(a_claim())
    assert await rota.resign(ME, wait=WAIT, now=NOW) == 3
    assert await rota.attend(BERT, (NETWORK,), lease=LONG) == {NETWORK}
    batch = await store.claim(replace(a_claim(), owner="BERT"))
    assert batch is not None
    assert (len(batch.ids), batch.attempts, batch.uncertain) == (3, 0, 0)


async def test_what_a_dead_daemon_had_at_its_dot_is_uncertain_and_waits(store: SqlStore, rota: SqlRota) -> None:
    await rota.attend(replace(ANNA, id=ME), (NETWORK,), lease=LONG)
    await store.post([replace(MAIL, recipients=members(4))])
    batch = await store.claim(a_claim())
    assert batch is not None
    await store.record((), (Departure(batch.ids[:2], "account", NOW, 1),), owner=ME)
    await silence(rota)
    assert await rota.bury(silent=0.01, wait=WAIT, now=NOW) == ((ME, 4),)
    sure = await store.claim(replace(a_claim(), owner="BERT"))
    assert sure is not None
    assert set(sure.ids) == set(batch.ids[2:])
    unsure = await store.claim(replace(a_claim(now=NOW + WAIT), owner="BERT"))
    assert unsure is not None
    assert (set(unsure.ids), unsure.uncertain) == (set(batch.ids[:2]), 1)


async def test_a_daemon_that_was_given_up_sends_nothing_more(store: SqlStore, rota: SqlRota) -> None:
    await rota.attend(replace(ANNA, id=ME), (NETWORK,), lease=LONG)
    await store.post([MAIL])
    batch = await store.claim(a_claim())
    assert batch is not None
    await silence(rota)
    await rota.bury(silent=0.01, wait=WAIT, now=NOW)
    departure = Departure(batch.ids, "account", NOW, 1)
    assert await store.record((), (departure,), owner=ME) == frozenset()


async def test_who_is_alive_is_not_buried(store: SqlStore, rota: SqlRota) -> None:
    await rota.attend(ANNA, (NETWORK,), lease=LONG)
    assert await rota.bury(silent=60.0, wait=WAIT, now=NOW) == ()
    assert [each.id for each in await rota.roll()] == ["ANNA"]


async def test_claims_of_a_daemon_nobody_knows_are_given_back(store: SqlStore, rota: SqlRota) -> None:
    await store.post([MAIL])
    await store.claim(a_claim())
    await rota.attend(ANNA, (NETWORK,), lease=LONG)
    assert await rota.tidy(wait=WAIT, now=NOW) == 3
    assert await rota.tidy(wait=WAIT, now=NOW) == 0


async def test_two_that_bury_the_same_daemon_give_back_once(rota: SqlRota, store: SqlStore, other: SqlStore) -> None:
    await rota.attend(replace(ANNA, id=ME), (NETWORK,), lease=LONG)
    await store.post([MAIL])
    await store.claim(a_claim())
    await silence(rota)
    second = SqlRota(other._database)
    found = await asyncio.gather(*(each.bury(silent=0.01, wait=WAIT, now=NOW) for each in (rota, second)))
    assert sorted(map(tuple, found)) == [(), ((ME, 3),)]


async def test_daemons_hear_of_mail_that_another_one_queued(store: SqlStore, rota: SqlRota) -> None:
    assert await rota.waiting(NOW) == frozenset()
    await store.post([MAIL])
    assert await rota.waiting(NOW) == {NETWORK}
    await store.claim(a_claim())
    assert await rota.waiting(NOW) == frozenset()


async def test_the_roll_says_who_is_there_and_since_when_they_are_silent(rota: SqlRota) -> None:
    await rota.attend(BERT, (), lease=LONG)
    await rota.attend(ANNA, (), lease=LONG)
    await silence(rota)
    first, second = await rota.roll()
    assert (first.id, first.host, first.pid, first.status) == ("ANNA", "one.example", 11, '{"ok": true}')
    assert second.age > first.age > 0.0


@on_postgresql
async def test_a_daemon_that_is_buried_while_it_signs_off_waits_in_no_circle(url: str, rota: SqlRota) -> None:
    """The burier has its row; who signs off must ask for that row before it holds anything else."""
    await rota.attend(ANNA, ("oost",), lease=LONG)
    burier = await psycopg.AsyncConnection.connect(url)
    await burier.execute("SELECT id FROM daemons FOR UPDATE")
    signing_off = asyncio.create_task(rota.resign(ANNA.id, wait=WAIT, now=NOW))
    await asyncio.sleep(0.5)
    await burier.execute("SET lock_timeout = '5s'")
    await burier.execute("DELETE FROM leases")
    await burier.commit()
    await burier.close()
    assert await signing_off == 0
