"""The events, each told once: one log line, no personal data. JSON for machines, colours for a person at a terminal.

Invariant: a value is an id, a count, a code or a word of ours; never an address, a name, a subject or a text of a mail.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from typing import TextIO

import structlog


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
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
        _quiet_libraries()

    def event(self, name: str, **values: object) -> None:
        self.counters[name] += 1
        self._log.info(name, **values)


def _quiet_libraries() -> None:
    """Libraries log what they see at DEBUG: passwords and mails. They are not ours to trust with that."""
    for name in ("aioimaplib", "aiosmtplib", "mail.log", "dkim", "sqlalchemy", "aiosqlite", "watchfiles"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
