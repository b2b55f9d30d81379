"""A member's attachment without the member, by what its first bytes say it is, whatever its name. Pure.

Invariant: what is not known to be free of the member, or cannot be made so, is unsafe; there is no kind that passes unlooked.
"""

from __future__ import annotations

import re
from base64 import b64encode
from html import unescape
from urllib.parse import unquote_to_bytes

from binrelay.mail.decode import decode_base64, decode_charset
from binrelay.mail.images import image_kind, strip_metadata
from binrelay.mail.office import UnsafeDocumentError, is_office, scrub_office
from binrelay.mail.pdf import scrub_pdf
from binrelay.mail.readable import PICTURE
from binrelay.mail.scrub import Redactor

LARGEST_TEXT = 2_000_000  # bytes of a file that is text
TOO_LONG = "a text file in it is too long to look through"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file: .doc, .xls, .msg, and every locked new document
_DATA_LINK = re.compile(r"\bdata:([^,\"'<>\s]{0,200}),([^\"'<>\s)]+)", re.IGNORECASE)
_PICTURE = re.compile(PICTURE)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def scrub_file(data: bytes, redactor: Redactor, *, declared: str) -> bytes:
    """The file without the person; itself where they were not in it. Raises UnsafeDocumentError.

    `declared` is its media type: what is called a picture must be one.
    """
    if image_kind(data) or declared.startswith("image/"):
        return _picture(data)
    if is_office(data):
        return scrub_office(data, redactor)
    if b"%PDF-" in data[:1024]:
        return scrub_pdf(data)
    if data.startswith((_OLD_OFFICE, b"{\\rtf")):
        raise UnsafeDocumentError(
            "a document in it is locked, or in an old form that its author cannot be taken out of"
        )
    if _NOT_TEXT.search(data):
        raise UnsafeDocumentError("a file in it is of a kind that is not looked into")
    return _text(data, redactor)


def pictures_aside(html: str, redactor: Redactor, *, mark: str) -> tuple[str, list[str]]:
    """The page with a mark in place of each long picture that stands in it, and those pictures without the person.

    `mark` is what nobody can guess. Raises UnsafeDocumentError.
    """
    pictures: list[str] = []

    def aside(found: re.Match[str]) -> str:
        pictures.append(_link(found, redactor))
        return f"{mark}-{len(pictures) - 1};"

    return _PICTURE.sub(aside, html), pictures


def pictures_back(html: str, pictures: list[str], *, mark: str) -> str:
    first, *others = html.split(f"{mark}-")
    pieces = [first]
    for number, _, rest in (each.partition(";") for each in others):
        pieces += (pictures[int(number)], rest)
    return "".join(pieces)


def scrub_links(html: str, redactor: Redactor) -> str:
    """The files that stand in a page itself (RFC 2397), such as a pasted photo. Raises UnsafeDocumentError."""
    return _DATA_LINK.sub(lambda link: _link(link, redactor), html) if "data:" in html.lower() else html


def _link(link: re.Match[str], redactor: Redactor) -> str:
    kind = unescape(link[1])
    new = _linked(link, kind.lower(), redactor)
    return link[0] if new is None else f"data:{redactor.text(kind.partition(';')[0])};base64,{b64encode(new).decode()}"


def _linked(link: re.Match[str], kind: str, redactor: Redactor) -> bytes | None:
    """The file without the person; None where it stays as it is."""
    data = unquote_to_bytes(unescape(link[2]))
    if kind.endswith(";base64") or link.re is _PICTURE:
        data = decode_base64(data)
    new = scrub_file(data, redactor, declared=kind.partition(";")[0])
    return None if new == data else new


def _picture(data: bytes) -> bytes:
    stripped = strip_metadata(data)
    if stripped is None:
        raise UnsafeDocumentError("a picture or film in it may hold a place or a name that cannot be taken out")
    return stripped


def _text(data: bytes, redactor: Redactor) -> bytes:
    if len(data) > LARGEST_TEXT:
        raise UnsafeDocumentError(TOO_LONG)
    text = decode_charset(data, "utf-8")
    new = redactor.text(text)
    return data if new == text else new.encode("utf-8", "replace")
