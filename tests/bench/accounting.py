"""What a peer costs: processor seconds and memory of all its processes, those included that have come and gone.

The benchmark adopts orphans (PR_SET_CHILD_SUBREAPER), so everything a peer starts stays below it; one peer at a time runs.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import threading
import time
from collections.abc import Iterator
from pathlib import Path

_SUBREAPER = 36  # linux/prctl.h
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1_000_000


def adopt_orphans() -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def _stat(pid: int) -> tuple[float, int] | None:
    """Processor seconds (those of reaped children too), resident bytes; None: it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return sum(map(int, fields[11:15])) / _TICK, int(fields[21]) * _PAGE


def _children_of(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread, or the whole process, has just ended
            found += map(int, task.read_text().split())
    return found


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


class Peerage:
    """All processes below this one but the benchmark's own servers, `infrastructure`."""

    def __init__(self) -> None:
        self.infrastructure: set[int] = set()

    def _below(self) -> Iterator[tuple[float, int]]:
        ours = _command(os.getpid())  # a child that has not become its program yet shows our own memory
        children = (pid for pid in _children_of(os.getpid()) if pid not in self.infrastructure)
        waiting = [pid for pid in children if _command(pid) != ours]
        while waiting:
            pid = waiting.pop()
            found = _stat(pid)
            if found is not None:
                waiting += _children_of(pid)
                yield found

    def wait_until_gone(self, patience: float = 30.0) -> None:
        """Until nothing of a stopped peer is left; orphans that have ended are buried. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        while left := [pid for pid in _children_of(os.getpid()) if pid not in self.infrastructure]:
            for pid in left:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(left)} processes of a peer go on after its end")
            time.sleep(0.05)

    def processor(self) -> float:
        """Seconds so far; only differences mean something."""
        gone = resource.getrusage(resource.RUSAGE_CHILDREN)
        return gone.ru_utime + gone.ru_stime + sum(seconds for seconds, _ in self._below())

    def memory(self) -> float:
        """Resident MB of all of them together; what they share counts each time."""
        return sum(size for _, size in self._below()) / MEGABYTE


class Peak(threading.Thread):
    """Looks at the memory every 20 ms until `end()`, which gives the most it saw."""

    def __init__(self, peerage: Peerage) -> None:
        super().__init__(daemon=True)
        self._peerage = peerage
        self._most = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            self._most = max(self._most, self._peerage.memory())
            self._over.wait(0.02)

    def end(self) -> float:
        self._over.set()
        self.join()
        return self._most
