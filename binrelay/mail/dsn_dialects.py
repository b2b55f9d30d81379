"""Delivery reports in words: what servers write that do not follow RFC 3464, or did not yet. Pure.

Invariant: no address is taken from the returned mail itself, nor from the lines that repeat its header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from binrelay.mail.address import Address, parse_address
from binrelay.mail.automatic_words import asks, is_absence
from binrelay.mail.dsn_words import (
    ADMINISTRATOR,
    CHALLENGE,
    DELAYED,
    FAILURE,
    FOLLOWING,
    GIVEN_UP,
    NO_PERSON,
    PASSED_ON,
    RETURNED,
    SUBJECT,
    TRANSCRIPT,
)
from binrelay.mail.header import Header, decode_words, split_fields
from binrelay.mail.machines import has_null_path, is_daemon, is_postmaster, media_types, notice_text, report_type
from binrelay.mail.message import Message
from binrelay.mail.mime import embedded, walk

STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_MOST_LINES = 2_000
_LONGEST_LINE = 2_000  # characters
_SAID_BY = 16_384  # characters: a server comes to the point
_MOST_REPEATED = 200  # lines of a repeated header
_FIELD = re.compile(r"[!-9;-~]{1,80}:")

_REPEATED = re.compile(
    r"^[\s>|*]*(to|cc|from|sent|date|subject|reply-to|sender|message-id|betreff|an|von|aan|onderwerp|van|objet|de|à|"
    r"original-envelope-id|for help|contact)\s*:",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~@-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9]")
_ANSWERED = re.compile(r"(?:re|aw|antw|ref|sv)\s*:", re.IGNORECASE)
_LIST = re.compile(r"[\s>'\"]*[,;][\s<'\"]*")
_OWN_LINE = re.compile(r"^[\s*•\-–>|<\[\"'(]*(?:smtp:|mailto:|rfc822;)?\s*$", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:recipient|rcpt to|(?:mail|message) to|address(?:ee)?|user|mailbox|error-for|"
    r"failed|deliver(?:y|ed)?\b[^:]{0,40}\bto|attempts|to unreachable|"
    r"unknown|empf[äa]nger|ontvanger|destinat\w+|宛先|收件人)(?:[^:@]{0,40}[:=]\s*[<\[\"']*(?:smtp:|rfc822;)?|\s<)\s*$",
    re.IGNORECASE,
)
_NO_RECIPIENT = re.compile(
    r"(?:postmaster|mailer-daemon|mailerdaemon|abuse|helpdesk|support|no-?reply)@", re.IGNORECASE
)
# RFC 3463 2: the subjects go up to 7. Versions of programs and addresses of hosts look alike.
ENHANCED = re.compile(r"(?<![\d.])([245])\.[0-7]\.\d{1,3}(?!\d|\.\d)")
_SENDER = re.compile(r"\b(?:mail|messages?) from:?\s{0,3}<?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of a notice say: who was not reached, and whether the server goes on trying."""

    addresses: tuple[Address, ...]
    delayed: bool
    lines: tuple[str, ...]

    def status(self, address: Address) -> str | None:
        """The enhanced status code next to the address; where only one address failed, the first one anywhere."""
        near: list[str] = []
        for at, line in enumerate(self.lines):
            if address.key in line.lower():
                near.extend(self.lines[at : at + 5])
        return _first_status((*near, *(self.lines if len(self.addresses) <= 1 else ())))

    def first_status(self) -> str | None:
        """The first enhanced status code anywhere, for a notice that names nobody."""
        return _first_status(self.lines)


def _first_status(lines: Iterable[str]) -> str | None:
    return next((code.group() for line in lines if (code := ENHANCED.search(line))), None)


def is_notice(message: Message, notice: str) -> bool:
    """Whether a mail without the fields of RFC 3464 is a server's word that a mail of ours did not arrive."""
    if message.header.has("x-failed-recipients"):
        return True
    subject = bool(SUBJECT.match(message.subject))
    if is_daemon(message) or report_type(message) == "delivery-status":
        return subject or _tells_of_failure(notice)
    null_path, role = has_null_path(message), is_postmaster(message)
    if (null_path or _is_generated(message)) and not media_types(message).isdisjoint(STATUS_TYPES):
        return True
    if not (subject or null_path or role):
        return False  # a person's mail: its text need not be searched
    text = _tells_of_failure(notice)
    if role and subject:
        return True
    if subject and text and ADMINISTRATOR.search(_author(message)):
        return True
    if CHALLENGE.search(notice) or not text:
        return False
    if null_path or role:
        return subject or (_names(message, notice, worst=1 if role else 0) and not _answers_for_a_person(message))
    return subject and (_is_generated(message) or _returns(message, _unquoted(notice)))


def _tells_of_failure(notice: str) -> bool:
    return FAILURE.search(_head(notice)[:_SAID_BY]) is not None


def _author(message: Message) -> str:
    return decode_words(message.header.first("from") or "")[:1_000]


def _answers_for_a_person(message: Message) -> bool:
    """Who is away, or reads another mailbox now, names that as a server names whom it did not reach."""
    return _ANSWERED.match(message.subject) is not None or is_absence(message.subject, answers=True)


def _is_generated(message: Message) -> bool:
    return any(value.lower().lstrip().startswith("auto-") for value in message.header.all("auto-submitted"))


def _returns(message: Message, notice: str) -> bool:
    """No mark of a server: a person writes about undelivered things too, but repeats no mail and no talk of servers."""
    if PASSED_ON.search(notice) or not _names(message, notice):
        return False
    if NO_PERSON.search(_author(message)):
        return True
    if asks(message.subject) or message.header.has("in-reply-to"):
        return False
    return "message/rfc822" in media_types(message) or any(
        pattern.search(notice) for pattern in (RETURNED, TRANSCRIPT, FOLLOWING)
    )


def _unquoted(notice: str) -> str:
    return "\n".join(line for line in notice.splitlines() if not line.lstrip().startswith(">"))


def _names(message: Message, notice: str, *, worst: int = 0) -> bool:
    """Whether it names a recipient by a sign that is no worse than this."""
    return any(tier <= worst for tier, _ in _candidates(message, _lines(notice)))


def read_said(message: Message, notice: str) -> Said:
    """The addresses by the surest sign there is: at the head of a line or behind a label, beside a failure, anywhere."""
    lines = _lines(notice)
    ranked: dict[int, dict[Address, None]] = {}
    for tier, address in _candidates(message, lines):
        ranked.setdefault(tier, {}).setdefault(address)
    best = (
        ranked[min(ranked)]
        if ranked
        else dict.fromkeys(_returned_recipients(message) or _author_itself(message, lines))
    )
    text = "\n".join(lines)
    delayed = bool(DELAYED.search(text) or DELAYED.search(message.subject)) and not GIVEN_UP.search(text)
    return Said(tuple(best), delayed, tuple(lines))


def returned_text(message: Message) -> str:
    """What follows the notice in one and the same text: the returned mail."""
    notice = notice_text(message)
    cut = RETURNED.search(notice)
    return notice[cut.start() :] if cut else ""


def _head(notice: str) -> str:
    cut = RETURNED.search(notice)
    head = notice[: cut.start()] if cut else notice
    return head if head.strip() else notice[:4_000]


def _lines(notice: str) -> list[str]:
    return [line[:_LONGEST_LINE] for line in _head(notice).splitlines()[:_MOST_LINES]]


def _candidates(message: Message, lines: list[str]) -> Iterator[tuple[int, Address]]:
    """Addresses of the notice with 0 (head of a line, or labelled), 1 (beside a failure), 2 (elsewhere) or 3 ("To:" repeated)."""
    excluded = _not_meant(message)
    for line in lines:
        repeated = _REPEATED.match(line)
        if (repeated and repeated.group(1).lower() != "to") or line.lstrip().startswith(("http:", "https:")):
            continue
        elsewhere = 3 if repeated else 1 if "@" in line and FAILURE.search(line) else 2
        for sure, text in _in_line(line):
            address = parse_address(text.strip("'").removeprefix("SMTP=").removeprefix("smtp="))
            if address and address not in excluded and not _NO_RECIPIENT.match(address.key):
                yield (0 if sure and not repeated else elsewhere), address


def _in_line(line: str) -> Iterator[tuple[bool, str]]:
    """What looks like an address, and whether it stands where a server names a recipient, or in a list that begins there."""
    sure, end = False, 0
    for found in _ADDRESS.finditer(line):
        listed = sure and _LIST.fullmatch(line, end, found.start())
        before = line[: found.start()]
        sure = bool(listed or _OWN_LINE.match(before) or _LABEL.search(before))
        end = found.end()
        if not _SENDER.search(before[-40:]):
            yield sure, found.group()


def _not_meant(message: Message) -> frozenset[Address]:
    """Who wrote and who receives the report."""
    texts = [message.header.first("return-path") or "", *message.header.all("to")[:5], *message.header.all("from")[:2]]
    found = (parse_address(match) for text in texts for match in _ADDRESS.findall(text[:_LONGEST_LINE]))
    return frozenset(address for address in found if address) | frozenset(message.author_hints)


def _returned_recipients(message: Message) -> tuple[Address, ...]:
    """The To of the returned mail, where it names one address: the notice names nobody."""
    for part in walk(message.root) if message.root else ():
        if part is message.root:
            continue
        for header in embedded(part, message.content):
            return _only_recipient(header)
    return _only_recipient(_repeated_header(returned_text(message)))


def _repeated_header(text: str) -> Header:
    """The first lines of a mail that is repeated in the notice itself, with or without a heading and quote marks."""
    lines = (line.lstrip("> \t") if line.startswith(">") else line for line in text.splitlines()[:_MOST_REPEATED])
    fields = [line for line in lines if line[:1] in (" ", "\t") or _FIELD.match(line)]
    return split_fields("\n".join(fields).encode("utf-8", "replace"))


def _author_itself(message: Message, lines: list[str]) -> tuple[Address, ...]:
    """Some servers report in the name of whom they could not reach."""
    author = message.author
    named = author and not _NO_RECIPIENT.match(author.key) and any(author.key in line.lower() for line in lines)
    return (author,) if author and named else ()


def _only_recipient(header: Header) -> tuple[Address, ...]:
    named = _ADDRESS.findall(",".join((*header.all("to"), *header.all("cc")))[:_LONGEST_LINE])
    addresses = {address for text in named if (address := parse_address(text))}
    return tuple(addresses) if len(addresses) == 1 else ()
