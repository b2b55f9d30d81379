"""Delivery reports (RFC 3464 and the dialects of real servers). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from binrelay.mail.address import Address


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
