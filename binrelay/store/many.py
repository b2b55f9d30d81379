"""One statement for very many rows: compiled once, and each row handed to the driver as it is.

SQLAlchemy prepares each row of an executemany anew, which costs more than the database itself takes.
Invariant: a row is written exactly as `Connection.execute(statement, rows)` would write it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import UpdateBase

_Convert = Callable[[Any], Any]


def execute_many(connection: Connection, statement: UpdateBase, rows: Sequence[Mapping[str, object]]) -> None:
    """`statement` names every value it wants with a bindparam, and is made once: it is remembered."""
    if not rows:
        return
    sql, order, fixed, converters = _prepared(statement, connection.dialect)
    full = ({**fixed, **row} for row in rows)
    converted = ({**row, **{name: convert(row[name]) for name, convert in converters}} for row in full)
    if order is None:
        connection.exec_driver_sql(sql, list(converted))
    else:
        connection.exec_driver_sql(sql, [tuple(row[name] for name in order) for row in converted])


@lru_cache(maxsize=32)
def _prepared(
    statement: UpdateBase, dialect: Dialect
) -> tuple[str, tuple[str, ...] | None, Mapping[str, object], tuple[tuple[str, _Convert], ...]]:
    compiled = statement.compile(dialect=dialect, for_executemany=True)
    converters = [
        (name, bind.type.dialect_impl(dialect).bind_processor(dialect)) for bind, name in compiled.bind_names.items()
    ]
    order = getattr(compiled, "positiontup", None)
    return (
        str(compiled),
        tuple(order) if order else None,
        compiled.params,
        tuple((name, convert) for name, convert in converters if convert is not None),
    )
