"""The real daemon with a trap between its workers and the outside world: it dies, or its database refuses, at a named point.

A point is `PORT.METHOD:before` or `:after`; every method that changes the world has both. Of several daemons with one trap the
first that comes to the point is caught, alone. Invariant: what is between changes nothing else: arguments, results and errors
pass as they are.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from binrelay.config import load_settings
from binrelay.daemon import Daemon
from binrelay.errors import StoreError
from binrelay.journal import LogJournal
from binrelay.store.rota import SqlRota
from binrelay.store.store import SqlStore
from binrelay.workers.presence import SILENCE

P = TypeVar("P")

# What only asks, of a mailbox and of a submitter; a method that is added is an effect until it stands here. A method of the
# store only asks where its code calls no `write`.
WRITE = re.compile(r"(store|rota)\..*:before")
QUESTIONS = frozenset({"uid_span", "uids", "listing", "fetch", "fetch_together", "find", "wait", "capabilities"})


@dataclass(frozen=True, slots=True)
class Order:
    config: str
    points: str  # where the points that are passed are noted
    armed: str  # while this file is there
    at: str = ""  # the point; none: nothing happens
    refuse: bool = False  # from there on the database refuses whatever is to be written, instead of the process dying
    silence: float = SILENCE  # seconds until a daemon counts as dead


class Trap:
    """`daemon.Between`: what passes a point is noted; at the chosen one everything ends."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._refusing = False

    def __call__(self, name: str, port: P, /) -> P:
        return cast("P", _Guarded(port, name, self.passes))

    def passes(self, point: str) -> None:
        armed = Path(self._order.armed)
        if not armed.exists():
            return
        with Path(self._order.points).open("a", encoding="utf-8") as points:
            points.write(f"{point}\n")
        if point == self._order.at and springs(armed):
            self._refusing = self._order.refuse
            if not self._refusing:
                os.kill(os.getpid(), signal.SIGKILL)
        if self._refusing and WRITE.fullmatch(point):
            raise StoreError("database or disk is full")


def springs(armed: Path) -> bool:
    """Whether the trap catches whoever asks; it does so once."""
    try:
        armed.with_suffix(".sprung").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


class _Guarded:
    def __init__(self, port: object, name: str, passes: Callable[[str], None]) -> None:
        self._port, self._name, self._passes = port, name, passes

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if isinstance(found, SqlRota):
            return _Guarded(found, name, self._passes)
        return self._effect(found) if inspect.iscoroutinefunction(found) and self._changes(found) else found

    def _changes(self, method: Callable[..., Awaitable[Any]]) -> bool:
        if isinstance(self._port, SqlStore | SqlRota):
            return "write" in set(getattr(method, "__func__", method).__code__.co_names)
        return method.__name__ not in QUESTIONS

    def _effect(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        point = f"{self._name}.{method.__name__}"

        async def effect(*args: Any, **kwargs: Any) -> Any:
            self._passes(f"{point}:before")
            result = await method(*args, **kwargs)
            self._passes(f"{point}:after")
            return result

        return effect


def main() -> None:
    """What a process of the nursery calls; its one argument is the order, as JSON."""
    order = Order(**json.loads(sys.argv[1]))
    settings = load_settings(Path(order.config), environ=os.environ)
    journal = LogJournal(sys.stderr, json=True)
    try:
        asyncio.run(Daemon(settings, journal=journal, between=Trap(order), silence=order.silence).run())
    except BaseExceptionGroup as group:
        sys.stderr.write(f"{[type(error).__name__ for error in group.exceptions]}\n")
        sys.exit(75)
