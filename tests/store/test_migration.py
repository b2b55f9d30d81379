"""Versions of the schema: old ones are brought up to date, newer ones refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from binrelay.errors import StoreError
from binrelay.store import migrate
from binrelay.store.schema import METADATA
from binrelay.store.store import SqlStore, open_store
from tests.store.conftest import on_sqlite
from tests.store.values import ARRIVAL, BULLETIN, HELD, MAIL, NETWORK, PLAN, QUERY, a_claim

VERSION_1 = Path(__file__).with_name("version1.sql")


def run(file: Path, script: str) -> None:
    file.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)


def content(file: Path) -> bytes:
    return file.read_bytes()


def differences(connection: Connection) -> object:
    return compare_metadata(MigrationContext.configure(connection), METADATA)


def shape(connection: Connection) -> object:
    return sorted(connection.exec_driver_sql("select type, name, tbl_name from sqlite_master").all())


@pytest.fixture
def from_nothing(file: Path) -> None:
    """A database with every step still to take."""
    run(file, "create table alembic_version (version_num varchar(32) primary key)")


async def test_a_new_store_has_the_current_version(store: SqlStore) -> None:
    assert await store._database.read(migrate.version) == migrate.HEAD


@on_sqlite
@pytest.mark.usefixtures("from_nothing")
async def test_all_steps_together_make_the_current_schema(url: str, tmp_path: Path) -> None:
    stepped, built = await open_store(url), await open_store(f"sqlite://{tmp_path}/built.sqlite3")
    assert await stepped._database.read(differences) == []
    assert await stepped._database.read(shape) == await built._database.read(shape)
    assert await stepped._database.read(migrate.version) == migrate.HEAD
    assert await stepped.enqueue(PLAN)
    await stepped.close()
    await built.close()


@on_sqlite
@pytest.mark.usefixtures("from_nothing")
async def test_a_step_that_fails_changes_nothing(url: str, file: Path) -> None:
    run(file, "create table watches (in_the_way integer)")
    with pytest.raises(StoreError, match="watches"):
        await open_store(url)
    with closing(sqlite3.connect(file)) as connection:
        names = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        assert names == {"alembic_version", "watches"}
        assert connection.execute("select count(*) from alembic_version").fetchone() == (0,)


@on_sqlite
@pytest.mark.usefixtures("from_nothing")
async def test_after_the_steps_foreign_keys_are_watched_again(url: str) -> None:
    store = await open_store(url)
    assert (
        await store._database.read(lambda connection: connection.exec_driver_sql("PRAGMA foreign_keys").scalar()) == 1
    )
    await store.close()


@on_sqlite
async def test_a_store_of_version_1_keeps_its_rows(url: str, file: Path) -> None:
    run(file, VERSION_1.read_text())
    store = await open_store(url)
    assert await store._database.read(migrate.version) == migrate.HEAD
    assert await store.arrival(NETWORK, ARRIVAL.digest) == ARRIVAL
    assert await store.held_one(HELD.id) == HELD
    assert (await store.recall(replace(QUERY, ids=(MAIL.message_id,)))).bulletins == {"B1": BULLETIN}
    batch = await store.claim(a_claim())
    assert batch is not None
    assert batch.mail == MAIL
    await store.close()


@on_sqlite
async def test_a_newer_store_is_refused_untouched(store: SqlStore, url: str, file: Path) -> None:
    await store.enqueue(PLAN)
    await store.close()
    run(file, "update alembic_version set version_num = '0999'")
    before = content(file)
    for readonly in (False, True):
        with pytest.raises(StoreError, match="newer binrelay"):
            await open_store(url, readonly=readonly)
    assert content(file) == before


@on_sqlite
@pytest.mark.usefixtures("from_nothing")
async def test_a_reader_does_not_migrate(url: str) -> None:
    with pytest.raises(StoreError, match="start the daemon"):
        await open_store(url, readonly=True)


def test_an_up_to_date_store_opens_without_the_migration_library(url: str) -> None:
    program = (
        "import asyncio, sys; from binrelay.store.store import open_store\n"
        "async def main():\n"
        "    for _ in range(2): await (await open_store(sys.argv[1])).close()\n"
        "asyncio.run(main()); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, url], capture_output=True, check=True)
    assert done.stdout == b"False\n"
