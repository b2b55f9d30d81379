"""Connections, transactions and what differs between databases; the only file that knows which one is below.

Invariant: a transaction, once begun, ends by itself (COMMIT or ROLLBACK) whatever becomes of the task that asked.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from binrelay.errors import StoreError

__all__ = ["Database", "insert_row", "prepare_file", "sqlite_engine", "translated", "upsert"]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_BEGIN = "binrelay_begin"  # execution option: the statement(s) a transaction begins with, none where empty
_PRAGMAS = (
    "busy_timeout=10000",  # first, for the others may have to wait
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL may lose a committed transaction with the power
    "foreign_keys=ON",
    "secure_delete=ON",  # what is forgotten is overwritten
)


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turns what the database or the disk raises into StoreError. Parameters of statements never get into its text."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{place}: {_first_line(error.orig)}") from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StoreError(f"{place}: {_first_line(error)}") from error


def _first_line(error: BaseException | None) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def prepare_file(path: Path) -> None:
    """Makes the folder (0700) and the empty file (0600) where they are missing: it will hold addresses."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def sqlite_engine(path: Path, *, readonly: bool) -> Engine:
    """One connection: SQLite has one writer, and waiting in line here is cheaper than polling for its lock."""
    mode = {"uri": "true", "mode": "ro" if readonly else "rw"}
    url = URL.create("sqlite", database=path.absolute().as_uri(), query=mode)
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"check_same_thread": False},
        pool_reset_on_return=None,  # every transaction here ends by itself
        hide_parameters=True,
    )
    pragmas = _PRAGMAS[:1] if readonly else _PRAGMAS

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN is a deferred one
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred BEGIN that turns to writing later fails at once beside another writer; no timeout helps it.
        default = ("BEGIN",) if readonly else ("BEGIN IMMEDIATE",)
        for statement in connection.get_execution_options().get(_BEGIN, default):
            connection.exec_driver_sql(statement)

    return engine


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which SQL leaves to each database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_row(connection: Connection, table: Table, **values: object) -> int:
    """Inserts one row into a table that numbers its rows; the number."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


class Database:
    """Runs functions of a Connection, each as one transaction; errors come out as StoreError naming `place`."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.place = place
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._running: set[asyncio.Future[Any]] = set()

    async def write(self, work: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await self._shielded(lambda connection: work(connection, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """As `write`, beside a writer and from one moment's state. For `work` that only selects."""
        return await self._shielded(lambda connection: work(connection, *args, **kwargs), begin=("BEGIN",))

    async def migrate(self, work: Callable[[Connection], None]) -> None:
        """Foreign keys sleep meanwhile: replacing a table must not empty those that refer to it."""
        await self._shielded(work, begin=("PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"))
        self._engine.dispose()

    async def scrub(self, *, whole: bool = False) -> None:
        """Takes what was deleted out of the write-ahead log too; `whole` rewrites the file."""
        statements = ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)") if whole else ("PRAGMA wal_checkpoint(TRUNCATE)",)
        await self._shielded(lambda connection: _execute(connection, statements), begin=())

    async def close(self) -> None:
        """Waits for what runs, then lets go of the file."""
        while self._running:
            await asyncio.wait(self._running)
        with translated(self.place):
            self._engine.dispose()
        self._thread.shutdown()

    async def _shielded(self, work: Callable[[Connection], _T], *, begin: tuple[str, ...] | None = None) -> _T:
        task = asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work, begin)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen, also where the caller is gone

    def _transaction(self, work: Callable[[Connection], _T], begin: tuple[str, ...] | None) -> _T:
        engine = self._engine if begin is None else self._engine.execution_options(**{_BEGIN: begin})
        with translated(self.place), engine.begin() as connection:
            return work(connection)


def _execute(connection: Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
