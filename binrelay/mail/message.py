"""The one door for strangers' bytes. Pure.

Invariant, held by a fuzz test: `read_message()` returns for every input, quickly, and raises nothing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from binrelay.mail.address import Address
from binrelay.mail.author import read_author
from binrelay.mail.header import Field, Header, decode_words, read_header
from binrelay.mail.mime import MimeLimitError, Part, read_tree
from binrelay.mail.read_ids import read_ids

MAX_HEADER = 102_400  # bytes: Postfix's header_size_limit
MAX_HEADER_LINES = 1_000
MAX_FIELD = 16_384  # bytes
MAX_ADDRESSES = 200  # in one address field
MAX_ENCODED_WORDS = 200  # in one field
MAX_SUBJECT = 998  # characters
_ADDRESS_FIELDS = frozenset({"from", "sender", "reply-to", "to", "cc", "bcc"})
_LEADING_EMPTY = re.compile(rb"(?:\r?\n){0,64}")
_QUOTED = re.compile(rb'"[^"]*"')
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Message:
    """An arrival as read. Where `unsafe` is given nothing below the header was looked at and `root` is None."""

    content: bytes  # as it arrived, whole
    header: Header  # the top header section; cut off at the limit where it is larger
    body_at: int  # offset of the first byte after the empty line
    root: Part | None  # the tree of the body; the root's `start` is 0
    author: Address | None  # exactly one, readable one way only (RFC 5322 3.6.2, RFC 6854); else None
    author_name: str  # what stands beside the address, for anybody to make up; "" where nothing does
    author_doubt: str | None  # why `author` is None, in plain English, without the address
    author_hints: tuple[Address, ...]  # where author is None: every address the From fields could be read as
    message_id: str | None  # without angle brackets; None where missing or unreadable
    subject: str  # RFC 2047-decoded, control characters gone, at most 998 characters
    unsafe: str | None  # why it cannot be read safely, in plain English
    digest: str  # hex SHA-256 over author, Date, Subject, Message-ID and body: same for two copies of one mail


def read_message(content: bytes) -> Message:
    """The mail as read, whatever the bytes."""
    header, body_at, cut = _top_header(content)
    unsafe = f"its header is larger than {MAX_HEADER} bytes" if cut else _header_excess(header)
    root = None
    if unsafe is None:
        try:
            root = read_tree(content, header, body_at)
        except MimeLimitError as error:
            unsafe = str(error)
    authorship = read_author(header)
    return Message(
        content=content,
        header=header,
        body_at=body_at,
        root=root,
        author=authorship.address,
        author_name=authorship.name,
        author_doubt=authorship.doubt,
        author_hints=authorship.hints,
        message_id=next(iter(read_ids(header.first("message-id") or "")), None),
        subject=decode_words(header.first("subject") or "")[:MAX_SUBJECT].strip(),
        unsafe=unsafe,
        digest=_digest(content, header, body_at),
    )


def _top_header(content: bytes) -> tuple[Header, int, bool]:
    """Empty lines before the first field are skipped, as most readers do; they stay as a line that is no field."""
    found = _LEADING_EMPTY.match(content)
    lead = found.end() if found else 0
    header, body_at, cut = read_header(content, lead, limit=MAX_HEADER)
    return (Header((Field("", content[:lead]), *header.fields)) if lead else header), body_at, cut


def _header_excess(header: Header) -> str | None:
    """Which limit the header passes; None where none."""
    if sum(field.raw.count(b"\n") for field in header.fields) > MAX_HEADER_LINES:
        return f"its header has more than {MAX_HEADER_LINES} lines"
    for field in header.fields:
        if len(field.raw) > MAX_FIELD:
            return f"a header field is larger than {MAX_FIELD} bytes"
        if field.raw.count(b"=?") > MAX_ENCODED_WORDS:
            return f"a header field has more than {MAX_ENCODED_WORDS} encoded words"
        if field.name in _ADDRESS_FIELDS and _QUOTED.sub(b"", field.raw).count(b"@") > MAX_ADDRESSES:
            return f"a header field has more than {MAX_ADDRESSES} addresses"
    return None


def _digest(content: bytes, header: Header, body_at: int) -> str:
    """Blind to trace fields, folding, kinds of line ends and empty lines at the end: all that two copies differ in."""
    digest = hashlib.sha256()
    for name in ("from", "date", "subject", "message-id"):
        for value in header.all(name):
            text = " ".join(value.split()).encode("utf-8", "replace")
            digest.update(b"%s:%d:%s\n" % (name.encode(), len(text), text))
    end = _trimmed_end(content, body_at)
    for start in range(body_at, end, _CHUNK):
        stop = min(start + _CHUNK, end)
        split_line_end = content[stop - 1 : stop] == b"\r" and content[stop : stop + 1] == b"\n"
        digest.update(content[start : stop - split_line_end].replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _trimmed_end(content: bytes, start: int) -> int:
    """Where the body ends without the line ends at its end; in chunks, for a body that is nothing else."""
    end = len(content)
    while end > start:
        chunk = content[max(start, end - _CHUNK) : end]
        kept = len(chunk.rstrip(b"\r\n"))
        end -= len(chunk) - kept
        if kept:
            break
    return end
