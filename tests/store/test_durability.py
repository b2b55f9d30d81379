"""Nothing is lost and nothing is half done: crashes, cancellation, a full disk, two processes."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from binrelay.errors import StoreError
from binrelay.store.store import SqlStore, open_store
from tests.store.conftest import on_sqlite
from tests.store.values import MAIL, NETWORK, NOW, PLAN, members

REPOSITORY = Path(__file__).parents[2]
MANY = replace(PLAN, mails=(replace(MAIL, recipients=members(5000)),))

# Forks one process for each statement of an enqueue (before any thread starts); each kills itself just there.
CRASHES = """
import asyncio, os, signal, sys
from sqlalchemy import event
from binrelay.store.store import open_store
from tests.store.test_durability import MANY

async def enqueue(url, point):
    store = await open_store(url)
    reached = 0
    def step(*_):
        nonlocal reached
        reached += 1
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)
    for name in ("after_cursor_execute", "commit"):
        event.listen(store._database._engine, name, step)
    assert await store.enqueue(MANY)
    os._exit(0)

point = 0
while True:
    point += 1
    if (child := os.fork()) == 0:
        asyncio.run(enqueue(f"sqlite://{sys.argv[1]}/{point}/store.sqlite3", point))
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        break
print(point - 1)
"""

CLAIMS = """
import asyncio, sys
from binrelay.store.store import open_store
from tests.store.values import a_claim

async def main():
    store = await open_store(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    while batch := await store.claim(a_claim(20)):
        print(*batch.ids)
    await store.close()
asyncio.run(main())
"""


def crash_everywhere(folder: Path) -> int:
    """Fills `folder` with one store for each place to crash at, and one more without a crash; the number of places."""
    command = [sys.executable, "-c", CRASHES, str(folder)]
    return int(subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True).stdout)


def claim_in_two_processes(url: str) -> list[str]:
    command = [sys.executable, "-c", CLAIMS, url]
    workers = [
        subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return [row for worker in workers for row in worker.communicate()[0].split()]


def damage(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


async def test_a_crash_at_any_step_queues_all_or_none(tmp_path: Path) -> None:
    points = crash_everywhere(tmp_path)
    assert points >= 7
    for point in range(1, points + 2):
        store = await open_store(f"sqlite://{tmp_path}/{point}/store.sqlite3")
        whole = (await store.counts(NETWORK, NOW)).queued == 5000
        assert whole == (point > points)
        assert await store.enqueue(MANY) != whole
        assert (await store.counts(NETWORK, NOW)).queued == 5000
        await store.close()


async def test_two_processes_never_take_the_same_recipient(store: SqlStore, url: str) -> None:
    await store.post([replace(MAIL, recipients=members(500))])
    rows = claim_in_two_processes(url)
    assert len(rows) == len(set(rows)) == 500


async def test_a_cancelled_caller_leaves_no_lock_and_no_half(store: SqlStore, other: SqlStore) -> None:
    for key in range(5):
        mail = replace(MAIL, key=str(key), message_id=f"{key}@bin.example", recipients=members(2000))
        task = asyncio.create_task(store.post([mail]))
        for _ in range(key * 3):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5):
            await other.post([replace(MAIL, key=f"other{key}", message_id=f"other{key}@bin.example")])
    await store.close()
    assert (await other.counts(NETWORK, NOW)).queued % 2000 == 5 * 3


async def test_what_was_begun_is_finished_before_closing(url: str, other: SqlStore) -> None:
    store = await open_store(url)
    task = asyncio.create_task(store.enqueue(MANY))
    await asyncio.sleep(0)
    task.cancel()
    await store.close()
    assert task.cancelled()
    assert (await other.counts(NETWORK, NOW)).queued == 5000


@on_sqlite
async def test_a_full_disk_is_told_and_leaves_nothing_half_written(store: SqlStore, file: Path) -> None:
    limit = await store._database.read(lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    await store._database.read(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={limit + 8}"))
    with pytest.raises(StoreError, match="full") as refused:
        await store.enqueue(MANY)
    assert str(file) in str(refused.value)
    assert "member1@" not in str(refused.value)
    assert (await store.counts(NETWORK, NOW)).queued == 0
    await store._database.read(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=100000"))
    assert await store.enqueue(MANY)


@on_sqlite
async def test_a_damaged_file_is_told(url: str, file: Path) -> None:
    store = await open_store(url)
    await store.enqueue(MANY)
    await store.close()
    damage(file)
    with pytest.raises(StoreError, match=r"binrelay\.sqlite3: .*malformed"):
        await open_and_count(url)


async def open_and_count(url: str) -> None:
    store = await open_store(url)
    try:
        await store.counts(NETWORK, NOW)
    finally:
        await store.close()


@on_sqlite
async def test_a_store_that_somebody_locks_is_told(store: SqlStore, file: Path) -> None:
    await store._database.read(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=10"))
    with closing(sqlite3.connect(file, isolation_level=None)) as somebody:
        somebody.execute("begin immediate")
        with pytest.raises(StoreError, match="locked"):
            await store.enqueue(PLAN)
        assert (await store.counts(NETWORK, NOW)).queued == 0
    assert await store.enqueue(PLAN)
