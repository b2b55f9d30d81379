"""The machine we run on: clock, dice, the service manager, changed files, the status file."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import hashlib
import json
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from binrelay.ports import Journal

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nobody misreads a tag aloud
_M_MMAP_THRESHOLD = -3  # malloc.h
POLL = 2.0  # seconds between two looks at the files where the system does not announce changes


class SystemClock:
    def now(self) -> float:
        return time.time()

    def steady(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SystemDice:
    """From the operating system's generator: tags must be unguessable."""

    def token(self, length: int) -> str:
        return "".join(secrets.choice(CROCKFORD) for _ in range(length))

    def jitter(self) -> float:
        return secrets.randbelow(1 << 20) / (1 << 20)


def give_memory_back() -> bool:
    """Asks glibc to return large blocks to the system as soon as they are free; False where the C library is another.

    By default it raises its threshold to 32 MB with the first large mail, and keeps several such blocks for good: a
    small computer would hold 200 MB for a mail that is long gone.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 256 * 1024))
    except (OSError, AttributeError):
        return False


def keep_for_good() -> None:
    """What is in memory now stays, code and members: the collector need not look through 50,000 of them each time."""
    gc.collect()
    gc.freeze()


def sd_notify(state: str, environ: Mapping[str, str] | None = None) -> None:
    """Tells systemd (sd_notify(3)); nothing where it did not start us."""
    path = (os.environ if environ is None else environ).get("NOTIFY_SOCKET")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.connect(address)
        channel.sendall(state.encode())


async def changes(files: Sequence[Path]) -> AsyncIterator[None]:
    """Yields whenever the content of one of `files` has changed; of a folder that is the names in it.

    Folders are looked at every two seconds, contents compared: a file that is replaced by renaming, or a link that is
    turned elsewhere, is announced by no system in the same way, and a network file system announces nothing.
    """
    known = await asyncio.to_thread(_fingerprint, files)
    while True:
        await asyncio.sleep(POLL)
        current = await asyncio.to_thread(_fingerprint, files)
        if current != known:
            known = current
            yield


def _fingerprint(files: Sequence[Path]) -> tuple[str, ...]:
    return tuple(_digest(file) for file in files)


def _digest(file: Path) -> str:
    try:
        content = (
            "\n".join(sorted(each.name for each in file.iterdir())).encode() if file.is_dir() else file.read_bytes()
        )
        return hashlib.sha256(content).hexdigest()
    except OSError as error:
        return f"unreadable: {error.errno}"


def status_path(database: Path) -> Path:
    """Where the daemon of that SQLite database writes how it is. Behind PostgreSQL several daemons tell the database."""
    return database.with_name(database.name + ".status")


def write_status(path: Path, status: Mapping[str, object]) -> None:
    """Whole, where there is room for it; not synced, because it is stale after seconds anyhow and memory cards wear out."""
    draft, text = path.with_name(path.name + ".new"), json.dumps(status)
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError:  # no room for two: the old one's is enough, and half of a word is read as none
        draft.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8")


class StatusFile:
    """The daemon's word of itself. A full disk costs that word, not the daemon: what still works goes on."""

    def __init__(self, path: Path, journal: Journal) -> None:
        self._path = path
        self._journal = journal
        self._mute = False

    async def write(self, status: Mapping[str, object]) -> None:
        try:
            await asyncio.to_thread(write_status, self._path, status)
        except OSError as error:
            if not self._mute:
                self._journal.event("status-unwritten", error=error.strerror or type(error).__name__)
            self._mute = True
        else:
            self._mute = False

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


def read_status(path: Path) -> dict[str, object] | None:
    """What the daemon wrote last; None where there is nothing to read."""
    try:
        status = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return status if isinstance(status, dict) else None
