"""PostgreSQL 15 or newer: one database behind several daemons.

Invariant: a password goes over a line only when that line is this machine's own, or encrypted to a server that proved
its name; the URL decides otherwise only where the admin writes `sslmode` into it.
"""

from __future__ import annotations

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from binrelay.errors import StoreError
from binrelay.store.engine import Kind, begin_with
from binrelay.store.schema_rota import METADATA

__all__ = ["KIND", "encryption", "place_of", "postgresql_engine"]

_THREADS = 4
_MIGRATION_LOCK = 0x62696E72  # "binr": daemons that start at the same moment build the tables one after the other
_HERE = ("localhost", "127.0.0.1", "::1")

KIND = Kind(
    threads=_THREADS,
    shared=True,
    # Moves with every transaction of the server that writes: ours, and those of its housekeeping and its other databases.
    version="SELECT pg_current_snapshot()::text",
    read=("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",),
    migrate=(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})",),
    # Rewrites each table without what was deleted. What the server still has in its log (pg_wal) it recycles itself.
    scrub_whole=(
        "SET statement_timeout = 0",
        *(f"VACUUM FULL {table}" for table in METADATA.tables),
        "RESET statement_timeout",
    ),
    outside={"isolation_level": "AUTOCOMMIT"},
)
# A line that fell silent is noticed within half a minute (milliseconds and seconds, libpq's names), and a statement that
# hangs on somebody's lock ends: the daemon would rather start anew than stand still.
_LINE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    "application_name": "binrelay",
}
_OPTIONS = "-c statement_timeout=60s -c lock_timeout=30s -c idle_in_transaction_session_timeout=60s"
_READONLY = " -c default_transaction_read_only=on"


def place_of(url: str) -> str:
    """The database as messages name it, without its password. Raises StoreError."""
    return _read(url).set(query={}).render_as_string(hide_password=True)


def postgresql_engine(url: str, *, readonly: bool) -> Engine:
    """A small pool; nothing is connected yet. Raises StoreError for a URL that cannot be read."""
    parsed = _read(url).set(drivername="postgresql+psycopg")
    engine = create_engine(
        parsed,
        pool_size=_THREADS,
        max_overflow=0,
        pool_timeout=60,
        connect_args={**_LINE, **encryption(parsed), "options": _OPTIONS + _READONLY * readonly},
        hide_parameters=True,
    )
    begin_with(engine, ())
    return engine


def _read(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("store: write postgresql://USER@HOST/DATABASE") from None


def encryption(url: URL) -> dict[str, str]:
    """What libpq is told of TLS where the admin says nothing."""
    hosts = [url.host, *_texts(url.query.get("host"))]
    here = all(host in (None, *_HERE) or str(host).startswith("/") for host in hosts)
    if here or "sslmode" in url.query:
        return {}
    return {"sslmode": "verify-full"} | ({} if "sslrootcert" in url.query else {"sslrootcert": "system"})


def _texts(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else value
