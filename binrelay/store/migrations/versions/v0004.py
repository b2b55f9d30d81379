"""Version 4: claims have an owner instead of a lease; the dot is on record; accounts and what they sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _mails()
    _recipients()
    _accounts()


def _mails() -> None:
    op.add_column("mails", sa.Column("not_before", sa.Double()))
    op.add_column("mails", sa.Column("held", sa.Text()))
    op.add_column("mails", sa.Column("told", sa.Text(), server_default="", nullable=False))


def _recipients() -> None:
    op.drop_index("ix_recipients_due", "recipients")
    op.drop_column("recipients", "claimed_until")
    op.add_column("recipients", sa.Column("owner", sa.Text()))
    op.drop_index("ix_recipients_done", "recipients")
    done = sa.text("done_at IS NOT NULL")
    op.create_index(
        "ix_recipients_done", "recipients", ["network", "done_at"], sqlite_where=done, postgresql_where=done
    )
    waiting = sa.text("state = 'queued'")
    columns = ["network", "urgency", "mail_id", "due"]
    op.create_index("ix_recipients_due", "recipients", columns, sqlite_where=waiting, postgresql_where=waiting)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("most_recipients", sa.Integer()),
        sa.PrimaryKeyConstraint("account", name="pk_accounts"),
    )
    op.create_table(
        "dispatches",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dispatches"),
    )
    op.create_index("ix_dispatches_window", "dispatches", ["account", "at"])
