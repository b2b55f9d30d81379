"""One daemon a store. Invariant: the lock goes with the process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from binrelay.errors import AlreadyRunning
from binrelay.store.engine import database_path, translated


@contextmanager
def lock(url: str) -> Iterator[None]:
    """Holds `<file>.lock` for the block. Raises AlreadyRunning, or StoreError where it cannot be made.

    For the daemon alone: commands open the store beside it.
    """
    path = database_path(url)
    if path is None:
        yield  # PostgreSQL is shared by several daemons on purpose
        return
    name = path.with_name(path.name + ".lock")
    with translated(str(name)):
        name.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, str(name))
        yield
    finally:
        os.close(handle)


def _take(handle: int, name: str) -> None:
    with translated(name):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"{name}: another daemon holds this store") from error
