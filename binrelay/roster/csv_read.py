"""A table's rows as members, and what is wrong with those that are none. Pure.

Invariant: each row ends in exactly one place: a member, a double, or a fault that names its line and says the cure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic_core import PydanticCustomError

from binrelay.config.values import read_name
from binrelay.errors import BinrelayError
from binrelay.mail.address import Address
from binrelay.roster.csv_cells import (
    field_of,
    identity_of,
    language_of,
    split_address,
    split_list,
    truth_of,
    unguarded,
)
from binrelay.roster.csv_text import Row, Table
from binrelay.roster.entry import Entry


@dataclass(frozen=True, slots=True)
class Remark:
    """About one row."""

    line: int
    text: str


@dataclass(slots=True)
class Findings:
    columns: Mapping[int, str]  # number of the column → which of csv_cells.FIELDS
    unused: tuple[str, ...]  # headings that mean nothing here
    entries: list[tuple[int, Entry]] = field(default_factory=list)  # with their lines
    doubles: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict, repr=False)  # Address.key → where it stands


class _Fault(BinrelayError):
    """The message is the remark."""


def read_members(table: Table, *, step: Callable[[], object] = lambda: None) -> Findings:
    """`step` is called once a row."""
    heading = _heading(table.rows[0])
    columns = heading or _guess(table.rows)
    unused = () if heading is None else tuple(_unused(table.rows[0], heading))
    findings = Findings(columns, unused)
    for row in table.rows[1 if heading else 0 :]:
        try:
            _take(findings, row.line, _entry(row, columns))
        except _Fault as fault:
            findings.faults.append(Remark(row.line, str(fault)))
        step()
    return findings


def _heading(row: Row) -> dict[int, str] | None:
    """The columns that the first row names; None where it is a member's."""
    if any("@" in cell for cell in row.cells):
        return None
    meanings = [field_of(cell) for cell in row.cells]
    if "address" not in meanings:
        meanings = ["address" if meant == "street" else meant for meant in meanings]
    columns: dict[int, str] = {}
    for number, meant in enumerate(meanings):
        further = meant == "address" and meant in columns.values()
        if meant == "also" or further:
            columns[number] = "also"
        elif meant and meant != "street" and meant not in columns.values():
            columns[number] = meant
    return columns if "address" in columns.values() else None


def _unused(row: Row, columns: Mapping[int, str]) -> list[str]:
    return [cell.strip() for number, cell in enumerate(row.cells) if number not in columns and cell.strip()]


def _guess(rows: Sequence[Row]) -> dict[int, str]:
    """Without a heading: the column of addresses, and the only other one with something in it as the name."""
    width = max(len(row.cells) for row in rows)
    filled = {number: [row.cells[number] for row in rows if _has(row, number)] for number in range(width)}
    addresses = {number: sum("@" in cell for cell in cells) for number, cells in filled.items()}
    address = max(addresses, key=lambda number: addresses[number])
    others = [number for number, cells in filled.items() if number != address and cells]
    return {address: "address", **({others[0]: "name"} if len(others) == 1 else {})}


def _has(row: Row, number: int) -> bool:
    return number < len(row.cells) and bool(row.cells[number].strip())


def _take(findings: Findings, line: int, entry: Entry) -> None:
    seen = findings.lines
    first = seen.get(entry.address.key)
    if first is not None:
        findings.doubles.append(Remark(line, f"{entry.address} stands on line {first} already"))
        return
    for address in entry.also:
        if address.key in seen:
            raise _Fault(f"{address} stands on line {seen[address.key]} already; one address has one member")
    seen.update(dict.fromkeys((address.key for address in entry.addresses), line))
    findings.entries.append((line, entry))


def _entry(row: Row, columns: Mapping[int, str]) -> Entry:
    if any("\n" in cell and "@" in cell for cell in row.cells):
        raise _Fault('a cell goes on over several lines and holds an address: is a quote (") left open?')
    cells: dict[str, list[str]] = {}
    for number, meant in columns.items():
        if _has(row, number):
            cells.setdefault(meant, []).append(unguarded(row.cells[number]))
    address, beside = _address(cells.get("address", [""])[0])
    name = _name(cells, beside)
    language, identity, paused = (_only(cells, key) for key in ("language", "identity", "paused"))
    entry = Entry(
        address=address,
        name=name,
        also=tuple(dict.fromkeys(_also(cell) for cells_of in cells.get("also", []) for cell in split_list(cells_of))),
        language=language_of(language) if language else None,
        identity=identity_of(identity) if identity else None,
        paused=bool(truth_of(paused)),
    )
    if language and entry.language is None:
        raise _Fault(f'"{language}" is no language known here; write nl, en, fr or de')
    if identity and entry.identity is None:
        raise _Fault(f'"{identity}" is neither pseudonym nor named')
    if truth_of(paused) is None:
        raise _Fault(f'paused: "{paused}" is neither yes nor no')
    if address in entry.also:
        raise _Fault(f"{address} is written twice on this line")
    return entry


def _only(cells: Mapping[str, list[str]], key: str) -> str:
    return cells.get(key, [""])[0]


def _address(cell: str) -> tuple[Address, str]:
    if not cell:
        raise _Fault("there is no mail address on this line")
    address, name = split_address(cell)
    if address is None and cell.count("@") > 1:
        raise _Fault("there is more than one mail address in one cell; put the others in a column “also”")
    if address is None:
        raise _Fault(f'"{cell}" is no mail address; write it as in jan@mail.example')
    return address, name


def _also(cell: str) -> Address:
    address = split_address(cell)[0]
    if address is None:
        raise _Fault(f'also: "{cell}" is no mail address')
    return address


def _name(cells: Mapping[str, list[str]], beside: str) -> str | None:
    first, middle, last, whole = (_only(cells, key) for key in ("first", "middle", "last", "name"))
    if whole and first.casefold() not in whole.casefold():
        last, whole = last or whole, ""  # "Nom", "Naam" beside a first name is the family's
    text = whole or " ".join(part for part in (first, middle, last) if part) or beside
    if not text:
        return None
    try:
        return read_name(text)
    except PydanticCustomError as error:
        raise _Fault(f"name: {error.message()}") from None
