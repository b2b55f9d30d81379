"""Version 5: which failures may speak against a member. Those noted before were attributed by address alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("bounces", sa.Column("counts", sa.Boolean(), server_default=sa.false(), nullable=False))
