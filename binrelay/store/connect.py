"""Which database a URL means. The only place that chooses between SQLite and PostgreSQL."""

from __future__ import annotations

from binrelay.errors import StoreMissing
from binrelay.store import postgresql, sqlite
from binrelay.store.engine import Database, translated
from binrelay.store.place import database_path


def connect(url: str, *, readonly: bool, patient: bool) -> Database:
    """Makes an SQLite file where it is missing and may be made; nothing else is opened yet. Raises StoreError."""
    path = database_path(url)
    if path is None:
        engine, place = postgresql.postgresql_engine(url, readonly=readonly), postgresql.place_of(url)
        return Database(engine, postgresql.KIND, place, patient=patient)
    with translated(str(path)):
        if readonly and not path.is_file():
            raise StoreMissing(f"{path}: there is no store yet")
        if not readonly:
            sqlite.prepare_file(path)
    return Database(sqlite.sqlite_engine(path, readonly=readonly), sqlite.KIND, str(path))
