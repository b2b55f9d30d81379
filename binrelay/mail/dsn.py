"""Delivery reports (RFC 3464 and the dialects of real servers). Pure.

Invariant: `read_delivery_report()` returns for every message, in time linear in the text it looks at (256 kB a part).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from binrelay.mail.address import Address, parse_address
from binrelay.mail.dsn_dialects import Said, is_notice, read_said, returned_text
from binrelay.mail.header import Header, split_fields
from binrelay.mail.machines import notice_text, report_type
from binrelay.mail.message import Message
from binrelay.mail.mime import Part, embedded, transfer_decoded, walk
from binrelay.mail.read_ids import read_ids

_LIMIT = 262_144  # bytes of one part that are looked at
_MOST_RECIPIENTS = 1_000
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_OTHER_REPORTS = frozenset({"feedback-report", "disposition-notification", "tlsrpt"})
_BLANK = re.compile(rb"\n[ \t\r]*\n")
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_ANGLE = re.compile(r"<([^<>\s]{3,320})>")
_COMMENT = re.compile(r"\s*\([^()]{0,200}\)\s*$")
_MESSAGE_ID = re.compile(r"^[> \t]*message-id:[ \t]*(?:\r?\n[> \t]+)?(<[^<>\s]{3,500}>)", re.IGNORECASE | re.MULTILINE)


class Action(StrEnum):
    """RFC 3464 2.3.3."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class RecipientReport:
    address: Address
    action: Action
    status: str | None  # enhanced status code, RFC 3463: "5.1.1"; None where the report says none
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail server says became of a mail. `recipients` is empty where none could be read."""

    recipients: tuple[RecipientReport, ...]
    original_id: str | None  # Message-ID of the returned mail, without angle brackets


def read_delivery_report(message: Message) -> DeliveryReport | None:
    """What a mail server reports about a mail of ours; None where the mail is no such report.

    A person who passes a report on, a read receipt and a complaint are none. The fields of RFC 3464 come first, then
    Exim's X-Failed-Recipients, then the words of the notice.
    """
    kind = report_type(message)
    if message.root is None or kind in _OTHER_REPORTS:
        return None
    notice = notice_text(message)
    formal = _formal(message, notice) if kind else ()
    if not formal and not is_notice(message, notice):
        return None
    said = read_said(message, notice)
    recipients = formal or _formal(message, notice) or _failed_recipients(message, said) or _informal(said)
    return DeliveryReport(_distinct(recipients), _original_id(message))


def _distinct(reports: tuple[RecipientReport, ...]) -> tuple[RecipientReport, ...]:
    unique: dict[Address, RecipientReport] = {}
    for report in reports:
        unique.setdefault(report.address, report)
    return tuple(unique.values())[:_MOST_RECIPIENTS]


def _formal(message: Message, notice: str) -> tuple[RecipientReport, ...]:
    """Recipients by the fields of RFC 3464; servers that build broken MIME leave them in the text."""
    found: list[RecipientReport] = []
    for part in walk(message.root) if message.root else ():
        if part.media_type in _STATUS_TYPES:
            found.extend(_reports(transfer_decoded(part, message.content, limit=_LIMIT)))
    if not found and "final-recipient:" in notice.lower():
        found.extend(_reports(notice.encode("utf-8", "replace")))
    return tuple(found)


def _reports(fields: bytes) -> Iterator[RecipientReport]:
    for block in _BLANK.split(fields):
        header = split_fields(block.lstrip(b"\r\n"))
        address = _recipient(header)
        if address is not None:
            status = _status(header)
            yield RecipientReport(address, _action(header, status), status, header.first("diagnostic-code") or "")


def _recipient(header: Header) -> Address | None:
    """RFC 3464 2.3.1: the address as we wrote it, where the report still knows it; it may have been forwarded since."""
    if not header.has("final-recipient") and not header.has("action"):
        return None
    values = (header.first(name) for name in ("original-recipient", "final-recipient", "x-actual-recipient"))
    return next((address for value in values if value and (address := _typed_address(value))), None)


def _typed_address(value: str) -> Address | None:
    """`rfc822; jan@mail.example`, with or without the type, brackets and comments (RFC 3464 2.1.2)."""
    text = _COMMENT.sub("", value.rpartition(";")[2]).strip()
    inner = _ANGLE.search(text)
    return parse_address((inner.group(1) if inner else text).strip("<>\"' "))


def _status(header: Header) -> str | None:
    for name in ("status", "diagnostic-code"):
        if code := _ENHANCED.search(header.first(name) or ""):
            return code.group()
    return None


def _action(header: Header, status: str | None) -> Action:
    said = (header.first("action") or "").partition(";")[0].partition("(")[0].strip().lower()
    if said in frozenset(Action):
        return Action(said)
    # Some write "failure" or "error", some nothing; a 4.x.x without a word may still be tried again.
    return Action.DELAYED if status and status.startswith("4") and not said else Action.FAILED


def _failed_recipients(message: Message, said: Said) -> tuple[RecipientReport, ...]:
    """Exim lists those it gave up on in the header."""
    values = ",".join(message.header.all("x-failed-recipients")[:100])
    addresses = (parse_address(text.strip(" <>")) for text in values.split(",")[:_MOST_RECIPIENTS])
    action = Action.DELAYED if said.delayed else Action.FAILED
    return tuple(RecipientReport(address, action, said.status(address)) for address in addresses if address)


def _informal(said: Said) -> tuple[RecipientReport, ...]:
    action = Action.DELAYED if said.delayed else Action.FAILED
    return tuple(RecipientReport(address, action, said.status(address)) for address in said.addresses)


def _original_id(message: Message) -> str | None:
    for part in walk(message.root) if message.root else ():
        if part is not message.root and (found := _returned_id(part, message)):
            return found
    inline = _MESSAGE_ID.search(returned_text(message))
    return next(iter(read_ids(inline.group(1))), None) if inline else None


def _returned_id(part: Part, message: Message) -> str | None:
    header = next(iter(embedded(part, message.content)), None)
    return next(iter(read_ids(header.first("message-id") or "")), None) if header else None
