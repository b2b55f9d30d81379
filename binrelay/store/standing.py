"""How members stand beside the YAML: one row a member whose wish, fate or coordinator says something else than it.

Invariant: a member who is as the YAML says has no row; nothing is kept of who only is a member.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from binrelay.mail.address import Address
from binrelay.model import Language, Listed
from binrelay.records import Mail
from binrelay.records.members import Cause, Standing, State
from binrelay.store import outbox
from binrelay.store.engine import upsert
from binrelay.store.failures import forgive
from binrelay.store.schema import standings as table


def standings(connection: Connection, network: str | None) -> Sequence[Standing]:
    here = () if network is None else (table.c.network == network,)
    return tuple(_from(row) for row in connection.execute(select(table).where(*here).order_by(table.c.since)))


def stand(connection: Connection, values: Sequence[Standing]) -> None:
    for value in values:
        if value.state is not State.PAUSED:
            forgive(connection, value.network, value.address)
        key = {"network": value.network, "key": value.address.key}
        if value.state is State.AS_LISTED:
            connection.execute(delete(table).where(*(table.c[name] == each for name, each in key.items())))
        else:
            row = _row(value)
            statement = upsert(connection, table).values(**key, **row)
            connection.execute(statement.on_conflict_do_update(index_elements=["network", "key"], set_=row))


def stand_and_tell(connection: Connection, values: Sequence[Standing], new: Sequence[Mail], *, now: float) -> None:
    """A change and the notice of it are written together or not at all."""
    stand(connection, values)
    outbox.add(connection, new, now)


def _row(value: Standing) -> dict[str, object]:
    return {
        "spelled": value.address.spelled,
        "state": value.state.value,
        "cause": value.cause.value,
        "since": value.since,
        "until": value.until,
        "listed": value.listed.value,
        "name": value.name,
        "language": value.language.value if value.language else None,
    }


def _from(row: Row[Any]) -> Standing:
    return Standing(
        network=row.network,
        address=Address(row.key, row.spelled),
        state=State(row.state),
        cause=Cause(row.cause),
        since=row.since,
        listed=Listed(row.listed),
        until=row.until,
        name=row.name,
        language=Language(row.language) if row.language else None,
    )
