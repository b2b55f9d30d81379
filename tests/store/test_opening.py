"""Opening a store: where it lies, who may read it, who may hold it, what is refused."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from binrelay.errors import AlreadyRunning, StoreError
from binrelay.ports import Store
from binrelay.records import Plan
from binrelay.store.lock import lock
from binrelay.store.place import database_path
from binrelay.store.store import SqlStore, open_store
from tests.store.conftest import on_sqlite
from tests.store.values import HELD, NETWORK, NOW, PLAN


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)


def content(file: Path) -> bytes:
    return file.read_bytes()


def owner(path: Path) -> int:
    return path.stat().st_uid


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///var/lib/binrelay/binrelay.sqlite3", "/var/lib/binrelay/binrelay.sqlite3"),
        ("sqlite:////var/lib/binrelay/binrelay.sqlite3", "/var/lib/binrelay/binrelay.sqlite3"),
        ("sqlite:/var/lib/binrelay/binrelay.sqlite3", "/var/lib/binrelay/binrelay.sqlite3"),
        ("sqlite:binrelay.sqlite3", "binrelay.sqlite3"),
        ("sqlite:///./binrelay.sqlite3", "binrelay.sqlite3"),
        ("sqlite:///../state/binrelay.sqlite3", "../state/binrelay.sqlite3"),
        ("sqlite:///srv/50% off/büro?.sqlite3", "/srv/50% off/büro?.sqlite3"),
    ],
)
def test_a_url_means_one_file(url: str, path: str) -> None:
    assert database_path(url) == Path(path)


@pytest.mark.parametrize("url", ["postgresql://db.example/binrelay", "postgresql+asyncpg://u@h/d", "postgres://h/d"])
def test_postgresql_has_no_file(url: str) -> None:
    assert database_path(url) is None


@pytest.mark.parametrize(
    "url",
    ["", "sqlite", "sqlite:", "sqlite://", "sqlite:///", "sqlite://host/x", "sqlite::memory:", "mysql://h/d", "/x"],
)
def test_what_is_no_store_is_refused(url: str) -> None:
    with pytest.raises(StoreError):
        database_path(url)


@on_sqlite
async def test_nobody_else_may_read_the_store(store: SqlStore, file: Path) -> None:
    await store.enqueue(PLAN)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}


async def test_odd_characters_in_the_path_are_just_characters(tmp_path: Path) -> None:
    file = tmp_path / "50% off?#x" / "bin relay.sqlite3"
    store = await open_store(f"sqlite://{file}")
    await store.close()
    assert file.stat().st_size > 0


async def test_a_store_made_by_roots_command_belongs_to_the_service_whose_folder_it_is(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 65534, 65534)
    file = tmp_path / "binrelay.sqlite3"
    store = await open_store(f"sqlite://{file}")
    assert [owner(file.with_name(file.name + end)) for end in ("", "-wal", "-shm")] == [owner(tmp_path)] * 3
    await store.close()


@on_sqlite
async def test_each_commit_reaches_the_disk(store: SqlStore) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    values = await store._database.read(
        lambda connection: [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    )
    assert values == ["wal", 2, 1, 1]


async def test_workers_can_work_with_it(store: SqlStore) -> None:
    port: Store = store
    assert await port.held() == ()


async def test_what_was_written_is_there_after_a_restart(url: str) -> None:
    first = await open_store(url)
    await first.enqueue(PLAN)
    await first.close()
    second = await open_store(url)
    assert (await second.counts(NETWORK, NOW)).queued == 3
    await second.close()


@on_sqlite
async def test_reading_alone_makes_no_store(url: str, file: Path) -> None:
    with pytest.raises(StoreError, match="no store yet"):
        await open_store(url, readonly=True)
    assert not file.parent.exists()


async def test_status_reads_while_the_daemon_is_stopped(store: SqlStore, url: str) -> None:
    await store.enqueue(Plan(arrival=HELD))
    await store.close()
    reader = await open_store(url, readonly=True)
    assert len(await reader.held()) == 1
    await reader.close()


@on_sqlite
async def test_a_reader_cannot_write(store: SqlStore, url: str, file: Path) -> None:
    await store.enqueue(Plan(arrival=HELD))
    reader = await open_store(url, readonly=True)
    with pytest.raises(StoreError, match="readonly") as refused:
        await reader.reject(HELD.id)
    assert str(file) in str(refused.value)
    assert len(await reader.held()) == 1
    await reader.close()


async def test_a_reader_sees_what_the_daemon_writes(store: SqlStore, url: str) -> None:
    reader = await open_store(url, readonly=True)
    await store.enqueue(PLAN)
    assert (await reader.counts(NETWORK, NOW)).queued == 3
    await reader.close()


@on_sqlite
async def test_a_file_that_is_no_database_is_refused(url: str, file: Path) -> None:
    write(file, b"Subject: not a database\r\n" * 200)
    with pytest.raises(StoreError, match="not a database"):
        await open_store(url)
    assert content(file).startswith(b"Subject:")


@on_sqlite
async def test_somebody_elses_database_is_refused_untouched(url: str, file: Path) -> None:
    file.parent.mkdir()
    with sqlite3.connect(file) as theirs:
        theirs.execute("create table bookmarks (url text)")
    theirs.close()
    with pytest.raises(StoreError, match="somebody else"):
        await open_store(url)


@on_sqlite
async def test_a_folder_in_place_of_the_file_is_refused(url: str, file: Path) -> None:
    write(file / "inside", b"")
    with pytest.raises(StoreError, match="directory"):
        await open_store(url)


@on_sqlite
def test_two_daemons_do_not_share_a_store(url: str, file: Path) -> None:
    with lock(url):
        with pytest.raises(AlreadyRunning), lock(url):
            pass
        assert file.with_name("binrelay.sqlite3.lock").exists()
    with lock(url):
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_lock_that_cannot_be_made_is_told(file: Path) -> None:
    write(file, b"")
    with pytest.raises(StoreError), lock(f"sqlite://{file}/below/a/file.sqlite3"):
        pass


@on_sqlite
def test_a_daemon_in_another_process_is_noticed(url: str) -> None:
    program = (
        "import sys; from binrelay.store.lock import lock\n"
        "with lock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    daemon = subprocess.Popen([sys.executable, "-c", program, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunning), lock(url):
        pass
    daemon.kill()
    daemon.communicate()
    with lock(url):
        assert os.getpid() != daemon.pid


async def test_commands_work_beside_the_daemons_lock(url: str) -> None:
    with lock(url):
        daemon = await open_store(url)
        command = await open_store(url)
        await daemon.enqueue(Plan(arrival=HELD))
        assert await command.request(HELD.id, "release")
        await command.close()
        await daemon.close()
