"""Rows as values and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row

from binrelay.mail.address import Address, an_address
from binrelay.model import BulletinRecord, Conversation
from binrelay.records import ArrivalRecord, Kind, Mail

_T = TypeVar("_T")

URGENCY = {kind: place for place, kind in enumerate(Kind)}


def portions(values: Iterable[_T], size: int = 1000) -> Iterator[Sequence[_T]]:
    """Distinct values in portions: databases limit how many a statement takes, and strangers write long headers."""
    distinct = list(dict.fromkeys(values))
    return (distinct[start : start + size] for start in range(0, len(distinct), size))


def subject_key(subject: str) -> str:
    return " ".join(subject.casefold().split())


def address(key: str | None, spelled: str | None) -> Address | None:
    return an_address(key, spelled) if key is not None and spelled is not None else None


def names_to_text(names: Iterable[Address]) -> str:
    return json.dumps([[name.key, name.spelled] for name in names], ensure_ascii=False)


def names_from_text(text: str) -> tuple[Address, ...]:
    return tuple(Address(key, spelled) for key, spelled in json.loads(text))


def arrival_from(row: Row[Any], content: bytes | None = None) -> ArrivalRecord:
    return ArrivalRecord(
        id=row.id,
        network=row.network,
        digest=row.digest,
        decision=row.decision,
        rule=row.rule,
        why=row.why,
        state=row.state,
        partner=row.partner,
        author=address(row.author_key, row.author_spelled),
        message_id=row.message_id,
        subject=row.subject,
        arrived=row.arrived,
        decided=row.decided,
        size=row.size,
        releases=row.releases,
        reaches=row.reaches,
        content=content,
        told=row.told,
        reminded=row.reminded,
        settled=row.settled,
        erased=row.erased,
    )


def bulletin_from(row: Row[Any]) -> BulletinRecord:
    return BulletinRecord(
        id=row.id,
        partner=row.partner,
        message_id=row.message_id,
        original_id=row.original_id,
        subject=row.subject,
        sent_at=row.sent_at,
        replied=row.replied,
        members=row.members,
    )


def conversation_from(row: Row[Any]) -> Conversation:
    return Conversation(
        tag=row.tag,
        member=Address(row.member_key, row.member_spelled),
        partner=row.partner,
        bulletin=row.bulletin,
        last_id=row.last_id,
        partner_last_id=row.partner_last_id,
        acknowledged_at=row.acknowledged_at,
        warned_at=row.warned_at,
    )


def mail_from(row: Row[Any]) -> Mail:
    """The mail without its recipients."""
    return Mail(
        key=row.key,
        network=row.network,
        kind=Kind(row.kind),
        message_id=row.message_id,
        reverse_path=address(row.reverse_key, row.reverse_spelled),
        verp=row.verp,
        content=row.content,
        recipients=(),
        bulletin=row.bulletin,
        conversation=row.conversation,
        may_name=names_from_text(row.may_name),
    )
