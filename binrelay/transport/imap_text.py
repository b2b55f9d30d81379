"""What IMAP writes and how to read it: strings, folder names, lists, dates (RFC 3501, 4315, 5530). Pure.

Invariant: nothing built here can end a command line; what cannot be read raises ValueError, nothing else.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from binrelay.transport.imap_wire import Response

Item: TypeAlias = "bytes | list[Item] | None"
"""An atom, quoted string or literal; None for NIL; a parenthesised list."""

_TOKEN = re.compile(
    rb" *(?:(?P<open>\()|(?P<close>\))"
    rb'|"(?P<quoted>[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*)"'
    rb'|(?P<atom>(?:[^ ()"\[]|\[[^\]]*\])+))'  # BODY[HEADER.FIELDS (SUBJECT)] is one
)
_DEPTH = 20  # far more than any list we ask for; a hostile server cannot make us build a tower
_PLAIN = re.compile(r"[\x20-\x7e]*")
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FETCH = re.compile(rb"\d+ FETCH ", re.IGNORECASE)
_DATE = re.compile(rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d [+-]\d{4})")


@dataclass(frozen=True, slots=True, repr=False)
class Literal:
    """An argument that a quoted string cannot carry; it may be a password, so it has no repr."""

    value: bytes


Argument: TypeAlias = str | Literal


def quote(text: str) -> str:
    """A quoted string (RFC 3501 4.3). Raises ValueError where only a literal can carry it."""
    if not _PLAIN.fullmatch(text):
        raise ValueError("not printable ASCII: needs a literal")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def astring(text: str) -> Argument:
    """A quoted string where that will do, else a UTF-8 literal. Raises ValueError for NUL, which IMAP cannot carry."""
    if "\0" in text:
        raise ValueError("IMAP cannot carry NUL")
    return quote(text) if _PLAIN.fullmatch(text) else Literal(text.encode())


def split_literals(arguments: Iterable[Argument]) -> tuple[str, list[bytes]]:
    """What goes out at once, and the pieces of which each waits for the server's `+` (RFC 3501 7.5)."""
    pieces = [b""]
    for argument in arguments:
        space = b" " if pieces[-1] else b""
        if isinstance(argument, Literal):
            pieces[-1] += space + b"{%d}" % len(argument.value)
            pieces.append(argument.value)
        else:
            pieces[-1] += space + argument.encode("ascii")
    return pieces[0].decode("ascii"), pieces[1:]


def encode_folder(name: str) -> str:
    """A folder name in modified UTF-7 (RFC 3501 5.1.3). Raises ValueError for lone surrogates."""

    def shift(run: re.Match[str]) -> str:
        return "&" + b64encode(run[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return _NOT_PRINTABLE.sub(shift, name.replace("&", "&-"))


def decode_folder(raw: bytes) -> str:
    """The name a person sees. A name that is no modified UTF-7 is shown as it is: servers hold such names too."""

    def unshift(run: re.Match[str]) -> str:
        coded = run[1].replace(",", "/")
        return b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-16-be") if coded else "&"

    text = raw.decode("utf-8", "replace")
    try:
        return _SHIFTED.sub(unshift, text)
    except ValueError:
        return text


def read_items(response: Response) -> list[Item]:
    """The response as nested lists. Raises ValueError."""
    levels: list[list[Item]] = [[]]
    for kind, value in _scan(response):
        if kind == "open":
            levels.append([])
        elif kind == "close" and len(levels) > 1:
            inner = levels.pop()
            levels[-1].append(inner)
        elif kind == "close":
            raise ValueError("a list ends that did not begin")
        else:
            levels[-1].append(None if kind == "atom" and value.upper() == b"NIL" else value)
        if len(levels) > _DEPTH:
            raise ValueError("lists too deep")
    if len(levels) != 1:
        raise ValueError("a list does not end")
    return levels[0]


def _scan(response: Response) -> Iterator[tuple[str, bytes]]:
    for index, piece in enumerate(response):
        if index % 2:
            yield "literal", piece
            continue
        position, end = 0, len(piece.rstrip(b" "))
        while position < end:
            match = _TOKEN.match(piece, position)
            if match is None or match.lastgroup is None:
                raise ValueError("not a token")
            value = match[match.lastgroup]
            yield match.lastgroup, re.sub(rb"\\(.)", rb"\1", value) if match.lastgroup == "quoted" else value
            position = match.end()


def read_fetch(responses: Iterable[Response]) -> list[Mapping[str, Item]]:
    """The data items of every `n FETCH (…)`, under their names in upper case. Raises ValueError."""
    return [_read_items(response) for response in responses if _FETCH.match(response[0])]


def _read_items(response: Response) -> Mapping[str, Item]:
    match read_items(response):
        case [_, _, list(items)] if len(items) % 2 == 0:
            pairs = zip(items[::2], items[1::2], strict=True)
            return {name.decode("ascii").upper(): value for name, value in pairs if isinstance(name, bytes)}
    raise ValueError("FETCH without pairs of name and value")


def read_search(responses: Iterable[Response]) -> list[int]:
    """The numbers of all `SEARCH …` responses, lowest first, each once. Raises ValueError."""
    found = (response[0].split() for response in responses)
    return sorted({int(number) for words in found if words and words[0].upper() == b"SEARCH" for number in words[1:]})


def read_code(responses: Iterable[Response], name: str) -> int | None:
    """The number in a response code such as `OK [UIDNEXT 17]`; None where there is none."""
    pattern = re.compile(rb"OK \[%s (\d{1,10})\]" % name.encode(), re.IGNORECASE)
    return next((int(match[1]) for response in responses if (match := pattern.match(response[0]))), None)


def read_number(item: Item) -> int | None:
    return int(item) if isinstance(item, bytes) and item.isdigit() else None


def read_date(item: Item) -> float | None:
    """INTERNALDATE as Unix time; None where it is no date."""
    match = _DATE.fullmatch(item) if isinstance(item, bytes) else None
    if match is None or (month := match[2].decode().lower()) not in _MONTHS:
        return None
    text = f"{match[3].decode()}-{_MONTHS.index(month) + 1:02}-{int(match[1]):02} {match[4].decode()}"
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").timestamp()
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Listed:
    """One folder of a LIST answer (RFC 3501 7.2.2)."""

    attributes: frozenset[str]  # in lower case
    separator: str | None
    name: bytes


def read_folders(responses: Iterable[Response]) -> list[Listed]:
    """Every `LIST` response. Raises ValueError."""
    return [_read_folder(response) for response in responses if response[0][:5].upper() == b"LIST "]


def _read_folder(response: Response) -> Listed:
    match read_items(response)[1:4]:
        case [list(flags), (bytes() | None) as separator, bytes(name)]:
            attributes = frozenset(flag.decode("ascii").lower() for flag in flags if isinstance(flag, bytes))
            return Listed(attributes, separator.decode("ascii") if separator else None, name)
    raise ValueError("LIST without a name")


def read_namespace(responses: Iterable[Response]) -> tuple[str, str | None] | None:
    """Prefix and separator of the first personal namespace (RFC 2342 5), if there is one. Raises ValueError."""
    for response in responses:
        match read_items(response)[:2] if response[0][:10].upper() == b"NAMESPACE " else []:
            case [_, [[bytes(prefix), (bytes() | None) as separator, *_], *_]]:
                return decode_folder(prefix), separator.decode("ascii") if separator else None
    return None


def uid_set(uids: Sequence[int]) -> str:
    """`1:3,7` for 1, 2, 3, 7 (RFC 3501 sequence-set); they come in ascending order."""
    spans: list[list[int]] = []
    for uid in uids:
        if spans and spans[-1][1] == uid - 1:
            spans[-1][1] = uid
        else:
            spans.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in spans)


def readable(text: bytes) -> str:
    """A server's words, fit for a log line: one line, printable, at most 200 characters."""
    return "".join(char if char.isprintable() else " " for char in text.decode("utf-8", "replace"))[:200].strip()
