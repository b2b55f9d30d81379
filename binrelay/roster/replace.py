"""One writer at a time, and a file that is replaced whole or not at all.

Invariant: the file's mode, owner and attributes stay; a link stays a link; what another program wrote since we read is
never overwritten.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from binrelay.errors import BinrelayError

_PATIENCE = 10.0  # seconds for another edit to end


class CannotWrite(BinrelayError):
    """Nothing was changed; the message says why."""


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Holds the file against other binrelay commands. Raises CannotWrite."""
    file = _hold(path)
    try:
        yield
    finally:
        file.close()


def _hold(path: Path) -> BinaryIO:
    deadline = time.monotonic() + _PATIENCE
    while True:
        with _reported(path):
            file = path.open("rb")
            if _take(file.fileno()) and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
            file.close()
        # Another holds it, or has just replaced it: the file to hold is a new one.
        if time.monotonic() > deadline:
            raise CannotWrite(f"{path}: another command is changing it; try again")
        time.sleep(0.02)


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def replace(path: Path, text: str, *, known: str | None, shared: bool = False) -> None:
    """Writes the file anew if it still holds `known`; None: if it still is not there. Raises CannotWrite.

    `shared`: what is new can be read by the folder's group where the folder hands its group on, as /etc/binrelay does
    to let the service read the configuration; else by its owner alone.
    """
    with _reported(path):
        target = path.resolve()
        old = _content(target)
        mark = codecs.BOM_UTF8 if old is not None and old.startswith(codecs.BOM_UTF8) else b""
        draft = _written(target, mark + text.encode(), like=None if old is None else target)
        try:
            if old is None and shared:
                _share_with_folder(draft)
            if _content(target) != old or known != (None if old is None else old.removeprefix(mark).decode()):
                raise CannotWrite(f"{path}: somebody else changed it in the meantime; nothing was written, try again")
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _sync(target.parent)


def _written(target: Path, content: bytes, *, like: Path | None) -> Path:
    """A draft beside the target, safe on the disk."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if like is not None:
                _dress(draft, like)
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _dress(draft: Path, target: Path) -> None:
    """As the file it replaces: mode, owner, access lists."""
    was = target.stat()
    now = draft.stat()
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        os.chown(draft, was.st_uid, was.st_gid)
    shutil.copystat(target, draft)
    os.utime(draft)


def _share_with_folder(draft: Path) -> None:
    if draft.parent.stat().st_mode & stat.S_ISGID:
        draft.chmod(0o640)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _reported(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written: {error.strerror}; nothing was changed") from error
