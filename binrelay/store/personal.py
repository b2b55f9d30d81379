"""What each column may say of a person. Pure.

Invariant: every column that can hold text stands here exactly once (a test compares with the schema). Whoever adds one
decides with it what `data` shows and what `erase` takes away.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column

from binrelay.store.schema import (
    accounts,
    acquaintances,
    arrivals,
    bounces,
    bulletins,
    contents,
    conversations,
    dispatches,
    left_mails,
    mails,
    message_ids,
    notes,
    recipients,
    refresh_tokens,
    standings,
    stumbles,
    waits,
    watches,
)
from binrelay.store.schema_rota import daemons, leases

ADDRESSES: tuple[Column[Any], ...] = (
    arrivals.c.author_key,
    arrivals.c.author_spelled,
    bounces.c.key,
    bounces.c.spelled,
    conversations.c.member_key,
    conversations.c.member_spelled,
    mails.c.may_name,
    mails.c.reverse_key,
    mails.c.reverse_spelled,
    recipients.c.key,
    recipients.c.spelled,
    standings.c.key,
    standings.c.spelled,
    standings.c.name,
)
"""Go with their row, or are emptied."""

PROSE: tuple[Column[Any], ...] = (
    arrivals.c.subject,
    bulletins.c.subject,
    bulletins.c.subject_key,
    recipients.c.text,
    stumbles.c.error,
)
"""Texts in which somebody may stand: emptied where the person does."""

IDENTIFIERS: tuple[Column[Any], ...] = (
    arrivals.c.message_id,
    bounces.c.mail,
    bulletins.c.message_id,
    bulletins.c.original_id,
    conversations.c.last_id,
    conversations.c.partner_last_id,
    mails.c.message_id,
    message_ids.c.message_id,
)
"""Message-IDs: a person's own go with the row they stand in."""

TAGS: tuple[Column[Any], ...] = (
    conversations.c.tag,
    mails.c.conversation,
    message_ids.c.conversation,
)
"""Pseudonyms: emptied, so that nobody can lay an old mail beside them."""

CONTENTS: tuple[Column[Any], ...] = (contents.c.content,)
"""Looked through, decoded."""

HARMLESS: tuple[Column[Any], ...] = (
    accounts.c.account,
    arrivals.c.id,
    acquaintances.c.network,
    acquaintances.c.mark,  # a keyed hash; `erase` drops the person's own
    arrivals.c.network,
    arrivals.c.digest,
    arrivals.c.decision,
    arrivals.c.state,
    arrivals.c.why,
    arrivals.c.partner,
    arrivals.c.releases,
    arrivals.c.asked,
    bounces.c.network,
    bounces.c.status,
    bounces.c.action,
    bulletins.c.network,
    bulletins.c.id,
    bulletins.c.partner,
    conversations.c.network,
    conversations.c.partner,
    conversations.c.bulletin,
    daemons.c.id,
    daemons.c.host,
    daemons.c.status,
    dispatches.c.account,
    leases.c.network,
    leases.c.owner,
    left_mails.c.network,
    left_mails.c.digest,
    mails.c.key,
    mails.c.network,
    mails.c.kind,
    mails.c.held,
    mails.c.bulletin,
    mails.c.told,
    message_ids.c.network,
    message_ids.c.bulletin,
    notes.c.network,
    notes.c.name,
    notes.c.value,
    recipients.c.network,
    recipients.c.state,
    recipients.c.owner,
    recipients.c.status,
    refresh_tokens.c.key,
    refresh_tokens.c.token,
    standings.c.network,
    standings.c.state,
    standings.c.cause,
    standings.c.listed,
    standings.c.language,
    stumbles.c.network,
    stumbles.c.room,
    waits.c.network,
    waits.c.digest,
    watches.c.network,
)
"""Words of ours, ids of ours, names of networks and partners, digests of whole mails."""
