"""Our own keys inside a delivery report: what we wrote into the mail that came back. Pure; total.

Invariant: keys are collected, not believed. Anybody can write an identifier; whether it is ours, and whose, our memory tells.
A row's number is taken from nothing but an address with our keyed hash: numbers are guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from binrelay.mail.address import Address
from binrelay.mail.header import Header
from binrelay.mail.read_addresses import find_addresses
from binrelay.mail.read_ids import read_ids
from binrelay.mail.tokens import read_bounce_path

_MOST = 50  # of each kind
# Where a report shows the address it was sent to; some systems even send it from there.
_SENT_TO = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "apparently-to", "from")
_SENT_FROM = ("return-path", "x-envelope-from", "x-original-return-path")  # of the mail that came back
# Microsoft's servers give a submitted mail a new Message-ID and keep the old one beside it.
_OWN_IDS = ("message-id", "x-microsoft-original-message-id")
_POINTS_AT = ("in-reply-to", "x-ms-exchange-parent-message-id", "references")  # a report that answers our mail
_LOOP_FIELD = "x-binrelay-loop"
_INLINE_ID = re.compile(
    r"^[> \t]*(?:x-microsoft-original-)?message-id:[ \t]*(?:\r?\n[> \t]+)?(<[^<>\s]{3,500}>)",
    re.IGNORECASE | re.MULTILINE,
)
_INLINE_LOOP = re.compile(rf"^[> \t]*{_LOOP_FIELD}:[ \t]*(\S[^\r\n]{{0,400}})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReportKeys:
    """By how much they tell: which recipient of which mail (`rows`), which submission, which mail, which network."""

    rows: tuple[int, ...] = ()  # row ids of the outbox, from the sub-address of our reverse-path (VERP)
    envelope_id: str | None = None  # Original-Envelope-Id: the ENVID of the submission (RFC 3464 2.2.1)
    message_ids: tuple[str, ...] = ()  # of the returned mail, then those the report answers; without angle brackets
    loop_mark: str | None = None  # the returned mail's X-Binrelay-Loop


@dataclass(frozen=True, slots=True)
class Returned:
    """What a report shows of the mail it is about: its header as parts, and the text it may be repeated in."""

    headers: tuple[Header, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ours:
    """By what our return addresses are known."""

    address: Address | None = None  # that they are sub-addresses of
    key: bytes = field(default=b"", repr=False)  # of the installation


NOT_OURS = Ours()


def read_report_keys(header: Header, returned: Returned, *, envelope_id: str | None, ours: Ours) -> ReportKeys:
    """`header` is the report's own."""
    return ReportKeys(
        rows=tuple(islice(dict.fromkeys(_rows(header, returned, ours)), _MOST)),
        envelope_id=envelope_id,
        message_ids=tuple(islice(dict.fromkeys(_message_ids(header, returned)), _MOST)),
        loop_mark=_loop_mark(returned),
    )


def _rows(header: Header, returned: Returned, ours: Ours) -> Iterator[int]:
    if ours.address is None:
        return
    values = chain(
        (value for name in _SENT_TO for value in header.all(name)),
        (value for each in returned.headers for name in _SENT_FROM for value in each.all(name)),
    )
    for address in chain.from_iterable(map(find_addresses, values)):
        row = read_bounce_path(address, ours.address, key=ours.key)
        if row is not None:
            yield row


def _message_ids(report: Header, returned: Returned) -> Iterator[str]:
    for header in returned.headers:
        for name in _OWN_IDS:
            yield from read_ids(header.first(name) or "", limit=1)
    for found in _INLINE_ID.finditer(returned.text):
        yield from read_ids(found[1], limit=1)
    for name in _POINTS_AT:
        yield from read_ids(report.first(name) or "")


def _loop_mark(returned: Returned) -> str | None:
    formal = next((mark for header in returned.headers if (mark := header.first(_LOOP_FIELD))), None)
    inline = _INLINE_LOOP.search(returned.text)
    return formal or (inline[1].strip() if inline else None)
