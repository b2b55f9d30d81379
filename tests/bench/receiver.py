"""The receiving server of the benchmarks, `receiver.c`: compiled when needed, started on loopback, asked what it took."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).parent
BUILD = HERE.parent.parent / "build" / "bench"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def wait_for_port(port: int, *, patience: float = 60.0) -> None:
    """Until something listens there. Raises OSError where nothing does."""
    deadline = time.monotonic() + patience
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _compiled() -> Path:
    source, program = HERE / "receiver.c", BUILD / "receiver"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        BUILD.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", program, source], check=True)
    return program


class Receiver:
    """`with Receiver() as receiver:`; its port is fixed for peers that are configured once."""

    def __init__(self, port: int = 0) -> None:
        self.port = port or free_port()
        self._control = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen([_compiled(), str(self.port), str(self._control)])
        wait_for_port(self._control)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(10)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def ask(self, line: str) -> dict[str, float]:
        with socket.create_connection(("127.0.0.1", self._control), timeout=10) as channel:
            channel.sendall(f"{line}\n".encode())
            told: dict[str, float] = json.loads(channel.makefile().readline())
            return told

    def wait(self, recipients: int, *, patience: float) -> dict[str, float]:
        """The figures once so many recipients were taken. Raises TimeoutError."""
        deadline, pause = time.monotonic() + patience, 0.005
        while (told := self.ask("stats"))["recipients"] < recipients:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{told['recipients']:g} of {recipients} recipients after {patience:g} s")
            time.sleep(pause)
            pause = min(pause * 1.1, 0.1)
        return told
