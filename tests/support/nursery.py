"""Processes of binrelay forked from one that has everything in memory: a start costs milliseconds, not a second of work.

A child is a process like any other: arguments, environment, folder and descriptors of its own, and it runs `binrelay.cli.main`
to its end. Invariant: nothing is decided before the fork, only imported. Journeys that are about starting itself use the
command. `python -m tests.support.nursery FD` serves the orders that come in over that socket, until it closes. For tests only.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from binrelay.mail.domains import organizational_domain

ROOT = Path(__file__).parent.parent.parent
LONGEST_ORDER = 150_000  # octets of JSON; an environment is a few thousand
STANDARD = 3  # standard input, output, error


class Child:
    """A process, with what `subprocess.Popen` has of it."""

    def __init__(self, report: socket.socket) -> None:
        self._report = report
        self._lines = report.makefile("r")
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._report], [], [], 0)[0]:
            self._ended()
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its exit code. Raises: TimeoutError."""
        if self.returncode is None:
            if not select.select([self._report], [], [], timeout)[0]:
                raise TimeoutError(f"process {self.pid} did not end within {timeout} s")
            self._ended()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self) -> None:
        self.returncode = int(self._lines.readline())
        self._lines.close()
        self._report.close()


Process = Child | subprocess.Popen[bytes]


class Nursery:
    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.support.nursery", str(theirs.fileno())]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        theirs.close()

    def start(
        self,
        *arguments: str,
        main: str = "binrelay.cli:main",
        environment: Mapping[str, str] | None = None,
        output: IO[Any] | None = None,
        error: IO[Any] | None = None,
    ) -> Child:
        """Calls `main` with `sys.argv` as if `arguments` stood behind the command's name; without a file, output is dropped."""
        report, theirs = socket.socketpair()
        order = json.dumps({"main": main, "arguments": arguments, "environment": dict(environment or os.environ)})
        with theirs, Path(os.devnull).open("r+b") as nothing:
            files = [(each or nothing).fileno() for each in (None, output, error)]
            socket.send_fds(self._orders, [order.encode()], [*files, theirs.fileno()])
        return Child(report)

    def run(
        self, *arguments: str, environment: Mapping[str, str] | None = None, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as error:
            code = self.start(*arguments, environment=environment, output=output, error=error).wait(timeout)
            output.seek(0)
            error.seek(0)
            return subprocess.CompletedProcess(arguments, code, output.read(), error.read())

    def close(self) -> None:
        self._orders.close()
        self._process.wait()


def nursery() -> Nursery:
    """One for each process that tests; from any thread."""
    with _FIRST:
        return _the_one()


@functools.cache
def _the_one() -> Nursery:
    made = Nursery()
    atexit.register(made.close)
    return made


_FIRST = threading.Lock()


# ------------------------------------------------------------ the process itself


def _serve(orders: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Forks a child for each order and reports how it ended. Returns in each child, with its order; at the end, with none."""
    reports: dict[int, socket.socket] = {}
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    while True:
        ready, _, _ = select.select([orders.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 512)
            _tell_ends(reports)
        if orders.fileno() not in ready:
            continue
        order, files, *_ = socket.recv_fds(orders, LONGEST_ORDER, STANDARD + 1)
        if not order:
            return None
        if (child := os.fork()) == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for each in (orders, *reports.values()):
                each.close()
            for number in (woken, wake, files[STANDARD]):
                os.close(number)
            return json.loads(order), files[:STANDARD]
        for number in files[:STANDARD]:
            os.close(number)
        reports[child] = socket.socket(fileno=files[STANDARD])
        reports[child].sendall(f"{child}\n".encode())


def _tell_ends(reports: dict[int, socket.socket]) -> None:
    while reports:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        with reports.pop(child) as report:
            try:
                report.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            except BrokenPipeError:
                continue  # nobody asks any more


def _become(order: dict[str, Any], files: list[int]) -> None:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    sys.stderr = os.fdopen(2, "w", errors="backslashreplace", buffering=1)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["binrelay", *order["arguments"]]
    module, _, name = order["main"].partition(":")
    getattr(importlib.import_module(module), name)()


def _know_everything() -> None:
    import binrelay

    for module in pkgutil.walk_packages(binrelay.__path__, "binrelay."):
        if "__main__" not in module.name and ".migrations." not in module.name:
            importlib.import_module(module.name)
    organizational_domain("provider.example")  # its long list is read once, not by each child
    gc.freeze()  # a child's collector leaves alone what all share


if __name__ == "__main__":
    _know_everything()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        given = _serve(control)
    if given is not None:
        _become(*given)
