"""The events, each told once: one log line, no personal data. JSON for machines, colours for a person at a terminal.

Invariant: a value is an id, a count, a code or a word of ours; never an address, a name, a subject or a text of a mail. What
libraries want to log, warn of or raise is told by its kind and its place in the code, for its words may quote a mail.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import TextIO

import structlog

from binrelay.mail.quiet import without_addresses

_PACKAGES = str(Path(__file__).parent.parent) + "/"


class LogJournal:
    """Writes events to a stream and counts them."""

    def __init__(self, stream: TextIO | None = None, *, json: bool | None = None) -> None:
        stream = stream or sys.stderr
        machine = not stream.isatty() if json is None else json
        self.counters: Counter[str] = Counter()
        renderer = structlog.processors.JSONRenderer() if machine else structlog.dev.ConsoleRenderer(colors=True)
        self._log = structlog.wrap_logger(
            structlog.PrintLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                renderer,
            ],
        )

    def event(self, name: str, **values: object) -> None:
        self.counters[name] += 1
        self._log.info(name, **{key: _told(value) for key, value in values.items()})

    def take_over(self) -> None:
        """From now on nothing else in this process writes to the log: not libraries, not warnings, not what dies unseen."""
        logging.captureWarnings(capture=True)
        logging.basicConfig(handlers=[_LibraryHandler(self)], level=logging.WARNING, force=True)
        sys.unraisablehook = lambda unraised: self._broke("unraisable", unraised.exc_value)
        # They log what they see at DEBUG, passwords and mails, and refusals that we tell ourselves.
        for name in ("aioimaplib", "aiosmtplib", "mail.log", "dkim", "sqlalchemy", "aiosqlite", "watchfiles"):
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def _broke(self, name: str, error: BaseException | None, **values: object) -> None:
        told = {"error": type(error).__name__, "place": place_of(error)} if error else {}
        self.event(name, **values, **told)


class _LibraryHandler(logging.Handler):
    def __init__(self, journal: LogJournal) -> None:
        super().__init__()
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._journal._broke("library", error, logger=record.name, level=record.levelname.lower())


def _told(value: object) -> object:
    """The last guard: an address that got this far stops here."""
    return without_addresses(value) if isinstance(value, str) else value


def place_of(error: BaseException) -> str:
    """Where it was raised, the last of our own lines if one is among them: "binrelay/mail/mime.py:120"."""
    frames = [f"{frame.filename.removeprefix(_PACKAGES)}:{frame.lineno}" for frame in _frames(error)]
    return next((frame for frame in reversed(frames) if frame.startswith("binrelay/")), frames[-1] if frames else "")


def quiet_traceback(error: BaseException) -> str:
    """What broke and where, frame by frame, without what the exception says: that may be anybody's mail."""
    lines = [f"{frame.filename.removeprefix(_PACKAGES)}:{frame.lineno} in {frame.name}" for frame in _frames(error)]
    cause = error.__cause__ or error.__context__
    because = f"{quiet_traceback(cause)}\nand then\n" if cause else ""
    return because + "\n".join([f"{type(error).__name__} at", *(f"  {line}" for line in lines)])


def _frames(error: BaseException) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)
