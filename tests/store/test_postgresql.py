"""What PostgreSQL alone can do to us: go away, come back, refuse, be shared; and what we promise there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import make_url

from binrelay.errors import StoreError, StoreLost
from binrelay.records import Plan
from binrelay.store import migrate
from binrelay.store.postgresql import encryption, place_of
from binrelay.store.store import SqlStore, open_store
from tests.store.conftest import on_postgresql
from tests.store.values import ARRIVAL, HELD, MAIL, NETWORK, NOW, PLAN, a_claim, members
from tests.support.postgresql import Postgresql

MANY = replace(PLAN, mails=(replace(MAIL, recipients=members(2000)),))


@pytest.fixture
def own_server() -> Iterator[Postgresql]:
    """One that a test may kill."""
    with Postgresql() as server:
        yield server


@pytest.fixture
async def waiting(own_server: Postgresql) -> AsyncIterator[SqlStore]:
    """A daemon's store: it waits for a server that is away."""
    store = await open_store(own_server.new_database(), patient=True)
    yield store
    await store.close()


def database_of(url: str) -> str:
    return url.rpartition("/")[2]


async def setting(store: SqlStore, name: str) -> str:
    return await store._database.read(lambda connection: str(connection.exec_driver_sql(f"SHOW {name}").scalar()))


@on_postgresql
async def test_each_commit_reaches_the_disk(store: SqlStore) -> None:
    assert [await setting(store, name) for name in ("fsync", "synchronous_commit")] == ["on", "on"]


@on_postgresql
async def test_no_statement_waits_for_ever(store: SqlStore) -> None:
    assert [await setting(store, name) for name in ("statement_timeout", "lock_timeout")] == ["1min", "30s"]


@on_postgresql
async def test_a_reader_cannot_write(store: SqlStore, url: str) -> None:
    await store.enqueue(Plan(arrival=HELD))
    reader = await open_store(url, readonly=True)
    with pytest.raises(StoreError, match="read-only") as refused:
        await reader.reject(HELD.id)
    assert database_of(url) in str(refused.value)
    assert len(await reader.held()) == 1
    await reader.close()


@on_postgresql
async def test_a_reader_makes_no_store(url: str, postgresql: Postgresql) -> None:
    with pytest.raises(StoreError, match="start the daemon"):
        await open_store(url, readonly=True)
    assert (
        postgresql.command("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=database_of(url))
        == "0"
    )


@on_postgresql
async def test_somebody_elses_database_is_refused_untouched(url: str, postgresql: Postgresql) -> None:
    postgresql.command("CREATE TABLE bookmarks (url text)", database=database_of(url))
    with pytest.raises(StoreError, match="somebody else"):
        await open_store(url)


@on_postgresql
async def test_a_newer_store_is_refused(store: SqlStore, url: str, postgresql: Postgresql) -> None:
    await store.close()
    postgresql.command("UPDATE alembic_version SET version_num = '0999'", database=database_of(url))
    with pytest.raises(StoreError, match="newer binrelay"):
        await open_store(url)


@on_postgresql
async def test_daemons_that_start_together_build_one_store(url: str) -> None:
    stores = await asyncio.gather(*(open_store(url) for _ in range(4)))
    assert await stores[0].enqueue(PLAN)
    assert not await stores[3].enqueue(PLAN)
    for store in stores:
        await store.close()


@on_postgresql
async def test_two_daemons_take_the_same_arrival_in_once(store: SqlStore, other: SqlStore) -> None:
    assert sorted(await asyncio.gather(store.enqueue(MANY), other.enqueue(MANY))) == [False, True]
    assert (await store.counts(NETWORK, NOW)).queued == 2000


@on_postgresql
async def test_a_notice_of_two_daemons_goes_out_once(store: SqlStore, other: SqlStore) -> None:
    await asyncio.gather(*(half.post([MAIL]) for half in (store, other) * 4))
    assert (await store.counts(NETWORK, NOW)).queued == 3


@on_postgresql
async def test_a_claim_takes_no_more_than_asked_whatever_the_plan(store: SqlStore) -> None:
    await store.enqueue(MANY)
    batches = await asyncio.gather(*(store.claim(a_claim(7)) for _ in range(40)))
    rows = [row for batch in batches if batch for row in batch.ids]
    assert len(rows) == len(set(rows)) == 280


@on_postgresql
async def test_concurrent_claims_of_two_mails_never_mix_their_contents(store: SqlStore) -> None:
    for name in "abcdef":
        mail = replace(MAIL, key=name, message_id=f"{name}@bin.example", content=name.encode(), recipients=members(30))
        await store.post([mail])
    batches = await asyncio.gather(*(store.claim(a_claim(3)) for _ in range(60)))
    assert {batch.mail.content.decode() == batch.mail.key for batch in batches if batch} == {True}


@on_postgresql
async def test_a_strangers_nul_and_broken_characters_are_kept_as_marks(store: SqlStore) -> None:
    odd = replace(ARRIVAL, subject="a\0b\ud800", digest="odd\0")
    assert await store.enqueue(Plan(arrival=odd))
    found = await store.arrival(NETWORK, "odd\0")
    assert found is not None
    assert found.subject == "a\ufffdb\ufffd"


@on_postgresql
async def test_an_error_shows_no_value_of_a_row(store: SqlStore) -> None:
    await store.enqueue(Plan(arrival=HELD))
    with pytest.raises(StoreError, match="duplicate") as refused:
        await store.enqueue(Plan(arrival=replace(HELD, digest="another", subject="Geheim")))
    assert HELD.id not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@on_postgresql
async def test_a_password_is_in_no_message(url: str) -> None:
    secret = url.replace("postgres@", "postgres:geheim@")
    assert "geheim" not in place_of(secret)
    with pytest.raises(StoreError) as refused:
        await open_store(secret.rpartition("/")[0] + "/nowhere")
    assert "nowhere" in str(refused.value)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://binrelay@db.example/binrelay", {"sslmode": "verify-full", "sslrootcert": "system"}),
        ("postgresql://binrelay@db.example/b?sslrootcert=/etc/ca.pem", {"sslmode": "verify-full"}),
        ("postgresql://binrelay@db.example/b?sslmode=disable", {}),
        ("postgresql://binrelay@127.0.0.1/binrelay", {}),
        ("postgresql://binrelay@/binrelay?host=/run/postgresql", {}),
        ("postgresql:///binrelay", {}),
    ],
)
def test_a_server_elsewhere_has_to_prove_its_name(url: str, expected: dict[str, str]) -> None:
    assert encryption(make_url(url)) == expected


async def test_an_outage_is_waited_out(own_server: Postgresql, waiting: SqlStore) -> None:
    await waiting.enqueue(PLAN)
    own_server.kill()
    counting = asyncio.create_task(waiting.counts(NETWORK, NOW))
    await asyncio.sleep(1.0)
    assert waiting.away is not None
    assert not counting.done()
    own_server.start()
    async with asyncio.timeout(20):
        assert (await counting).queued == 3
    assert waiting.away is None


async def test_a_write_that_a_dying_server_took_is_not_done_twice(own_server: Postgresql, waiting: SqlStore) -> None:
    writing = asyncio.create_task(waiting.enqueue(MANY))
    await asyncio.sleep(0.15)
    own_server.kill()
    own_server.start()
    async with asyncio.timeout(30):
        await writing
    assert (await waiting.counts(NETWORK, NOW)).queued == 2000


async def test_a_command_does_not_wait_for_a_server_that_is_away(own_server: Postgresql) -> None:
    url = own_server.new_database()
    await (await open_store(url)).close()
    own_server.stop()
    with pytest.raises(StoreLost):
        await open_store(url)


async def test_a_daemon_that_stops_waits_no_longer(own_server: Postgresql, waiting: SqlStore) -> None:
    own_server.stop()
    counting = asyncio.create_task(waiting.counts(NETWORK, NOW))
    await asyncio.sleep(0.5)
    waiting.hurry()
    async with asyncio.timeout(15):
        with pytest.raises(StoreLost):
            await counting


@on_postgresql
async def test_all_steps_together_make_the_current_schema(url: str, postgresql: Postgresql) -> None:
    postgresql.command("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)", database=database_of(url))
    stepped = await open_store(url)
    assert await stepped._database.read(migrate.version) == migrate.HEAD
    assert await stepped.enqueue(PLAN)
    await stepped.close()
    built_url = postgresql.new_database()
    await (await open_store(built_url)).close()
    assert shape(postgresql, url) == shape(postgresql, built_url)


def shape(server: Postgresql, url: str) -> list[str]:
    columns = "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes"
    queries = (f"{columns} WHERE table_schema = 'public'", f"{indexes} WHERE schemaname = 'public'")
    return sorted(line for query in queries for line in server.command(query, database=database_of(url)).splitlines())
