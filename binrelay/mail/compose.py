"""Writes a mail from nothing: header fields of an allow-list, then a content (RFC 5322). Pure.

Invariant: what goes out has only fields named here, each once, every line ends in CRLF and no value opens a new line.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from binrelay.mail.address import Address
from binrelay.mail.decode import clean_line
from binrelay.mail.piece import Content

MAX_SUBJECT = 200  # characters
_MAX_IDS = 40
_WIDTH = 76
_REQUIRED = frozenset({"from", "to", "message-id", "date"})
_ALLOWED = _REQUIRED | {
    "subject",
    "in-reply-to",
    "references",
    "reply-to",
    "list-id",
    "list-unsubscribe",
    "list-help",
    "list-owner",
    "list-post",
    "precedence",
    "x-auto-response-suppress",
    "auto-submitted",
    "x-binrelay-loop",
    "mime-version",
}
_CONTENT_FIELD = re.compile(rb"Content-[A-Za-z-]+:[^\x00\r\n]*(?:\r\n[ \t][^\x00\r\n]*)*\r\n")
# Printable ASCII without blanks or brackets: an identifier that needs more is left out, never mended (RFC 5322 3.6.4).
_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_WORD_WITH_AT = re.compile(r"\S*[@\uff20\ufe6b]\S*")
_DOT_IN_DOMAIN = re.compile(r"(?<=\w)\.(?=\w{2})")
_SPACES = re.compile(r"\s+")


def write_message(fields: Sequence[tuple[str, str]], content: Content) -> bytes:
    """The mail as bytes. Raises ValueError for a field outside the allow-list, a second or a missing one."""
    names = [name.lower() for name, _ in fields]
    if foreign := set(names) - _ALLOWED:
        raise ValueError(f"no such field goes out: {sorted(foreign)}")
    if len(set(names)) != len(names) or not set(names) >= _REQUIRED:
        raise ValueError(f"each field once, and these: {sorted(_REQUIRED)}")
    if not all(_CONTENT_FIELD.fullmatch(field) for field in content.fields):
        raise ValueError("a content field is not one whole field")
    lines = [line for name, value in fields if (line := _field(name, value))]
    if "mime-version" not in names:
        lines.append("MIME-Version: 1.0\r\n")
    return b"".join(("".join(lines).encode(), *content.fields, b"\r\n", *content.chunks))


def _field(name: str, value: str) -> str:
    """The whole field; "" where no identifier of it can be written."""
    words = _words(name.lower(), clean_line(value).strip())
    if name.lower() in _REQUIRED and not words:
        raise ValueError(f"{name} is empty")
    return _folded(name, words) if words or name.lower() == "subject" else ""


def _words(name: str, value: str) -> list[str]:
    if name == "subject":
        return list(_unstructured(value[:MAX_SUBJECT]))
    if name in ("message-id", "in-reply-to", "references"):
        ids = _ID.findall(value)
        if name == "message-id" and ids != [value]:
            raise ValueError("Message-ID is not one identifier")
        return ids if len(ids) <= _MAX_IDS else [ids[0], *ids[1 - _MAX_IDS :]]
    return value.split()


def _folded(name: str, words: Sequence[str]) -> str:
    """RFC 5322 2.2.3: a line break may stand where a blank does."""
    line = f"{name}:"
    lines = []
    for position, word in enumerate(words):
        # The first word stays with its name: some servers lose an identifier on a line of its own after the colon.
        if position and len(line) + 1 + len(word) > _WIDTH:
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]) + "\r\n"


def _unstructured(text: str) -> Iterator[str]:
    """Words of free text; from the first to the last that is not plain ASCII as encoded-words (RFC 2047)."""
    words = text.split()
    odd = [at for at, word in enumerate(words) if not word.isascii() or "=?" in word]
    if not odd:
        yield from words
        return
    yield from words[: odd[0]]
    yield from _encoded(" ".join(words[odd[0] : odd[-1] + 1]))
    yield from words[odd[-1] + 1 :]


def _encoded(text: str) -> Iterator[str]:
    """RFC 2047 2: at most 75 characters a word, and no character cut in two."""
    chunk = b""
    for character in text:
        raw = character.encode("utf-8", "replace")
        if len(chunk) + len(raw) > 42:  # 56 in base64, 68 with its frame: room for "Subject:" on the same line
            yield f"=?utf-8?B?{b64encode(chunk).decode()}?="
            chunk = b""
        chunk += raw
    yield f"=?utf-8?B?{b64encode(chunk).decode()}?="


def phrase(text: str) -> str:
    """A display name (RFC 5322 3.2.5): plain, quoted or encoded; without any address or domain; "" if nothing is left.

    Clients show a display name larger than the address behind it, so no address may pose there.
    """
    shown = _WORD_WITH_AT.sub("", clean_line(text))
    shown = _SPACES.sub(" ", _DOT_IN_DOMAIN.sub(" ", shown)).strip()[:MAX_SUBJECT]
    if not shown:
        return ""
    if not shown.isascii() or "=?" in shown:
        return " ".join(_encoded(shown))
    if _ATOMS.fullmatch(shown):
        return shown
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def mailbox_field(display: str, address: Address) -> str:
    """One mailbox for From, To or Reply-To."""
    name = phrase(display)
    return f"{name} <{address}>" if name else str(address)


def group_or_address(display: str, addresses: Sequence[Address]) -> str:
    """The addresses as a list; where there are none an empty group of that name (RFC 5322 3.4)."""
    return ", ".join(map(str, addresses)) if addresses else f"{phrase(display) or 'undisclosed-recipients'}:;"


def list_id(display: str, domain: str) -> str:
    """The value of List-Id (RFC 2919 3)."""
    name = phrase(display)
    return f"{name} <{domain}>" if name else f"<{domain}>"


def format_date(unix: float) -> str:
    """RFC 5322 3.3, always in UTC: a time zone tells where somebody is."""
    return format_datetime(datetime.fromtimestamp(int(unix), UTC))
