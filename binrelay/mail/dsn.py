"""Delivery reports (RFC 3464 and the dialects of real servers). Pure.

Invariant: `read_delivery_report()` returns for every message, in time linear in the text it looks at (256 kB a part).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice

from binrelay.mail.address import Address, parse_address
from binrelay.mail.dsn_dialects import ENHANCED, STATUS_TYPES, Said, is_notice, read_said, returned_text
from binrelay.mail.header import Field, Header, split_fields
from binrelay.mail.machines import is_daemon, is_postmaster, notice_text, report_type
from binrelay.mail.message import Message, read_message
from binrelay.mail.mime import Part, embedded, transfer_decoded, walk
from binrelay.mail.report_keys import NOT_OURS, Ours, ReportKeys, Returned, read_report_keys

_LIMIT = 262_144  # bytes of one part that are looked at
_WRAPPED_LIMIT = 1_048_576  # bytes of a report within a mail
_MOST_RECIPIENTS = 1_000
_LONGEST_BLOCK = 65_536  # bytes of fields between two empty lines
_LONGEST_VALUE = 998  # characters of a field that names a recipient
_MOST_RETURNED = 5  # returned mails that are looked at
_OTHER_REPORTS = frozenset({"feedback-report", "disposition-notification", "tlsrpt"})
_ONCE = frozenset({"original-recipient", "final-recipient", "action"})  # RFC 3464 2.3, a recipient
_BLANK = re.compile(rb"\n(?:[ \t\r]*\n)+")
_ANGLE = re.compile(r"<([^<>\s]{3,320})>")
_COMMENT = re.compile(r"\s*\([^()]{0,200}\)\s*$")
_ENVELOPE_ID = re.compile(r"[!-~]{1,100}")


class Action(StrEnum):
    """RFC 3464 2.3.3."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """`address` as we wrote it where the report still knows it (ORCPT), else as the reporting server knew it."""

    address: Address
    action: Action
    status: str | None  # enhanced status code, RFC 3463: "5.1.1"; None where the report says none
    diagnostic: str = ""
    original: Address | None = None  # Original-Recipient: the ORCPT of the submission (RFC 3464 2.3.1)
    final: Address | None = None  # Final-Recipient; another than we wrote where the mail was forwarded
    formal: bool = False  # read from fields; False: from a sentence


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail server says became of a mail. `recipients` is empty where none could be read.

    `action` and `status` hold for everybody the report is about, named or not; None where they differ. With a return
    address of one recipient's own (`keys.rows`) they say what became of that one, whatever name the server gives.
    """

    recipients: tuple[RecipientReport, ...]
    keys: ReportKeys = field(default_factory=ReportKeys)
    action: Action | None = None
    status: str | None = None

    @property
    def original_id(self) -> str | None:
        """Message-ID of the returned mail, without angle brackets."""
        return next(iter(self.keys.message_ids), None)


def read_delivery_report(message: Message, ours: Ours = NOT_OURS) -> DeliveryReport | None:
    """What a mail server reports about a mail of ours; None where the mail is no such report.

    `ours`: by what our return addresses are known. A person who passes a report on, a read receipt and
    a complaint are none. The fields of RFC 3464 come first, then Exim's X-Failed-Recipients, then the words.
    """
    outer, message = message, _unwrapped(message)
    kind = report_type(message)
    if message.root is None or (kind in _OTHER_REPORTS and not _is_rejection(message)):
        return None
    notice = notice_text(message)
    blocks = _blocks(message, notice) if kind else ()
    if not any(map(_recipient, blocks)) and not is_notice(message, notice):
        return None
    blocks = blocks or _blocks(message, notice)
    said = read_said(message, notice)
    recipients = tuple(filter(None, map(_recipient, blocks)))
    if not recipients:
        recipients = _with(_told(blocks), _failed_recipients(message, said) or _informal(said))
    # Our own address is never who could not be reached: it stands in the To of every bulletin.
    recipients = tuple(each for each in recipients if each.address != ours.address)
    return DeliveryReport(_distinct(recipients), _keys(message, outer, ours), *_verdict(blocks, recipients, said))


def _unwrapped(message: Message) -> Message:
    """The report itself, where a filter on the way has put the whole of it into a mail in the same server's name."""
    if message.root is None or report_type(message) or not (is_daemon(message) or is_postmaster(message)):
        return message
    for part in message.root.children:
        if part.media_type == "message/rfc822":
            inner = read_message(transfer_decoded(part, message.content, limit=_WRAPPED_LIMIT).lstrip(b"\r\n"))
            return inner if report_type(inner) == "delivery-status" else message
    return message


def _is_rejection(message: Message) -> bool:
    """RFC 5429 2.2.1: a delivery agent refuses (a full mailbox, a rule of its owner) in the form of a read receipt."""
    return any("(rejected)" in value.lower() for value in message.header.all("auto-submitted"))


def _distinct(reports: tuple[RecipientReport, ...]) -> tuple[RecipientReport, ...]:
    """One a recipient; whoever failed in the end has failed."""
    unique: dict[Address, RecipientReport] = {}
    for report in reports:
        known = unique.setdefault(report.address, report)
        if report.action is Action.FAILED and known.action is not Action.FAILED:
            unique[report.address] = report
    return tuple(unique.values())[:_MOST_RECIPIENTS]


def _verdict(
    blocks: tuple[Header, ...], recipients: tuple[RecipientReport, ...], said: Said
) -> tuple[Action | None, str | None]:
    if blocks:
        return _told(blocks)
    if not recipients:
        return (Action.DELAYED if said.delayed else Action.FAILED), said.first_status()
    return _agreed((each.action, each.status) for each in recipients)


def _told(blocks: tuple[Header, ...]) -> tuple[Action | None, str | None]:
    return _agreed((_action(block), _status(block)) for block in blocks)


def _agreed(told: Iterable[tuple[Action, str | None]]) -> tuple[Action | None, str | None]:
    """What all say; None where they differ, or where nobody says anything."""
    pairs = set(told)
    actions, statuses = {action for action, _ in pairs}, {status for _, status in pairs}
    return (actions.pop() if len(actions) == 1 else None), (statuses.pop() if len(statuses) == 1 else None)


def _with(
    told: tuple[Action | None, str | None], recipients: tuple[RecipientReport, ...]
) -> tuple[RecipientReport, ...]:
    """The fields name nobody that can be written to, and yet say what became of the mail."""
    action, status = told
    return tuple(replace(each, action=action or each.action, status=each.status or status) for each in recipients)


def _blocks(message: Message, notice: str) -> tuple[Header, ...]:
    """The fields of each recipient (RFC 3464 2.3); servers that build broken MIME leave them in the text."""
    found: list[Header] = []
    for part in walk(message.root) if message.root else ():
        if part.media_type in STATUS_TYPES or part.media_type == "message/disposition-notification":
            found.extend(_recipient_blocks(transfer_decoded(part, message.content, limit=_LIMIT)))
    if not found and "final-recipient:" in notice.lower():
        found.extend(_recipient_blocks(notice.encode("utf-8", "replace")))
    return tuple(found[:_MOST_RECIPIENTS])


def _recipient_blocks(fields: bytes) -> Iterator[Header]:
    blocks = _BLANK.split(fields, maxsplit=_MOST_RECIPIENTS)
    headers = (split_fields(block.lstrip(b"\r\n")[:_LONGEST_BLOCK]) for block in blocks)
    each = (part for header in headers for part in _one_recipient_each(header))
    return islice(
        (header for header in each if header.has("final-recipient") or header.has("action")), _MOST_RECIPIENTS
    )


def _one_recipient_each(header: Header) -> Iterator[Header]:
    """Some servers set no empty line between two recipients: the next one begins where a field comes again."""
    fields: list[Field] = []
    known: set[str] = set()
    for each in header.fields:
        if each.name in known:
            yield Header(tuple(fields))
            fields, known = [], set()
        fields.append(each)
        known |= {each.name} & _ONCE
    yield Header(tuple(fields))


def _recipient(block: Header) -> RecipientReport | None:
    original, final = _typed_address(block, "original-recipient"), _typed_address(block, "final-recipient")
    address = original or final or _typed_address(block, "x-actual-recipient")
    if address is None:
        return None
    said = block.first("diagnostic-code") or ""
    return RecipientReport(address, _action(block), _status(block), said, original, final, formal=True)


def _typed_address(block: Header, name: str) -> Address | None:
    """`rfc822; jan@mail.example`, with or without the type, brackets and comments (RFC 3464 2.1.2)."""
    text = _COMMENT.sub("", (block.first(name) or "")[:_LONGEST_VALUE].rpartition(";")[2]).strip()
    inner = _ANGLE.search(text)
    return parse_address((inner.group(1) if inner else text).strip("<>\"' "))


def _status(block: Header) -> str | None:
    """The server's own word; where that says no more than "other" (RFC 3463 3.1), what the refusing server said."""
    found = [code for name in ("status", "diagnostic-code") if (code := ENHANCED.search(block.first(name) or ""))]
    if not found:
        return None
    vague = found[0].group().endswith(".0.0") and found[-1].group(1) == found[0].group(1)
    return (found[-1] if vague else found[0]).group()


def _action(block: Header) -> Action:
    said = (block.first("action") or "").partition(";")[0].partition("(")[0].strip().lower()
    if said in frozenset(Action):
        return Action(said)
    # Some write "failure" or "error", some nothing, some what would become of a mail: "deliverable". The status tells.
    status = _status(block) or ""
    if status.startswith("2"):
        return Action.DELIVERED
    return Action.DELAYED if not said and status.startswith("4") else Action.FAILED


def _failed_recipients(message: Message, said: Said) -> tuple[RecipientReport, ...]:
    """Exim lists those it gave up on in the header."""
    values = ",".join(message.header.all("x-failed-recipients")[:100])
    addresses = (parse_address(text.strip(" <>")) for text in values.split(",")[:_MOST_RECIPIENTS])
    action = Action.DELAYED if said.delayed else Action.FAILED
    return tuple(RecipientReport(address, action, said.status(address)) for address in addresses if address)


def _informal(said: Said) -> tuple[RecipientReport, ...]:
    action = Action.DELAYED if said.delayed else Action.FAILED
    return tuple(RecipientReport(address, action, said.status(address)) for address in said.addresses)


def _keys(message: Message, outer: Message, ours: Ours) -> ReportKeys:
    parts = [part for part in walk(message.root) if part is not message.root] if message.root else []
    headers = tuple(header for part in parts for header in embedded(part, message.content))
    returned = Returned(headers[:_MOST_RETURNED], returned_text(message))
    status = (part for part in parts if part.media_type in STATUS_TYPES)
    envelope_id = next((found for part in status if (found := _envelope_id(part, message))), None)
    return read_report_keys(outer.header, returned, envelope_id=envelope_id, ours=ours)


def _envelope_id(part: Part, message: Message) -> str | None:
    """RFC 3464 2.2.1, of the first block: the fields about the mail as a whole."""
    block = _BLANK.split(transfer_decoded(part, message.content, limit=_LIMIT).lstrip(b"\r\n"), maxsplit=1)[0]
    text = (split_fields(block).first("original-envelope-id") or "").strip()
    return text if _ENVELOPE_ID.fullmatch(text) else None
