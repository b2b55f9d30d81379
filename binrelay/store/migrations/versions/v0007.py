"""Version 7: when held mail was settled, and which mails have to go from the folders at a person's wish."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("arrivals", sa.Column("settled", sa.Double()))
    op.add_column("arrivals", sa.Column("erased", sa.Boolean(), server_default=sa.false(), nullable=False))
