"""The line between the daemon and its mailbox, overheard: the moment at which the server announces a mail to the daemon.

Dovecot holds every announcement back by about half a second, whatever the client does; the daemon's own clock can only
start when `EXISTS` reaches it. A mail that lies there longer is the server's time.
"""

from __future__ import annotations

import asyncio
import threading
import time
from types import TracebackType
from typing import Self

from tests.support.proxy import Proxy


class Wire:
    """`with Wire(imap_port) as wire:` listens on `wire.port`, in a thread of its own. For one daemon with one mailbox."""

    def __init__(self, target: int) -> None:
        self._proxy = Proxy(target)
        self._proxy.overhear = self._overhear
        self._idle = False  # the client waits for news
        self._entering = False  # it selects a folder: EXISTS is a part of the answer, and no announcement
        self._moment = 0.0
        self._announced = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def port(self) -> int:
        return self._proxy.port

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._proxy.__aenter__(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._proxy.__aexit__(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def expect(self) -> None:
        """Before a mail is put into the mailbox. Raises TimeoutError where the daemon does not wait for one."""
        deadline = time.monotonic() + 30.0
        while not self._idle:
            if time.monotonic() > deadline:
                raise TimeoutError("the daemon does not watch its mailbox")
            time.sleep(0.01)
        self._announced.clear()

    def announced(self) -> float:
        """The moment (monotonic) of the announcement. Raises TimeoutError."""
        if not self._announced.wait(30.0):
            raise TimeoutError("the mail server announced nothing")
        return self._moment

    def _overhear(self, data: bytes, upward: bool) -> None:  # noqa: FBT001 - as Proxy calls it
        if upward:
            self._idle = data.rstrip().upper().endswith(b" IDLE")
            self._entering = b" SELECT " in data.upper()
        elif not self._entering and b" EXISTS" in data and not self._announced.is_set():
            self._moment = time.monotonic()
            self._announced.set()
