"""The one door for strangers' bytes. Pure.

Invariant, held by a fuzz test: `read_message()` returns for every input, quickly, and raises nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from binrelay.mail.address import Address
from binrelay.mail.header import Header
from binrelay.mail.mime import Part


@dataclass(frozen=True, slots=True)
class Message:
    """An arrival as read. Where `unsafe` is given nothing below the header was looked at and `root` is None."""

    content: bytes  # as it arrived, whole
    header: Header  # the top header section; cut off at the limit where it is larger
    body_at: int  # offset of the first byte after the empty line
    root: Part | None  # the tree of the body; the root's `start` is 0
    author: Address | None  # exactly one, readable one way only (RFC 5322 3.6.2, RFC 6854); else None
    author_doubt: str | None  # why `author` is None, in plain English, without the address
    author_hints: tuple[Address, ...]  # where author is None: every address the From fields could be read as
    message_id: str | None  # without angle brackets; None where missing or unreadable
    subject: str  # RFC 2047-decoded, control characters gone, at most 998 characters
    unsafe: str | None  # why it cannot be read safely, in plain English
    digest: str  # hex SHA-256 over author, Date, Subject, Message-ID and body: same for two copies of one mail
