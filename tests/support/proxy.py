"""A TCP proxy on loopback that makes a good line bad: slow, cut, reset, gone dark, thin.

Invariant: bytes arrive in order and unchanged, or not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import Self


class Proxy:
    """Stands in front of 127.0.0.1:`target`. `delay` is seconds each way (half the round trip), `rate` octets/s."""

    def __init__(self, target: int, *, delay: float = 0.0, rate: float | None = None) -> None:
        self.port = 0
        self.delay = delay
        self.rate = rate
        self.passed = 0  # octets from the client to the server
        self.flights = 0  # pieces from the client to the server: with one command at a time, its round trips
        self.overhear: Callable[[bytes, bool], None] = lambda *_: None  # each piece, before it goes on
        self.cut_after: int | None = None  # resets every line once that many octets passed to the server
        self._target = target
        self._open = asyncio.Event()
        self._open.set()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
        self.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Closes every line in an orderly way (FIN)."""
        for writer in tuple(self._writers):
            writer.close()

    def reset(self) -> None:
        """Breaks every line (RST)."""
        for writer in tuple(self._writers):
            raw = writer.get_extra_info("socket")
            if raw is not None and not writer.transport.is_closing():
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def blackhole(self) -> None:
        """From now on nothing passes, and nobody is told."""
        self._open.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, far_writer}
        for source, sink, upward in ((reader, far_writer, True), (far_reader, writer, False)):
            queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
            for work in (self._take(source, queue, upward=upward), self._give(queue, sink)):
                task = asyncio.create_task(work)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _take(
        self, source: asyncio.StreamReader, queue: asyncio.Queue[tuple[float, bytes]], *, upward: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        data = b"start"
        while data:
            try:
                data = await source.read(65536)
            except ConnectionError:
                data = b""
            self.overhear(data, upward)
            if upward:
                self.passed += len(data)
                self.flights += bool(data)
                if self.cut_after is not None and self.passed > self.cut_after:
                    self.reset()
                    return
            if self.rate and data:
                await asyncio.sleep(len(data) / self.rate)
            queue.put_nowait((loop.time() + self.delay, data))

    async def _give(self, queue: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while True:
                due, data = await queue.get()
                if (wait := due - loop.time()) > 0:
                    await asyncio.sleep(wait)
                await self._open.wait()
                if not data:
                    break
                sink.write(data)
                await sink.drain()
        sink.close()
        self._writers.discard(sink)
