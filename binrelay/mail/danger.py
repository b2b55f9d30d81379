"""Attachments that could harm who opens them: by name, by declared type, and by their first bytes. Pure; total.

Invariant: nothing is unpacked. Of a ZIP file (and so of an office document) the names inside are read, one level deep; of
any other archive nothing can be told. Time is linear in the mail, and no more than one attachment is decoded at a time.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from binrelay.mail.danger_names import Danger, danger_of_name, danger_of_type
from binrelay.mail.embedded import read_embedded
from binrelay.mail.message import Message
from binrelay.mail.mime import EMBEDDING, Part, transfer_decoded, walk
from binrelay.mail.read_parameters import read_parameters

_HEAD = 4_096  # raw bytes, enough for every magic number
_TEXT = 262_144  # bytes of a text that are looked at for files written into it
_MAX_DEPTH = 3  # mails within mails
_MAX_NAMES = 10_000  # in one archive
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel, PowerPoint until 2003; installers too
_MAGIC = {
    b"MZ": Danger.PROGRAM,  # Windows
    b"\x7fELF": Danger.PROGRAM,
    b"\xfe\xed\xfa\xce": Danger.PROGRAM, b"\xfe\xed\xfa\xcf": Danger.PROGRAM,  # macOS
    b"\xce\xfa\xed\xfe": Danger.PROGRAM, b"\xcf\xfa\xed\xfe": Danger.PROGRAM, b"\xca\xfe\xba\xbe": Danger.PROGRAM,
    b"L\0\0\0\x01\x14\x02\0": Danger.PROGRAM,  # a Windows shortcut
    b"#!": Danger.PROGRAM,
    b"MSCF": Danger.PROGRAM, b"ITSF": Danger.PROGRAM,  # Windows cabinets and help
    b"Rar!\x1a\x07": Danger.ARCHIVE, b"7z\xbc\xaf\x27\x1c": Danger.ARCHIVE,
    b"\x1f\x8b": Danger.ARCHIVE, b"\xfd7zXZ\0": Danger.ARCHIVE, b"BZh": Danger.ARCHIVE, b"\x28\xb5\x2f\xfd": Danger.ARCHIVE,
}  # fmt: skip
_MACROS_IN_OLE = "_VBA_PROJECT".encode("utf-16-le")
# Local and central headers alike: which of the two a reader goes by is its own choice, so both are believed.
_ZIP_ENTRY = re.compile(rb"PK(?:\x03\x04|\x01\x02)")
_UUENCODED = re.compile(r"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})", re.MULTILINE)


def find_danger(message: Message) -> Danger | None:
    """The first danger in the order of `Danger`: a program weighs more than macros, macros more than an archive."""
    if message.root is None:
        return None
    found = set(_in_tree(message.root, message.content, depth=0))
    return next((danger for danger in Danger if danger in found), None)


def _in_tree(root: Part, content: bytes, *, depth: int) -> Iterator[Danger]:
    for part in walk(root):
        if part.media_type in EMBEDDING:
            yield from _in_embedded(part, content, depth=depth)
        elif not part.children:
            yield from filter(None, (_by_label(part), _by_content(part, content)))


def _in_embedded(part: Part, content: bytes, *, depth: int) -> Iterator[Danger]:
    """A mail that is passed on as an attachment has attachments too."""
    if depth >= _MAX_DEPTH:
        yield Danger.ARCHIVE
        return
    tree, inner = read_embedded(part, content)
    if tree is None:
        yield Danger.ARCHIVE  # whatever it is, nobody can look inside
    else:
        yield from _in_tree(tree, inner, depth=depth + 1)


def _by_label(part: Part) -> Danger | None:
    # Programs differ in which of two names they go by.
    disposition = read_parameters(part.header.first("content-disposition") or "")
    names = (part.filename or "", part.parameters.get("name", ""), disposition.get("filename", ""))
    said = (danger_of_type(part.media_type), *map(danger_of_name, names))
    return next((danger for danger in said if danger), None)


def _by_content(part: Part, content: bytes) -> Danger | None:
    if part.media_type.startswith("text/") and not part.filename:
        return _in_text(transfer_decoded(part, content, limit=_TEXT))
    head = transfer_decoded(part, content, limit=_HEAD)
    for magic, danger in _MAGIC.items():
        if head.startswith(magic):
            return danger
    if head.startswith(_ZIP):
        return _in_zip(transfer_decoded(part, content))
    if head.startswith(_OLE):
        return Danger.MACROS if _MACROS_IN_OLE in transfer_decoded(part, content) else None
    return None


def _in_text(text: bytes) -> Danger | None:
    """Files written into the text in the way from before MIME; many programs still offer them."""
    names = _UUENCODED.findall(text.decode("latin-1")) if b"begin" in text else ()
    return next((danger for name in names if (danger := danger_of_name(name))), None)


def _in_zip(archive: bytes) -> Danger | None:
    found = set()
    for number, name in enumerate(_zip_names(archive)):
        if number >= _MAX_NAMES:
            return Danger.ARCHIVE
        if name.lower().endswith(("vbaproject.bin", "basic/script-lc.xml")):
            found.add(Danger.MACROS)
        elif danger := Danger.ARCHIVE if name.lower().endswith(".zip") else danger_of_name(name):
            found.add(danger)
    return next((danger for danger in Danger if danger in found), None)


def _zip_names(archive: bytes) -> Iterator[str]:
    for entry in _ZIP_ENTRY.finditer(archive):
        at = entry.start()
        # APPNOTE 4.3.7 and 4.3.12: where the length of the name stands, and where the name begins.
        length_at, name_at = (at + 26, at + 30) if archive[at + 2] == 3 else (at + 28, at + 46)
        if name_at <= len(archive):
            (length,) = struct.unpack_from("<H", archive, length_at)
            yield archive[name_at : name_at + min(length, 512)].decode("utf-8", "replace")
