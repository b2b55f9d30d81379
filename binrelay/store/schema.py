"""The tables. Pure: statements' nouns, no connection.

Moments are Unix time in UTC (REAL), addresses are two columns: `…key` compares, `…spelled` is written out.
Invariant: contents stand in a table of their own, once per mail, so that they can be forgotten while the keys remain;
a recipient is open exactly while `done_at` is NULL, and the content of a mail with open recipients is never forgotten.
An open recipient is "queued", "claimed" by a daemon, at its "dot" (which may be out), or "held" for a person to decide.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)

from binrelay.store.text import Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only under the very name INTEGER.
_SERIAL = BigInteger().with_variant(Integer, "sqlite")

contents = Table(
    "contents",
    METADATA,
    Column("id", _SERIAL, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

arrivals = Table(
    "arrivals",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("network", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("rule", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("partner", Text),
    Column("author_key", Text),
    Column("author_spelled", Text),
    Column("message_id", Text),
    Column("subject", Text, nullable=False),
    Column("arrived", Double, nullable=False),
    Column("decided", Double, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("releases", Text, nullable=False),
    Column("reaches", Integer, nullable=False),
    Column("told", Boolean, nullable=False, server_default=false()),
    Column("reminded", Double),
    Column("asked", Text),
    Column("settled", Double),  # when a held mail was released or rejected; NULL: when it was decided
    Column("erased", Boolean, nullable=False, server_default=false()),  # its mail is to go from the folders too
    Column("content_id", ForeignKey("contents.id", ondelete="SET NULL"), unique=True),
    UniqueConstraint("network", "digest"),
    Index("ix_arrivals_waiting", "state", "network"),
)

mails = Table(
    "mails",
    METADATA,
    Column("id", _SERIAL, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("network", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("reverse_key", Text),
    Column("reverse_spelled", Text),
    Column("verp", Boolean, nullable=False),
    Column("bulletin", Text),
    Column("conversation", Text),
    Column("may_name", Text, nullable=False),  # JSON: [[key, spelled], …]
    Column("created", Double, nullable=False),
    Column("not_before", Double),  # NULL: due at once
    Column("held", Text),  # why a person is to decide whether the rest goes out; NULL: nobody needs to
    Column("told", Text, nullable=False, server_default=""),  # what the coordinators have heard: "slow stale failed"
    Column("content_id", ForeignKey("contents.id", ondelete="SET NULL"), unique=True),
    Index("ix_mails_recent", "network", "kind", "created"),
)

recipients = Table(
    "recipients",
    METADATA,
    Column("id", _SERIAL, primary_key=True),
    Column("mail_id", ForeignKey("mails.id", ondelete="CASCADE"), nullable=False),
    Column("network", Text, nullable=False),
    Column("urgency", Integer, nullable=False),  # place of the mail's kind in records.Kind
    Column("key", Text),  # NULL: erased
    Column("spelled", Text),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("uncertain", Integer, nullable=False, server_default="0"),
    Column("due", Double, nullable=False),
    Column("owner", Text),  # the daemon that has it under way: states "claimed" and "dot"
    Column("code", Integer, nullable=False, server_default="0"),
    Column("status", Text),
    Column("text", Text, nullable=False, server_default=""),
    Column("done_at", Double),
    UniqueConstraint("mail_id", "key"),
)

# What is under way or finished leaves these two, so a claim costs the same after a year as on the first day.
_waiting = recipients.c.state == "queued"
Index(
    "ix_recipients_due",
    recipients.c.network,
    recipients.c.urgency,
    recipients.c.mail_id,
    recipients.c.due,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
_open = recipients.c.done_at.is_(None)
Index("ix_recipients_open", recipients.c.mail_id, recipients.c.due, sqlite_where=_open, postgresql_where=_open)
Index(
    "ix_recipients_done",
    recipients.c.network,
    recipients.c.done_at,
    sqlite_where=recipients.c.done_at.is_not(None),
    postgresql_where=recipients.c.done_at.is_not(None),
)

# Submission accounts as providers count them: a window of time holds so many transactions and recipients.
accounts = Table(
    "accounts",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("most_recipients", Integer),  # a transaction, as the server showed us; NULL: it took what we gave
    Column("shown", Double),  # when
)

dispatches = Table(
    "dispatches",
    METADATA,
    Column("id", _SERIAL, primary_key=True),
    Column("account", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("transactions", Integer, nullable=False),
    Column("recipients", Integer, nullable=False),
    Index("ix_dispatches_window", "account", "at"),
)

bulletins = Table(
    "bulletins",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("partner", Text),
    Column("message_id", Text, nullable=False),
    Column("original_id", Text),
    Column("subject", Text, nullable=False),
    Column("subject_key", Text, nullable=False),  # case-folded, white space collapsed
    Column("sent_at", Double, nullable=False),
    Column("replied", Boolean, nullable=False),
    Column("members", Integer),  # that the network had when it was composed; NULL: before version 12
    Index("ix_bulletins_subject", "network", "subject_key", "sent_at"),
    Index("ix_bulletins_recent", "network", "partner", "sent_at"),
)

conversations = Table(
    "conversations",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("member_key", Text, nullable=False),
    Column("member_spelled", Text, nullable=False),
    Column("partner", Text),
    Column("bulletin", Text),
    Column("last_id", Text),
    Column("partner_last_id", Text),
    Column("acknowledged_at", Double),
    Column("warned_at", Double),  # when the member was told to call instead
    Column("updated", Double, nullable=False),
    Index("ix_conversations_member", "network", "member_key"),
)

message_ids = Table(
    "message_ids",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("ours", Boolean, nullable=False),
    Column("bulletin", Text),
    Column("conversation", Text),
    Column("created", Double, nullable=False),
)

bounces = Table(
    "bounces",
    METADATA,
    Column("id", _SERIAL, primary_key=True),
    Column("network", Text, nullable=False),
    Column("key", Text, nullable=False, index=True),
    Column("spelled", Text, nullable=False),
    Column("status", Text),
    Column("action", Text, nullable=False),
    Column("mail", Text),
    Column("at", Double, nullable=False),
    Column("counts", Boolean, nullable=False, server_default=false()),
)

standings = Table(
    "standings",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("spelled", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("since", Double, nullable=False),
    Column("until", Double),
    Column("listed", Text, nullable=False),
    Column("name", Text),
    Column("language", Text),
)

acquaintances = Table(
    "acquaintances",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("mark", Text, primary_key=True),  # a keyed hash of the address
)

notes = Table(
    "notes",
    METADATA,
    Column("network", Text, primary_key=True),  # "": of the installation
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

watches = Table(
    "watches",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("first_uid", BigInteger, nullable=False),
    Column("since", Double, nullable=False),
    Column("left_alone", Integer, nullable=False),
)

left_mails = Table(
    "left_mails",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
)

waits = Table(
    "waits",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("since", Double, nullable=False),
    Column("times", Integer, nullable=False),
)

stumbles = Table(
    "stumbles",
    METADATA,
    Column("network", Text, primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("room", Text, primary_key=True),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("times", Integer, nullable=False),
    Column("error", Text, nullable=False),
)

refresh_tokens = Table(
    "refresh_tokens",
    METADATA,
    Column("key", Text, primary_key=True),  # a digest: which grant, told to nobody
    Column("token", Text, nullable=False),  # the provider's latest in place of the one in the configuration
    Column("since", Double, nullable=False),
)
