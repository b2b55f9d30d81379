"""Marks of a mail that a mail server wrote, shared by what reads delivery reports and automatic mail. Pure."""

from __future__ import annotations

import re

from binrelay.mail.header import decode_words
from binrelay.mail.message import Message
from binrelay.mail.mime import Part, text_of, walk

_TEXT_LIMIT = 65_536  # bytes; notices are short of one part that are looked at
_NULL_PATH = re.compile(r"<?(?:<>|mailer-daemon(?:@[^>]*)?)?>?", re.IGNORECASE)
_DAEMON = re.compile(
    r"(?:^|[<\s\"(])(?:mail(?:er)?[-_.]?daemon|mdaemon|mail[-_.]delivery[-_.](?:sub)?system)"
    r"(?:[-+_.][\w.=-]{1,64})?(?:[@\\\s>\")]|$)",
    re.IGNORECASE,
)
_ROLE = re.compile(r"(?:^|[<\s\"(])(?:postmaster|mailadmin)(?:-dsn|-bounces?)?(?:[@\\\s>\")]|$)", re.IGNORECASE)
_SYSTEM = re.compile(
    r"mail delivery|mail deliver(?:y)? (?:sub)?system|delivery subsystem|mailer.daemon|mail (?:system|router|transfer agent)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?:style|script)\b[^>]{0,2000}>[^<]*|<[^<>]{0,2000}>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|p|div|tr|li|h\d|td)\b[^<>]{0,2000}>", re.IGNORECASE)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&#64;": "@", "&quot;": '"', "&amp;": "&"}
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)))


def has_null_path(message: Message) -> bool:
    """The final server noted `MAIL FROM:<>` (RFC 5321 4.4, 4.5.5)."""
    path = "".join((message.header.first("return-path") or "").split())
    return bool(path) and bool(_NULL_PATH.fullmatch(path))


def is_daemon(message: Message) -> bool:
    """The author is a mail server by a name that nobody else bears, or by none at all."""
    author = _author(message)
    return author.strip() == "<>" or bool(_DAEMON.search(author) or _SYSTEM.search(author))


def is_postmaster(message: Message) -> bool:
    """The name in which servers report (RFC 3464 2) and behind which a person reads mail (RFC 2142 5)."""
    return bool(_ROLE.search(_author(message)))


def _author(message: Message) -> str:
    return decode_words(message.header.first("from") or "")[:1000]


def media_types(message: Message) -> frozenset[str]:
    return frozenset(part.media_type for part in walk(message.root)) if message.root else frozenset()


def report_type(message: Message) -> str:
    """RFC 6522 3: what a multipart/report reports, where unnamed by what it holds; "" where the mail is none."""
    root = message.root
    if root is None or "multipart/report" not in (message.header.first("content-type") or "").lower():
        return ""
    holds = media_types(message)
    read = "message/disposition-notification" in holds and "message/delivery-status" not in holds
    return root.parameters.get("report-type", "").lower() or ("disposition-notification" if read else "unnamed")


def part_text(part: Part, message: Message) -> str:
    """The text of a part, tags of HTML taken out, at most 64 kB of it."""
    text = text_of(part, message.content, limit=_TEXT_LIMIT)
    if part.media_type != "text/html":
        return text
    return visible(text)


def visible(html: str) -> str:
    """What a reader sees of HTML, roughly: a line for each block, no tags."""
    return _ENTITY.sub(lambda found: _ENTITIES[found.group()], _TAG.sub("", _BREAK.sub("\n", html)))


def notice_text(message: Message) -> str:
    """What the author wrote: the text parts ahead of any returned mail; HTML only where there is no plain text."""
    plain: list[str] = []
    html: list[str] = []
    for part in walk(message.root) if message.root else ():
        if part.media_type in {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}:
            break
        if part.children or part.disposition == "attachment":
            continue
        if part.media_type in {"text/plain", "text/html"}:
            (plain if part.media_type == "text/plain" else html).append(part_text(part, message))
    text = "\n".join(plain)
    return (text if text.strip() else "\n".join(html))[:_TEXT_LIMIT]
