"""The tables of daemons that share a store. Pure. With them METADATA is whole: whoever builds tables takes it from here."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Table

from binrelay.store.schema import METADATA
from binrelay.store.text import Text

__all__ = ["METADATA", "daemons", "leases"]

# Several daemons behind one database: who is there, and who watches which mailbox until when (the database's clock).
daemons = Table(
    "daemons",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("seen", Double, nullable=False),
    Column("status", Text, nullable=False),  # JSON: what `status` shows of it
)

leases = Table(
    "leases",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Double, nullable=False),
)
