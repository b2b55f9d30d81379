"""Transactions: begun, ended and retried. What differs between databases stands in `sqlite` and `postgresql`.

Invariants: a transaction, once begun, ends by itself (COMMIT or ROLLBACK) whatever becomes of the task that asked; what a
database says about values never gets into an error's text.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, Table, event, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from binrelay.errors import StoreError, StoreLost

__all__ = ["Database", "Kind", "alone_with", "begin_with", "clock", "insert_row", "translated", "upsert"]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_BEGIN = "binrelay_begin"  # execution option: the statement(s) a transaction begins with, none where empty
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0  # seconds between two attempts to reach a database that is away

_VERSION_AGE = 1.0

Statements = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between databases: how many threads it serves, and the statements around a piece of work."""

    threads: int
    version: str  # a statement that answers differently once anything was written, by whomever
    shared: bool = False  # by several daemons
    write: Statements = ()  # a transaction that writes begins with
    read: Statements = ()  # one that reads, from one moment's state
    migrate: Statements = ()  # one that changes the schema, alone in the world
    scrub: Statements = ()  # takes what was deleted out of reach; outside a transaction
    scrub_whole: Statements = ()  # the same, thoroughly, however long it takes
    outside: Mapping[str, str] = field(default_factory=dict)  # execution options for statements outside a transaction


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turns what the database or the disk raises into StoreError. Parameters of statements never get into its text.

    The cause is cut off: PostgreSQL adds the values of the row to it, and a traceback would show them.
    """
    try:
        yield
    except DBAPIError as error:
        kind = StoreLost if _passes(error) else StoreError
        raise kind(f"{place}: {_first_line(error.orig)}") from None
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StoreError(f"{place}: {_first_line(error)}") from error


def _passes(error: DBAPIError) -> bool:
    """Whether the server was not there, or made us give way to another: the same work may do a moment later."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", "")
    nobody_there = state is None and type(error.orig).__name__ == "OperationalError"
    return nobody_there or (state or "")[:2] in {"08", "40"} or (state or "")[:3] == "57P"


def _first_line(error: BaseException | None) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def begin_with(engine: Engine, statements: Statements) -> None:
    """Every transaction of this engine begins with these, unless it was told otherwise."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        for statement in connection.get_execution_options().get(_BEGIN, statements):
            connection.exec_driver_sql(statement)


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which SQL leaves to each database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def alone_with(connection: Connection, network: str) -> None:
    """Until the transaction ends nobody else changes what this network remembers, so that "look, then write" is exact.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(network, 0))))


def clock(connection: Connection) -> float:
    """The database's own clock, Unix time: the same for every daemon behind it."""
    if connection.dialect.name == "postgresql":
        return float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one())
    return float(connection.exec_driver_sql("SELECT (julianday('now') - 2440587.5) * 86400.0").scalar_one())


def insert_row(connection: Connection, table: Table, **values: object) -> int:
    """Inserts one row into a table that numbers its rows; the number."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


class Database:
    """Runs functions of a Connection, each as one transaction; errors come out as StoreError naming `place`.

    `patient`: a server that is away is waited for, with growing pauses, and `away` says what it is waiting for.
    """

    def __init__(self, engine: Engine, kind: Kind, place: str, *, patient: bool = False) -> None:
        self.place = place
        self.shared = kind.shared
        self.away: str | None = None
        self._engine = engine
        self._engines: dict[object, Engine] = {}
        self._kind = kind
        self._patient = patient
        self._hurry = asyncio.Event()
        self._asking = asyncio.Lock()
        self._version, self._version_until = "", 0.0
        self._threads = ThreadPoolExecutor(kind.threads, thread_name_prefix="store")
        self._running: set[asyncio.Future[Any]] = set()

    async def write(self, work: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """`work` may run twice: where the line broke at COMMIT nobody knows, and its keys keep it from acting twice."""
        return await self._done(lambda connection: work(connection, *args, **kwargs), self._kind.write)

    async def read(self, work: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """As `write`, beside a writer and from one moment's state. For `work` that only selects."""
        return await self._done(lambda connection: work(connection, *args, **kwargs), self._kind.read)

    async def version(self) -> str:
        """Another word once anything was written, by whomever; at most a second old, so that many may ask often.

        A new word alone proves no news: a server may write for itself. The same word proves that there is none.
        """
        loop = asyncio.get_running_loop()
        async with self._asking:
            if loop.time() >= self._version_until:
                self._version = await self._done(self._ask_version, ())
                self._version_until = loop.time() + _VERSION_AGE
            return self._version

    def _ask_version(self, connection: Connection) -> str:
        return str(connection.exec_driver_sql(self._kind.version).scalar_one())

    async def migrate(self, work: Callable[[Connection], None]) -> None:
        """Foreign keys sleep meanwhile: replacing a table must not empty those that refer to it."""
        await self._done(work, self._kind.migrate)
        self._engine.dispose()

    async def scrub(self, *, whole: bool = False) -> None:
        """Takes what was deleted out of the database's files, as far as that database can."""
        statements = self._kind.scrub_whole if whole else self._kind.scrub
        if statements:
            await self._done(lambda connection: _execute(connection, statements), (), **self._kind.outside)

    def hurry(self) -> None:
        """The daemon stops: what waits for a server that is away fails now."""
        self._hurry.set()

    async def close(self) -> None:
        """Waits for what runs, then lets go of the database."""
        self.hurry()
        while self._running:
            await asyncio.wait(self._running)
        with translated(self.place):
            self._engine.dispose()
        self._threads.shutdown()

    async def _done(self, work: Callable[[Connection], _T], begin: Statements, **options: str) -> _T:
        pause = _FIRST_PAUSE
        while True:
            try:
                result = await self._shielded(work, begin, **options)
            except StoreLost as lost:
                if not self._patient or self._hurry.is_set():
                    raise
                self.away = str(lost)
                await self._rest(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self.away = None
                return result

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            return

    async def _shielded(self, work: Callable[[Connection], _T], begin: Statements, **options: str) -> _T:
        engine = self._beginning(begin, **options)
        task = asyncio.get_running_loop().run_in_executor(self._threads, self._transaction, engine, work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _beginning(self, begin: Statements, **options: str) -> Engine:
        """The engine whose transactions begin so; each of them is made once."""
        wanted = (begin, *options.items())
        if wanted not in self._engines:
            self._engines[wanted] = self._engine.execution_options(**{_BEGIN: begin}, **options)
        return self._engines[wanted]

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen, also where the caller is gone

    def _transaction(self, engine: Engine, work: Callable[[Connection], _T]) -> _T:
        with translated(self.place), engine.begin() as connection:
            return work(connection)


def _execute(connection: Connection, statements: Statements) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
