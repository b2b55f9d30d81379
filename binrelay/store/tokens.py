"""Refresh tokens that a provider gave in place of the configured one: losing the latest would lock us out."""

from __future__ import annotations

from sqlalchemy import Connection, select

from binrelay.store.engine import upsert
from binrelay.store.schema import refresh_tokens


def latest(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(refresh_tokens.c.token).where(refresh_tokens.c.key == key))


def keep(connection: Connection, key: str, token: str, *, now: float) -> None:
    values = {"token": token, "since": now}
    statement = upsert(connection, refresh_tokens).values(key=key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))
