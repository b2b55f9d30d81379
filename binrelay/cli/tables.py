"""Where a table is printed: a program or a file gets a row a line, however long; a person at a terminal what fits it."""

from __future__ import annotations

import sys

from rich.console import Console

_ENDLESS = 10_000  # columns


def is_piped() -> bool:
    return not sys.stdout.isatty()


def wide_console() -> Console:
    return Console(highlight=False, width=_ENDLESS if is_piped() else None)
