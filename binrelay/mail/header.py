"""A header section as raw fields (RFC 5322 2.2). Pure; total: reads any bytes, raises nothing.

Invariant: joining every field's `raw` gives back the bytes that were read, junk lines included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from binrelay.mail.decode import clean_line, decode_base64, decode_charset, decode_quoted_printable

# A line with its continuations. RFC 5322 2.2.3.
_FIELD = re.compile(rb"[^\n]*(?:\n[ \t][^\n]*)*\n?")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_EMPTY_START = re.compile(rb"\r?\n")
_NAME = re.compile(rb"[!-9;-~]+")
_WORD = re.compile(r"=\?([^\s?=]{1,60})\?([BbQq])\?([^?]*)\?=")
_MAX_WORDS = 200


@dataclass(frozen=True, slots=True)
class Field:
    name: str  # lower case; "" for a line that is no field
    raw: bytes  # the whole field: name, colon, value, folds and line end

    @property
    def value(self) -> str:
        """Unfolded and stripped; bytes above 127 as UTF-8 where they are that, else Latin-1. Not RFC 2047-decoded."""
        body = self.raw.partition(b":")[2] if self.name else b""
        text = b"".join(body.splitlines()).strip()
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError:
            return text.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Header:
    fields: tuple[Field, ...]

    def all(self, name: str) -> tuple[str, ...]:
        """The values of every field of that name (lower case), topmost first."""
        return tuple(field.value for field in self.fields if field.name == name)

    def first(self, name: str) -> str | None:
        return next((field.value for field in self.fields if field.name == name), None)

    def has(self, name: str) -> bool:
        return any(field.name == name for field in self.fields)


def read_header(
    content: bytes, start: int = 0, end: int | None = None, *, limit: int = 131_072
) -> tuple[Header, int, bool]:
    """The header section at `start`, the offset of the first byte behind its empty line, and whether it was cut.

    It ends at the first empty line, else at `end`; line ends may be CRLF, LF or both. Where `limit` bytes hold no empty
    line it is cut behind the last whole line before the limit, and the offset is that of the cut.
    """
    stop = len(content) if end is None else end
    if empty := _EMPTY_START.match(content, start, stop):
        return Header(()), empty.end(), False
    if found := _EMPTY_LINE.search(content, start, min(stop, start + limit)):
        return split_fields(content[start : found.start() + 1]), found.end(), False
    if stop - start <= limit:
        return split_fields(content[start:stop]), stop, False
    cut = content.rfind(b"\n", start, start + limit) + 1 or start + limit
    return split_fields(content[start:cut]), cut, True


def split_fields(section: bytes) -> Header:
    """The fields of a header section that holds no empty line."""
    return Header(tuple(Field(_name(raw), raw) for raw in _FIELD.findall(section) if raw))


def _name(raw: bytes) -> str:
    # RFC 5322 4.5 allows blanks, and so a fold, before the colon; readers differ, `author` minds.
    before, colon, _ = raw.partition(b":")
    name = before.rstrip()
    return name.decode("ascii").lower() if colon and _NAME.fullmatch(name) else ""


def decode_words(text: str) -> str:
    """`text` with its encoded-words (RFC 2047) decoded, as one line without control characters.

    The first 200 words are decoded; unknown charsets are guessed; what is no encoded-word stays. A character that was
    cut in two by adjacent words of one charset is mended (RFC 2047 5 forbids it, mailers do it).
    """
    return clean_line(undo_words(text))


def undo_words(text: str) -> str:
    """As `decode_words()`, with control characters left in: for judging, not for showing."""
    pieces: list[str] = []
    run, charset, at = b"", "", 0
    for word in islice(_WORD.finditer(text), _MAX_WORDS):
        between = text[at : word.start()]
        # RFC 2047 6.2: blanks between two encoded-words are not shown.
        glued = at > 0 and not between.strip()
        name, raw = _word_bytes(word)
        if not glued or name != charset:
            pieces += [decode_charset(run, charset), "" if glued else between]
            run, charset = b"", name
        run += raw
        at = word.end()
    return "".join([*pieces, decode_charset(run, charset), text[at:]])


def _word_bytes(word: re.Match[str]) -> tuple[str, bytes]:
    charset, encoding, payload = word.groups()
    raw = payload.encode("utf-8", "replace")
    decoded = decode_base64(raw) if encoding in "Bb" else decode_quoted_printable(raw.replace(b"_", b"=20"))
    return charset.partition("*")[0].lower(), decoded
