"""Version 12: how many members there were when a bulletin was composed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("bulletins", sa.Column("members", sa.Integer()))
