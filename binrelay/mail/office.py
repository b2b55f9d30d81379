"""Takes a person out of a document that is a zip of XML files: Office Open XML (ISO 29500) and OpenDocument (ISO 26300). Pure.

Invariant: authors, companies, properties and previews go, whoever they name; the person goes from every text; pictures lose
their metadata. What cannot be read to the end, and what is neither XML, a picture nor a font, makes the document unsafe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from binrelay.mail.images import image_kind, strip_metadata
from binrelay.mail.pack import CannotUnpackError, pack, unpack
from binrelay.mail.scrub import Redactor
from binrelay.mail.scrub_html import scrub_html

_LONGEST_TEXT = 8 << 20  # bytes: a few thousand pages; a small file that unpacks to gigabytes is none
_DEEPEST = 2  # a table in a text document
_OOXML = "http://schemas.openxmlformats.org"
_EMPTIED = {
    "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_OOXML}/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": f'<Properties xmlns="{_OOXML}/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": f'<Properties xmlns="{_OOXML}/officeDocument/2006/custom-properties"/>',
    "meta.xml": '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>',
}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Pictures of the first page; a signature would be broken by the change, and it names who signed.
_PREVIEW = re.compile(r"docProps/thumbnail\.\w+|Thumbnails/.*|META-INF/documentsignatures\.xml")
_TO_PREVIEW = re.compile(
    r"<(?:Relationship|manifest:file-entry)\b[^<>]{0,1000}?(?:thumbnail|documentsignatures)[^<>]{0,1000}/>",
    re.IGNORECASE,
)
_SIGNED = "_xmlsignatures/"
_XML = re.compile(r".*\.(?:xml|rels|vml|rdf)|mimetype", re.IGNORECASE)
_KEPT = re.compile(r".*\.(?:odttf|ttf|otf|fntdata|emf|wmf)|.*/|layout-cache|ObjectReplacements/.*", re.IGNORECASE)
_PRINTER = re.compile(r".*/printerSettings/.*\.bin", re.IGNORECASE)
_AUTHOR_ATTRIBUTE = re.compile(
    r"(\b(?:author|initials|userId|userName|lastModifiedBy|lastEdited|providerId)\s*=\s*)(?:\"[^\"<>]*\"|'[^'<>]*')",
    re.IGNORECASE,
)
_PERSON_ATTRIBUTE = re.compile(r"(\b(?:name|displayName)\s*=\s*)(?:\"[^\"<>]*\"|'[^'<>]*')")
_PERSONS = re.compile(r"xl/persons/.*|ppt/(?:commentAuthors|authors)\.xml")
_AUTHOR_ELEMENT = re.compile(
    r"(<(?:\w+:)?(?:author|creator|creator-initials|initial-creator|sender-initials|sender-\w+|lastModifiedBy)\b[^<>]*[^/<>]?>)[^<]*(?=</)"
)
_HOME_FOLDER = re.compile(
    r"((?:[A-Za-z]:[\\/]+|file:/+)(?:[A-Za-z]:[\\/]+)?(?:Users|home|Documents and Settings)[\\/]+)[^\\/\"'<>&]+"
)


class UnsafeDocumentError(ValueError):
    """Carries the reason, plain English, a clause after "because"."""


def is_office(data: bytes) -> bool:
    """Whether it may be such a document: a zip that says so in its first file names."""
    return data[:4] == b"PK\x03\x04" and (b"[Content_Types].xml" in data or data[30:38] == b"mimetype")


def scrub_office(data: bytes, redactor: Redactor, depth: int = 0) -> bytes:
    """The document without the person. Raises UnsafeDocumentError."""
    try:
        files = unpack(data)
    except CannotUnpackError:
        raise UnsafeDocumentError("a document in it is locked or damaged") from None
    if depth > _DEEPEST or any(name.startswith(_SIGNED) for name in files):
        raise UnsafeDocumentError("a document in it is signed, or holds other documents in documents")
    return pack(dict(_scrubbed(files, redactor, depth)))


def _scrubbed(files: dict[str, bytes], redactor: Redactor, depth: int) -> Iterator[tuple[str, bytes]]:
    for name, content in files.items():
        if _PREVIEW.fullmatch(name):
            continue
        if redactor.spans(name):
            raise UnsafeDocumentError("a file in a document in it bears the name")
        yield name, _file(name, content, redactor, depth=depth)


def _file(name: str, content: bytes, redactor: Redactor, *, depth: int) -> bytes:
    if name in _EMPTIED:
        return (_HEAD + _EMPTIED[name]).encode()
    if _XML.fullmatch(name):
        return _xml(name, content, redactor)
    if image_kind(content):
        stripped = strip_metadata(content)
        if stripped is None:
            raise UnsafeDocumentError(
                "a picture in a document in it may hold a place or a name that cannot be taken out"
            )
        return stripped
    if _PRINTER.fullmatch(name):
        return bytes(len(content))  # names the printer and whose computer it hangs on
    if is_office(content):
        return scrub_office(content, redactor, depth + 1)
    if _KEPT.fullmatch(name):
        return content
    raise UnsafeDocumentError("a document in it holds a file of a kind that is not looked into")


def _xml(name: str, content: bytes, redactor: Redactor) -> bytes:
    if len(content) > _LONGEST_TEXT:
        raise UnsafeDocumentError("a document in it is too large to be looked through")
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnsafeDocumentError("a document in it is written in a way that is not read") from None
    if "<!DOCTYPE" in source or "<!ENTITY" in source:
        raise UnsafeDocumentError("a document in it is written in a way that is not read")
    text = _AUTHOR_ATTRIBUTE.sub(r'\1"-"', _TO_PREVIEW.sub("", source))
    if _PERSONS.fullmatch(name):
        text = _PERSON_ATTRIBUTE.sub(r'\1"-"', text)
    text = _HOME_FOLDER.sub(r"\1-", _AUTHOR_ELEMENT.sub(r"\1-", text))
    text = scrub_html(text, redactor)
    return content if text == source else _well_formed(text.encode())


def _well_formed(content: bytes) -> bytes:
    """A document that no program opens any more helps nobody."""
    if content.startswith(b"<") or content[:1].isspace():
        try:
            expat.ParserCreate().Parse(content, True)
        except expat.ExpatError:
            raise UnsafeDocumentError("the name cannot be taken out of a document in it without harm") from None
    return content
