"""One statement for very many rows: compiled once, and each column of them made ready at once.

SQLAlchemy prepares each row of an executemany anew, which costs more than the database itself takes.
Invariant: a row is written exactly as `Connection.execute(statement, rows)` would write it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import UpdateBase

_AT_ONCE = 1000  # rows


@dataclass(frozen=True, slots=True)
class _Prepared:
    sql: str
    names: tuple[str, ...]  # of the values, in the order in which the driver wants them
    by_name: bool  # the driver takes them by name
    fixed: Mapping[str, Any]  # what the statement says itself
    converters: Mapping[str, Callable[[Any], Any]]


def execute_many(
    connection: Connection, statement: UpdateBase, rows: Iterable[Mapping[str, object]], **same: object
) -> int:
    """How many rows of the table it wrote, of all together.

    `statement` names every value it wants with a bindparam, and is made once: it is remembered. Rows have equal keys;
    `same` are values that all of them share. Of very many rows, made as they are asked for, few are in memory at once.
    """
    waiting, written = iter(rows), 0
    while some := tuple(islice(waiting, _AT_ONCE)):
        written += _execute(connection, statement, some, same=same)
    return written


def _execute(
    connection: Connection, statement: UpdateBase, rows: Sequence[Mapping[str, object]], *, same: Mapping[str, object]
) -> int:
    prepared = _prepared(statement, connection.dialect)
    values = zip(*(_column(name, rows, same, prepared=prepared) for name in prepared.names), strict=True)
    names = prepared.names
    return connection.exec_driver_sql(
        prepared.sql, [dict(zip(names, row, strict=True)) for row in values] if prepared.by_name else list(values)
    ).rowcount


def _column(
    name: str, rows: Sequence[Mapping[str, object]], same: Mapping[str, object], *, prepared: _Prepared
) -> Sequence[object]:
    convert = prepared.converters.get(name, _as_it_is)
    if name in rows[0]:
        column = [row[name] for row in rows]
        return column if convert is _as_it_is else [convert(value) for value in column]
    return [convert(same[name] if name in same else prepared.fixed[name])] * len(rows)


def _as_it_is(value: object) -> object:
    return value


@lru_cache(maxsize=32)
def _prepared(statement: UpdateBase, dialect: Dialect) -> _Prepared:
    compiled = statement.compile(dialect=dialect, for_executemany=True)
    converters = {
        name: convert
        for bind, name in compiled.bind_names.items()
        if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    order = getattr(compiled, "positiontup", None)
    names = tuple(order or compiled.bind_names.values())
    return _Prepared(str(compiled), names, by_name=not order, fixed=compiled.params, converters=converters)
