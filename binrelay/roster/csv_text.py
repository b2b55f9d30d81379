"""From the bytes of a table to numbered rows, whatever program wrote them. Pure.

Invariant: every row comes with the line it begins on, as an editor counts lines.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from binrelay.config.yaml_file import SIZE_LIMIT
from binrelay.errors import BinrelayError
from binrelay.roster.csv_cells import cell_address

_SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars"}
_TRIED = 50  # rows that show which separator the table has
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)


class NoTable(BinrelayError):
    """The file as a whole cannot be read; the message says the cure. `line` is 0 where no line is to blame."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Row:
    line: int  # from 1
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]  # without empty ones
    form: str  # for a person: "semicolons, UTF-8"


def read_table(raw: bytes) -> Table:
    """Raises NoTable."""
    if raw.startswith(_WORKBOOKS):
        raise NoTable("this is a workbook of Excel; save it as “CSV UTF-8”, then import that")
    if len(raw) > SIZE_LIMIT:
        raise NoTable(f"is larger than {SIZE_LIMIT // 1_000_000} MB: no list of members is that long")
    text, encoding = _decode(raw)
    first, named = 1, _named_separator(text)
    if named:  # Excel's own first line, "sep=;"
        text, first = text.partition("\n")[2], 2
    separator = named or _separator(text)
    rows = tuple(row for row in _rows(text, separator, first) if any(cell.strip() for cell in row.cells))
    if not rows:
        raise NoTable("holds no lines")
    return Table(rows, f"{_SEPARATORS.get(separator, repr(separator))}, {encoding}")


def _decode(raw: bytes) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            return raw.removeprefix(mark).decode(codec, "replace"), name
    if b"\0" in raw[:200]:  # UTF-16 without its mark: every second byte of plain letters is 0
        return raw.decode("utf-16-be" if raw[:1] == b"\0" else "utf-16-le", "replace"), "UTF-16"
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "Latin-1"


def _named_separator(text: str) -> str:
    line = text.partition("\n")[0].rstrip("\r")
    return line[4] if len(line) == 5 and line.lower().startswith("sep=") else ""


def _separator(text: str) -> str:
    """The one that leaves most mail addresses standing alone in their cells; then the one that makes most cells."""

    def worth(separator: str) -> tuple[int, int]:
        rows = _some_rows(text, separator)
        return sum(any(map(cell_address, row)) for row in rows), sum(map(len, rows))

    return max(_SEPARATORS, key=worth)


def _some_rows(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) == _TRIED:
                break
    except csv.Error:
        pass  # what was read so far tells enough; the fault is told when the table is read in earnest
    return rows


def _rows(text: str, separator: str, first: int) -> list[Row]:
    try:
        return list(_read(text, separator, first, strict=True))
    except _Loose:  # quotes as people write them: "Jansen, Jan" <jan@mail.example>
        return list(_read(text, separator, first, strict=False))


class _Loose(BinrelayError):
    """Quotes stand where the rules of CSV have none."""


def _read(text: str, separator: str, first: int, *, strict: bool) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    line = first
    try:
        for cells in reader:
            yield Row(line, tuple(cells))
            line = first + reader.line_num
    except csv.Error as error:
        if "expected after" in str(error):
            raise _Loose from None
        unclosed = "unexpected end" in str(error)
        message = 'the quote (") that is opened here is not closed' if unclosed else f"cannot be read: {error}"
        raise NoTable(message, line) from None
