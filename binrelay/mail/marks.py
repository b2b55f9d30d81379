"""What a mail answers: every mark in it that could name one of our mails or a conversation. Pure; total.

Invariant: marks are collected, not judged; each list is capped, the cost is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from binrelay.mail.address import Address
from binrelay.mail.decode import decode_base64
from binrelay.mail.header import Header, decode_words
from binrelay.mail.message import Message
from binrelay.mail.read_addresses import find_addresses
from binrelay.mail.read_ids import MAX_IDS, read_ids
from binrelay.mail.read_texts import Reading, read_texts
from binrelay.mail.subject import Subject, read_subject, together
from binrelay.mail.tokens import address_tag, find_tags

LOOP_FIELD = "x-binrelay-loop"
_MAX_TAGS = 500
_MOST_SUBJECTS = 10
_RECIPIENT_FIELDS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
# Microsoft's servers give a submitted mail a new Message-ID and keep the old one here.
_OWN_ID_FIELDS = ("message-id", "x-microsoft-original-message-id")
_EMBEDDED_ID_FIELDS = (*_OWN_ID_FIELDS, "in-reply-to", "references")


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids are without angle brackets, tags in upper case; each tuple is distinct, in the order of the mail."""

    own_ids: tuple[str, ...]  # under which this mail itself may be known
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    address_tags: tuple[str, ...]  # in sub-addresses of our own address
    subject: Subject
    subject_tags: tuple[str, ...]  # words of the subject that could be a tag
    text_tags: tuple[str, ...]  # words of the text that could be a tag, embedded mails and their subjects included
    quotes: tuple[str, ...]  # ids of our own domain that stand in the text
    embedded_ids: tuple[str, ...]  # Message-ID, In-Reply-To and References of embedded mails
    embeds_ours: bool  # an embedded or quoted mail bears our loop mark
    thread_index_bytes: int  # decoded length of Thread-Index; 22 starts a thread, more continue one; 0 without
    loop_mark: str | None  # the topmost loop mark of this mail itself
    points_back: bool = False  # In-Reply-To or References say anything, be it no id


def read_marks(message: Message, *, own: Address, network_name: str, subaddress: str | None) -> Marks:
    """The marks of a mail to the network with the address `own`; `subaddress` is the separator, where one is used."""
    header = message.header
    reading = read_texts(message.root, message.content) if message.root else Reading()
    thread_index = header.first("thread-index")
    # A mail has one subject; of several, readers show which they like.
    subjects = (message.subject, *map(decode_words, header.all("subject")[1:_MOST_SUBJECTS]))
    return Marks(
        own_ids=_ids([header], *_OWN_ID_FIELDS),
        in_reply_to=_ids([header], "in-reply-to"),
        references=_ids([header], "references"),
        address_tags=_address_tags(header, own=own, separator=subaddress) if subaddress else (),
        subject=together([read_subject(each, network_name) for each in subjects]),
        subject_tags=_distinct(chain.from_iterable(find_tags(each, retyped=True) for each in subjects), _MAX_TAGS),
        text_tags=_text_tags(reading),
        quotes=_quotes(reading.texts, own),
        embedded_ids=_ids(reading.embedded, *_EMBEDDED_ID_FIELDS),
        embeds_ours=_embeds_ours(reading),
        thread_index_bytes=len(decode_base64(thread_index.encode("utf-8", "replace"))) if thread_index else 0,
        loop_mark=header.first(LOOP_FIELD),
        points_back=any(value.strip() for name in ("in-reply-to", "references") for value in header.all(name)),
    )


def _distinct(items: Iterable[str], limit: int) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(items), limit))


def _ids(headers: Iterable[Header], *names: str) -> tuple[str, ...]:
    values = (value for header in headers for name in names for value in header.all(name))
    return _distinct(chain.from_iterable(map(read_ids, values)), MAX_IDS)


def _address_tags(header: Header, *, own: Address, separator: str) -> tuple[str, ...]:
    recipients = (find_addresses(value) for name in _RECIPIENT_FIELDS for value in header.all(name))
    tags = (address_tag(recipient, own, separator) for recipient in chain.from_iterable(recipients))
    return _distinct((tag for tag in tags if tag), MAX_IDS)


def _text_tags(reading: Reading) -> tuple[str, ...]:
    subjects = (decode_words(header.first("subject") or "") for header in reading.embedded)
    return _distinct(chain.from_iterable(map(find_tags, chain(subjects, reading.texts))), _MAX_TAGS)


def _quotes(texts: Iterable[str], own: Address) -> tuple[str, ...]:
    pattern = re.compile(rf"<([^\s<>@]{{1,200}}@{re.escape(own.domain)})>", re.IGNORECASE)
    found: Iterator[str] = (match[1] for text in texts for match in pattern.finditer(text))
    return _distinct((item for item in found if item.lower() != own.key), MAX_IDS)


def _embeds_ours(reading: Reading) -> bool:
    quoted = any(f"{LOOP_FIELD}:" in text.lower() for text in reading.texts)
    return quoted or any(header.has(LOOP_FIELD) for header in reading.embedded)
