"""What was measured, one line of JSON each: appended as soon as it is known, so that a run may stop and go on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Results:
    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._known = read(file)

    def know(self, named: Row) -> bool:
        """Whether a row with these values is there, measured or left out by rule."""
        return any(named.items() <= row.items() and "failed" not in row for row in self._known)

    def add_all(self, named: Row, rows: Iterable[Row]) -> None:
        for row in rows:
            self.add({**named, **row})

    def add(self, row: Row) -> None:
        self._known.append(row)
        with self._file.open("a") as file:
            file.write(json.dumps(row) + "\n")
        shown = {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}
        sys.stdout.write(" ".join(f"{name}={value}" for name, value in shown.items()) + "\n")
        sys.stdout.flush()


def read(file: Path) -> list[Row]:
    """All rows; none where nothing was measured yet."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
