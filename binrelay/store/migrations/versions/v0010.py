"""Version 10: when coordinators were reminded of what waits, and when a member was told to call instead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("arrivals", sa.Column("reminded", sa.Double()))
    op.add_column("conversations", sa.Column("warned_at", sa.Double()))
