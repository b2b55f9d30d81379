"""Single values: the installation's key, and whether a network's sending is stopped.

Invariant: the key is made once and never changes; whoever opens the store second finds the first one's.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, delete, insert, select

from binrelay.store.engine import upsert
from binrelay.store.schema import notes

_KEY = "key"
_STOPPED = "stopped"


def key(connection: Connection) -> bytes:
    """The secret that our own marks and tokens are made with; made where there is none."""
    connection.execute(
        upsert(connection, notes).values(network="", name=_KEY, value=secrets.token_hex(32)).on_conflict_do_nothing()
    )
    return known_key(connection)


def known_key(connection: Connection) -> bytes:
    """Without making one; empty where there is none yet."""
    return bytes.fromhex(_value(connection, "", _KEY) or "")


def broken_off(connection: Connection, network: str) -> str | None:
    return _value(connection, network, _STOPPED)


def break_off(connection: Connection, network: str, why: str) -> bool:
    """False: it is stopped already."""
    if broken_off(connection, network) is not None:
        return False
    connection.execute(insert(notes).values(network=network, name=_STOPPED, value=why))
    return True


def restart(connection: Connection, network: str) -> bool:
    """False: it was not stopped."""
    gone = connection.execute(delete(notes).where(notes.c.network == network, notes.c.name == _STOPPED))
    return gone.rowcount == 1


def _value(connection: Connection, network: str, name: str) -> str | None:
    return connection.scalar(select(notes.c.value).where(notes.c.network == network, notes.c.name == name))
