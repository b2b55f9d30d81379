"""Version 13: when a server showed us how many recipients it takes at once. What was shown before is found out again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("shown", sa.Double()))
