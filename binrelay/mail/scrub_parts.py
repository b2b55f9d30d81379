"""Builds a member's mail anew without the member: every part by allow-list, new boundaries and Content-IDs. Pure.

Invariant: nothing of a part's own header is copied; a part that cannot be judged makes the whole mail unsafe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from binrelay.mail import piece
from binrelay.mail.decode import clean_line
from binrelay.mail.footer import footer_in_place, footer_text, hides_what_follows
from binrelay.mail.message import Message
from binrelay.mail.mime import Part, text_of, transfer_decoded, walk
from binrelay.mail.office import UnsafeDocumentError
from binrelay.mail.piece import Content, Unsafe
from binrelay.mail.readable import is_shown
from binrelay.mail.scrub import Person, Redactor, redactor
from binrelay.mail.scrub_files import LARGEST_TEXT, TOO_LONG, pictures_aside, pictures_back, scrub_file, scrub_links
from binrelay.mail.scrub_html import rename_cids, scrub_html
from binrelay.mail.scrub_kinds import Sealed, dropped_kind, unsafe_kind, unsafe_text, without_pgp

_IDENTIFIER = re.compile(r"<([^<>\s]{1,300})>")
_HTML = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml"})
_TEXT_PARAMETERS = ("format", "delsp")
_TEXT_VALUES = frozenset({"flowed", "fixed", "yes", "no"})  # RFC 3676 4
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_KEPT_MULTIPARTS = frozenset({"alternative", "related", "mixed"})
_RELATED_ROOTS = frozenset({"text/html", "multipart/alternative"})
_ENCODINGS = frozenset({"base64", "quoted-printable"})


class _CannotBeSafeError(Exception):
    def __init__(self, sealed: Sealed) -> None:
        super().__init__(str(sealed))
        self.sealed = sealed


def pseudonymous(
    message: Message, footer: str, *, person: Person, pseudonym: str, boundary: str, vouched: bool = False
) -> Content | Unsafe:
    """The mail without its author, or why that cannot be done.

    `pseudonym` stands where an address or a name stood. `boundary` is a prefix nobody can guess, of at most 50
    characters. `vouched`: a person has looked at the files that cannot be looked into, such as films; they go as they
    are. Raises ValueError for a message that was not read.
    """
    if message.root is None:
        raise ValueError("a message that cannot be read is not relayed")
    names = _new_ids(message.root, boundary)
    builder = _Builder(
        message.content,
        redactor(person, pseudonym),
        piece.free_boundary(boundary, message.content),
        names,
        vouched,
        footer_text(footer) if footer.strip() else "",
    )
    try:
        built = builder.part(message.root) or piece.text_piece("")
        whole = built if builder.has_footer else _with_footer(message.root, built, builder)
    except _CannotBeSafeError as unsafe:
        return Unsafe(str(unsafe), unsafe.sealed)
    except UnsafeDocumentError as unsafe:
        return Unsafe(str(unsafe))
    return Content(whole.fields, whole.chunks, tuple(dict.fromkeys(builder.dropped)))


def _new_ids(root: Part, boundary: str) -> dict[str, str]:
    """Each Content-ID's new name: old ones carry host names and mail addresses."""
    old = (found[1] for part in walk(root) if (found := _IDENTIFIER.search(part.header.first("content-id") or "")))
    return {name: f"part{number}.{boundary}@binrelay" for number, name in enumerate(dict.fromkeys(old))}


def _with_footer(root: Part, built: Content, builder: _Builder) -> Content:
    """Below a lone text that stays as it was where nothing is in the way, else as a part of its own."""
    edited = None
    if built.chunks == (builder.content[root.body : root.end],):
        edited = footer_in_place(root, built.chunks[0], builder.footer)
    if edited is not None and piece.keeps_line_rules(edited):
        return Content(built.fields, (edited,))
    return piece.multipart("mixed", (built, piece.footer_piece(builder.footer)), builder.next_boundary())


def _is_text(part: Part) -> bool:
    return part.media_type.startswith("text/") or part.media_type in _HTML


def _is_plain(raw: bytes, encoding: str) -> bool:
    """Whether nothing stands in it but what it decodes to: readers of base64 pass over whatever is none."""
    return piece.keeps_line_rules(raw) and (encoding != "base64" or not raw.translate(None, _BASE64))


@dataclass(slots=True)
class _Builder:
    content: bytes
    redactor: Redactor
    boundary: str
    ids: dict[str, str]
    vouched: bool
    footer: str  # as `footer_text()` gives it; "" where there is none
    dropped: list[str] = field(default_factory=list)
    boundaries: int = 0
    has_footer: bool = field(init=False)

    def __post_init__(self) -> None:
        self.has_footer = not self.footer

    def next_boundary(self) -> str:
        self.boundaries += 1
        return f"{self.boundary}.{self.boundaries:03}"  # none is the beginning of another

    def part(self, part: Part) -> Content | None:
        """The part without the member; None where it is left out."""
        if sealed := unsafe_kind(part):
            raise _CannotBeSafeError(sealed)
        if kind := dropped_kind(part):
            self.dropped.append(kind)
            return None
        return self._multipart(part) if part.children else self._leaf(part)

    def _multipart(self, part: Part) -> Content | None:
        subtype = part.media_type.partition("/")[2]
        if subtype == "signed":
            self.dropped.append("a signature")
            return self.part(part.children[0])
        pieces = [built for child in part.children if (built := self.part(child))]
        if len(pieces) < 2:
            return pieces[0] if pieces else None
        if subtype not in _KEPT_MULTIPARTS:
            subtype = "mixed"
        first = part.children[0].media_type
        parameters = {"type": first} if subtype == "related" and first in _RELATED_ROOTS else {}
        return piece.multipart(subtype, pieces, self.next_boundary(), **parameters)

    def _leaf(self, part: Part) -> Content:
        if _is_text(part) and (is_shown(part) or part.end - part.body <= LARGEST_TEXT):
            return self._text(part)
        try:
            return self._kept(part, self._file(part))
        except UnsafeDocumentError:
            if not self.vouched:
                raise
            return self._kept(part)

    def _file(self, part: Part) -> bytes | None:
        """What a file holds without the member; None where it stays as it is."""
        if _is_text(part):
            raise UnsafeDocumentError(TOO_LONG)
        decoded = transfer_decoded(part, self.content)
        new = scrub_file(decoded, self.redactor, declared=part.media_type)
        return None if new == decoded else new

    def text(self, part: Part) -> tuple[str, bool]:
        """The text of a part without the member, and whether it is another now."""
        text = text_of(part, self.content)
        new = self._page(text) if part.media_type in _HTML else self.redactor.text(self._in_clear(text))
        return new, new != text

    def _page(self, html: str) -> str:
        page, pictures = pictures_aside(html, self.redactor, mark=self.boundary)
        page = scrub_html(rename_cids(self._in_clear(page), self.ids), self.redactor)
        page = scrub_links(page, self.redactor)
        return pictures_back(page, pictures, mark=self.boundary) if pictures else page

    def _in_clear(self, text: str) -> str:
        if sealed := unsafe_text(text):
            raise _CannotBeSafeError(sealed)
        return without_pgp(text)

    def _text(self, part: Part) -> Content:
        text, changed = self.text(part)
        if not changed:
            return self._kept(part)
        lone = part.start == 0 and part.media_type == "text/plain" and is_shown(part)
        if lone and not self.has_footer and not hides_what_follows(text):
            self.has_footer = True
            text = f"{text.rstrip()}\n\n{self.footer}"
            return piece.text_piece(text, charset=part.parameters.get("charset", "utf-8"))
        data, charset = piece.encode_charset(piece.crlf(text), part.parameters.get("charset", "utf-8"))
        del text  # a page with pictures in it is as large as the mail
        body, encoding = piece.text_body(data)
        return Content(self._fields(part, encoding, charset), (body,))

    def _kept(self, part: Part, new: bytes | None = None) -> Content:
        """The part with its bytes as they are where the line rules allow it; `new` in place of its decoded bytes."""
        raw = self.content[part.body : part.end]
        declared = (part.header.first("content-transfer-encoding") or "").strip().lower()
        if new is None and declared in (*_ENCODINGS, "", "7bit", "8bit") and _is_plain(raw, declared):
            encoding = declared if declared in _ENCODINGS else "7bit" if raw.isascii() else "8bit"
            return Content(self._fields(part, encoding, part.parameters.get("charset")), (raw,))
        decoded = transfer_decoded(part, self.content) if new is None else new
        return Content(self._fields(part, "base64", part.parameters.get("charset")), (piece.base64_lines(decoded),))

    def _fields(self, part: Part, encoding: str, charset: str | None) -> tuple[bytes, ...]:
        parameters = {
            name: value for name in _TEXT_PARAMETERS if (value := part.parameters.get(name, "").lower()) in _TEXT_VALUES
        }
        if charset:
            parameters["charset"] = self.redactor.text(charset)
        fields = [
            piece.field("Content-Type", self.redactor.text(part.media_type), parameters),
            piece.field("Content-Transfer-Encoding", encoding),
        ]
        if part.disposition or part.filename:
            name = {"filename": clean_line(self.redactor.text(part.filename))} if part.filename else {}
            fields.append(piece.field("Content-Disposition", part.disposition or "attachment", name))
        found = _IDENTIFIER.search(part.header.first("content-id") or "")
        if found:
            fields.append(piece.field("Content-ID", f"<{self.ids[found[1]]}>"))
        return tuple(fields)
