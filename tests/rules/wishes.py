"""What people write to the daemon itself, and what each does: `python -m tests.rules.wishes` prints it with what is done now."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from binrelay.mail.message import read_message
from binrelay.mail.subject import read_subject
from binrelay.rules.commands import read_wish
from binrelay.rules.until import moment
from tests.rules.good import NETWORK
from tests.rules.letters import letter

FILE = Path(__file__).with_suffix(".tsv")
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    subject: str
    text: str
    does: str


def rows() -> Iterator[Row]:
    for number, line in enumerate(FILE.read_text().splitlines(), 1):
        if not line.startswith("#"):
            subject, text, does = ("" if cell == "-" else cell.replace("¶", "\n") for cell in line.split("\t"))
            yield Row(number, subject, text, does)


def outcome(content: bytes) -> str:
    message = read_message(content)
    wish = read_wish(message, read_subject(message.subject, NETWORK.name), NETWORK.name)
    if wish is None:
        return "no wish"
    if not wish.sure:
        return "doubtful"
    if wish.until is None:
        return wish.verb.value
    end = moment(wish.until, TUESDAY, NETWORK.timezone)
    return f"pause until {datetime.fromtimestamp(end, NETWORK.timezone):%Y-%m-%d}" if end else "doubtful date"


def done_with(row: Row) -> str:
    return outcome(letter("Jan <jan@mail.example>", row.subject, row.text))


def main() -> None:
    for row in rows():
        does = done_with(row)
        mark = " " if does == row.does else "!"
        sys.stdout.write(f"{mark} {row.line:3}  {does:24} {row.subject!r:50} {row.text!r}\n")


if __name__ == "__main__":
    main()
