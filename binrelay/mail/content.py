"""What goes below the header of an outgoing mail: a relayed body, or a text of our own. Pure.

Invariant: relayed parts are spliced as bytes, never parsed and written anew; signed parts keep every byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from binrelay.mail.footer import footer_in_place, footer_text
from binrelay.mail.header import Field
from binrelay.mail.message import Message, read_message
from binrelay.mail.mime import Part, transfer_encoding
from binrelay.mail.piece import (
    Content,
    Unsafe,
    base64_lines,
    field,
    footer_piece,
    free_boundary,
    is_writable,
    keeps_line_rules,
    multipart,
    text_piece,
)
from binrelay.mail.relay_lines import fit_body, fit_field, shown_as
from binrelay.mail.scrub_parts import pseudonymous

__all__ = ["Content", "Picture", "Relayed", "Unsafe", "illustrated", "plain", "pseudonymous", "relayed"]

_KEPT = {
    "content-type": "Content-Type",
    "content-transfer-encoding": "Content-Transfer-Encoding",
    "content-disposition": "Content-Disposition",
    "content-id": "Content-ID",
    "content-language": "Content-Language",
    "content-description": "Content-Description",
}


def plain(text: str) -> Content:
    """A text of our own, as text/plain in UTF-8."""
    return text_piece(text if text.endswith("\n") else text + "\n")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that HTML shows as `cid:…` (RFC 2392)."""

    cid: str
    png: bytes


def illustrated(text: str, html: str, pictures: Sequence[Picture], *, boundaries: tuple[str, str]) -> Content:
    """Words of our own twice, plain and as HTML with its pictures (RFC 2046 5.1.4, RFC 2387)."""
    parts = (text_piece(html, "html"), *map(_inline, pictures))
    related = multipart("related", parts, free_boundary(boundaries[0], *_chunks(parts)), type="text/html")
    return multipart("alternative", (plain(text), related), free_boundary(boundaries[1], *related.chunks))


@dataclass(frozen=True, slots=True)
class Attached:
    """A whole mail of our own inside another (RFC 2046 5.2.1): never encoded, so it must keep the line rules by itself."""

    content: bytes


def attached(text: str, html: str, mails: Sequence[Attached], *, boundaries: tuple[str, str]) -> Content:
    """Words of our own twice, plain and as HTML, and whole mails beside them."""
    words = (plain(text), text_piece(html, "html"))
    twice = multipart("alternative", words, free_boundary(boundaries[0], *_chunks(words)))
    pieces = (twice, *map(_mail_piece, mails))
    return multipart("mixed", pieces, free_boundary(boundaries[1], *_chunks(pieces)))


def _chunks(pieces: Sequence[Content]) -> Iterator[bytes]:
    return (chunk for piece in pieces for chunk in piece.chunks)


def _mail_piece(mail: Attached) -> Content:
    encoding = "7bit" if mail.content.isascii() else "8bit"
    fields = (
        field("Content-Type", "message/rfc822"),
        field("Content-Transfer-Encoding", encoding),
        field("Content-Disposition", "attachment"),
    )
    return Content(fields, (mail.content,))


def _inline(picture: Picture) -> Content:
    fields = (
        field("Content-Type", "image/png"),
        field("Content-Transfer-Encoding", "base64"),
        field("Content-ID", f"<{picture.cid}>"),
        field("Content-Disposition", "inline"),
    )
    return Content(fields, (base64_lines(picture.png),))


@dataclass(frozen=True, slots=True)
class Relayed:
    """A body as it came, ready to be sent to whomever; only what stands below it differs from reader to reader."""

    root: Part
    fields: tuple[bytes, ...]
    body: bytes
    encoded: bool  # base64 now, for its lines could not be sent

    def above(self, footer: str, *, boundary: str) -> Content:
        """With the footer below it or in a part beside it; no footer where that is empty.

        `boundary` is 1 to 60 characters nobody can guess.
        """
        body = self.body
        if not footer.strip():
            return Content(self.fields, (body,) if body.endswith(b"\r\n") or not body else (body, b"\r\n"))
        text = footer_text(footer)
        edited = None if self.encoded else footer_in_place(self.root, body, text)
        if edited is not None and keeps_line_rules(edited):
            return Content(self.fields, (edited,))
        pieces = (Content(self.fields, (body,)), footer_piece(text))
        return multipart("mixed", pieces, free_boundary(boundary, body))


def relayed(message: Message) -> Relayed:
    """Raises ValueError for a message that was not read."""
    message = _with_crlf(message)
    root = message.root
    if root is None:
        raise ValueError("a message that cannot be read is not relayed")
    body, encoded = fit_body(root, message.content)
    return Relayed(root, tuple(_top_fields(root, body, encoded=encoded)), body, encoded)


def _with_crlf(message: Message) -> Message:
    """A mail without any CR comes from a file of a system that ends lines with LF: those are its line ends."""
    if b"\r" in message.content or b"\n" not in message.content:
        return message
    mended = read_message(message.content.replace(b"\n", b"\r\n"))
    return mended if mended.root else message


def _top_fields(root: Part, body: bytes, *, encoded: bool) -> Iterator[bytes]:
    """The Content-* fields of the message, each once, by allow-list."""
    first: dict[str, Field] = {}
    for entry in root.header.fields:
        if entry.name in _KEPT:
            first.setdefault(entry.name, entry)
    if encoded:
        first.pop("content-transfer-encoding", None)
    if _needs_type(root, first.pop("content-type", None), body):
        yield field("Content-Type", root.media_type, {"charset": _charset(body), **shown_as(root)})
        if not encoded and "content-transfer-encoding" not in first and not body.isascii():
            yield field("Content-Transfer-Encoding", "8bit")
    elif root.header.has("content-type"):
        yield _sanitised(root, next(entry for entry in root.header.fields if entry.name == "content-type"))
    if encoded:
        yield field("Content-Transfer-Encoding", "base64")
    yield from filter(None, (_sanitised(root, entry) for entry in first.values()))


def _needs_type(root: Part, declared: Field | None, body: bytes) -> bool:
    """None declared for text beyond ASCII, or a multipart that has no parts: readers would guess, each its own way."""
    if declared is None:
        return not body.isascii()
    return declared.value.strip().lower().startswith("multipart/") and not root.children


def _charset(body: bytes) -> str:
    if body.isascii():
        return "us-ascii"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _sanitised(root: Part, entry: Field) -> bytes:
    """The field under its usual name; b"" where it holds raw 8-bit and nothing is lost without it."""
    if entry.raw.isascii():
        return _KEPT[entry.name].encode() + b":" + fit_field(entry.raw.partition(b":")[2])
    if entry.name == "content-type":
        # RFC 2046 5.1.3: a multipart of an unknown kind is read as a mixed one.
        unknown = root.children and not is_writable(root.media_type)
        return field("Content-Type", "multipart/mixed" if unknown else root.media_type, root.parameters)
    if entry.name == "content-transfer-encoding" and is_writable(transfer_encoding(root)):
        return field("Content-Transfer-Encoding", transfer_encoding(root))
    if entry.name == "content-disposition":
        return field("Content-Disposition", root.disposition or "inline", {"filename": root.filename or ""})
    return b""
