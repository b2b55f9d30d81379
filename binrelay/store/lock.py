"""One daemon a store. Invariant: the lock goes with the process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from binrelay.errors import AlreadyRunning, StoreError
from binrelay.store.place import database_path


@contextmanager
def lock(url: str) -> Iterator[None]:
    """Holds `<file>.lock` for the block. Raises AlreadyRunning, or StoreError where it cannot be made.

    For the daemon alone: commands open the store beside it.
    """
    path = database_path(url)
    if path is None:
        yield  # PostgreSQL is shared by several daemons on purpose
        return
    handle = _take(path.with_name(path.name + ".lock"))
    try:
        yield
    finally:
        os.close(handle)


def _take(file: Path) -> int:
    """The locked file's descriptor."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if isinstance(error, BlockingIOError):
            raise AlreadyRunning(f"{file}: another daemon holds this store") from error
        raise StoreError(f"{file}: cannot be locked: {error.strerror}") from error
    return handle
