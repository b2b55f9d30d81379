"""Version 1: the first."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _contents()
    _arrivals()
    _mails()
    _recipients()
    _memory()
    _ids_and_bounces()
    _mailbox()


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _contents() -> None:
    op.create_table(
        "contents",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contents"),
    )


def _arrivals() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text()),
        sa.Column("author_key", sa.Text()),
        sa.Column("author_spelled", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("arrived", sa.Double(), nullable=False),
        sa.Column("decided", sa.Double(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("releases", sa.Text(), nullable=False),
        sa.Column("reaches", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asked", sa.Text()),
        sa.Column("content_id", SERIAL),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name="fk_arrivals_content_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_arrivals"),
        sa.UniqueConstraint("content_id", name="uq_arrivals_content_id"),
        sa.UniqueConstraint("network", "digest", name="uq_arrivals_network_digest"),
    )
    op.create_index("ix_arrivals_waiting", "arrivals", ["state", "network"])


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("reverse_key", sa.Text()),
        sa.Column("reverse_spelled", sa.Text()),
        sa.Column("verp", sa.Boolean(), nullable=False),
        sa.Column("bulletin", sa.Text()),
        sa.Column("conversation", sa.Text()),
        sa.Column("may_name", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("content_id", SERIAL),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name="fk_mails_content_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("content_id", name="uq_mails_content_id"),
        sa.UniqueConstraint("key", name="uq_mails_key"),
    )
    op.create_index("ix_mails_recent", "mails", ["network", "kind", "created"])


def _recipients() -> None:
    op.create_table(
        "recipients",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("mail_id", SERIAL, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("spelled", sa.Text()),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("uncertain", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("claimed_until", sa.Double()),
        sa.Column("code", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.Text()),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.Double()),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_recipients_mail_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_recipients"),
        sa.UniqueConstraint("mail_id", "key", name="uq_recipients_mail_id_key"),
    )
    op.create_index(
        "ix_recipients_done", "recipients", ["network", "done_at", "state"], **_where("done_at IS NOT NULL")
    )
    op.create_index("ix_recipients_due", "recipients", ["network", "urgency", "due"], **_where("done_at IS NULL"))
    op.create_index("ix_recipients_open", "recipients", ["mail_id", "due"], **_where("done_at IS NULL"))


def _memory() -> None:
    op.create_table(
        "bulletins",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text()),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("original_id", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=False),
        sa.Column("replied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("network", "id", name="pk_bulletins"),
    )
    op.create_index("ix_bulletins_recent", "bulletins", ["network", "partner", "sent_at"])
    op.create_index("ix_bulletins_subject", "bulletins", ["network", "subject_key", "sent_at"])
    op.create_table(
        "conversations",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("member_key", sa.Text(), nullable=False),
        sa.Column("member_spelled", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text()),
        sa.Column("bulletin", sa.Text()),
        sa.Column("last_id", sa.Text()),
        sa.Column("partner_last_id", sa.Text()),
        sa.Column("acknowledged_at", sa.Double()),
        sa.Column("updated", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("network", "tag", name="pk_conversations"),
    )
    op.create_index("ix_conversations_member", "conversations", ["network", "member_key"])


def _ids_and_bounces() -> None:
    op.create_table(
        "message_ids",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("bulletin", sa.Text()),
        sa.Column("conversation", sa.Text()),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("network", "message_id", name="pk_message_ids"),
    )
    op.create_table(
        "bounces",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("spelled", sa.Text(), nullable=False),
        sa.Column("status", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("mail", sa.Text()),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bounces"),
    )
    op.create_index("ix_bounces_key", "bounces", ["key"])


def _mailbox() -> None:
    op.create_table(
        "watches",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("first_uid", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("left_alone", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("network", name="pk_watches"),
    )
    op.create_table(
        "left_mails",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("network", "uidvalidity", "uid", name="pk_left_mails"),
    )
    op.create_table(
        "stumbles",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("uid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("network", "uidvalidity", "room", "uid", name="pk_stumbles"),
    )
