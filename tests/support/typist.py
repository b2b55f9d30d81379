"""A person at a terminal: starts a program on a pseudo-terminal, waits for a question, types an answer. For tests only."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

_PATIENCE = 60.0  # seconds for a question to appear


class Typist:
    """`shown` is what stood on the screen; passwords are typed where nothing is echoed."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._command, self._environ = command, environ
        self.shown = ""
        self._seen = 0
        self._code: int | None = None

    def __enter__(self) -> Self:
        self._process, self._terminal = pty.fork()
        if self._process == 0:  # pragma: no cover - the child becomes the program
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever started us in the background had it ignored
            os.execve(self._command[0], list(self._command), dict(self._environ))  # noqa: S606
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._code is None:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        os.close(self._terminal)

    def answers(self, *pairs: tuple[str, str]) -> None:
        """Each question (a part of it), and what is typed then."""
        for question, answer in pairs:
            self.sees(question)
            self.types(answer)

    def types(self, text: str) -> None:
        os.write(self._terminal, f"{text}\n".encode())

    def interrupts(self, until: str) -> None:
        """Ctrl-C, again after a second without effect: the first may fall between a prompt and the reading of it."""
        end = time.monotonic() + _PATIENCE
        while until not in self.shown:
            assert time.monotonic() < end, f"would not stop; on the screen:\n{self.shown}"
            os.write(self._terminal, b"\x03")
            pause = time.monotonic() + 1.0
            while until not in self.shown and time.monotonic() < pause and self._read(pause):
                pass

    def sees(self, text: str) -> None:
        """Waits until that stands behind what was seen before."""
        end = time.monotonic() + _PATIENCE
        while (found := self.shown.find(text, self._seen)) < 0:
            assert time.monotonic() < end, f"waited in vain for {text!r}; on the screen:\n{self.shown}"
            assert self._read(end), f"it ended without {text!r}; on the screen:\n{self.shown}"
        self._seen = found + len(text)

    def ends(self) -> int:
        """Waits for the end; the exit code."""
        end = time.monotonic() + _PATIENCE
        while self._read(end):
            assert time.monotonic() < end, self.shown
        _, status = os.waitpid(self._process, 0)
        self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return True
        try:
            piece = os.read(self._terminal, 65536)
        except OSError:  # Linux: the program has closed its side
            return False
        self.shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", piece.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(piece)
