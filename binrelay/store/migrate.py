"""Brings a database to the schema of this program. Invariant: a newer or a foreign one is refused, untouched.

An empty database is built from `schema` at once. The migration library takes most of a second to import, so it is
imported only when there is a step to take.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from binrelay.errors import StoreError
from binrelay.store.engine import Database
from binrelay.store.schema_rota import METADATA

HEAD = "0013"
MIGRATIONS = Path(__file__).parent / "migrations"

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


async def bring_up_to_date(database: Database, *, readonly: bool) -> None:
    """Raises StoreError where the schema is newer, not ours, or old while we may only read."""
    found = await database.read(version)
    if found == HEAD:
        return
    _refuse_unknown(database.place, found)
    if readonly:
        raise StoreError(f"{database.place}: has no current schema yet (version {found}); start the daemon once")
    if found is None:
        await database.migrate(partial(_create, place=database.place))
    else:
        await database.migrate(partial(_upgrade, place=database.place))


def version(connection: Connection) -> str | None:
    """The schema's version: None in an empty database, "0000" before the first step, "foreign" in another's."""
    tables = inspect(connection).get_table_names()
    if _version.name in tables:
        return connection.scalar(select(_version.c.version_num)) or "0000"
    return "foreign" if tables else None


def _refuse_unknown(place: str, found: str | None) -> None:
    if found is not None and not found.isdigit():
        raise StoreError(f"{place}: holds somebody else's tables, not a store of binrelay ({found})")
    if found is not None and found > HEAD:
        raise StoreError(f"{place}: written by a newer binrelay (schema {found}, this one knows {HEAD}); upgrade it")


def _create(connection: Connection, *, place: str) -> None:
    found = version(connection)  # again, under the write lock: another process may have been quicker
    _refuse_unknown(place, found)
    if found is None:
        METADATA.create_all(connection, checkfirst=False)
        _version.create(connection)
        connection.execute(_version.insert().values(version_num=HEAD))


def _upgrade(connection: Connection, *, place: str) -> None:
    from alembic import command
    from alembic.config import Config

    _refuse_unknown(place, version(connection))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreError(f"{place}: the new schema does not fit the old rows; nothing was changed")
