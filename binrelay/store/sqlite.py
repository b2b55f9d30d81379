"""SQLite: one file, one writer, and every commit on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event

from binrelay.store.engine import Kind, begin_with

__all__ = ["KIND", "prepare_file", "sqlite_engine"]

_PRAGMAS = (
    "busy_timeout=10000",  # first, for the others may have to wait
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL may lose a committed transaction with the power
    "foreign_keys=ON",
    "secure_delete=ON",  # what is forgotten is overwritten
)
# A deferred BEGIN that turns to writing later fails at once beside another writer; no timeout helps it.
KIND = Kind(
    threads=1,  # one writer: waiting in line here is cheaper than polling for its lock
    version="SELECT total_changes() || '/' || data_version FROM pragma_data_version",  # ours and the others'
    write=("BEGIN IMMEDIATE",),
    read=("BEGIN",),
    migrate=("PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"),
    scrub=("PRAGMA wal_checkpoint(TRUNCATE)",),  # the write-ahead log holds what was deleted, too
    scrub_whole=("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"),
)


def prepare_file(path: Path) -> None:
    """Makes the folder (0700) and the empty file (0600) where they are missing: it will hold addresses.

    A command that root gives before the first start must not shut the service out: the file is the folder's owner's.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, owner = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600), path.parent.stat()
    try:
        if os.geteuid() == 0 and os.fstat(file).st_size == 0:
            os.fchown(file, owner.st_uid, owner.st_gid)
    finally:
        os.close(file)


def sqlite_engine(path: Path, *, readonly: bool) -> Engine:
    mode = {"uri": "true", "mode": "ro" if readonly else "rw"}
    engine = create_engine(
        URL.create("sqlite", database=path.absolute().as_uri(), query=mode),
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

    begin_with(engine, KIND.read if readonly else KIND.write)
    return engine
