"""Which parts of a member's mail say who the member is: left out, or reason to hold the mail. Pure.

Invariant: judged by what a part says it is and by its file name; either is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from binrelay.mail.decode import joined
from binrelay.mail.mime import Part

_Kind = TypeVar("_Kind")


class Sealed(StrEnum):
    """What keeps a mail from being made safe."""

    ENCRYPTED = "encrypted"
    SMIME = "smime"  # encrypted or signed around the text
    TNEF = "tnef"  # winmail.dat
    PARTIAL = "partial"
    OLD_FORM = "old-form"  # RTF in place of a text
    UUENCODE = "uuencode"

    def __str__(self) -> str:
        return _SAID[self]


_SAID = {
    Sealed.ENCRYPTED: "it is encrypted",
    Sealed.SMIME: "it is encrypted or sealed (S/MIME)",
    Sealed.TNEF: "it is in Outlook's own format (winmail.dat)",
    Sealed.PARTIAL: "it is one piece of a mail that was split",
    Sealed.OLD_FORM: "a document in it is in an old form that its author cannot be taken out of",
    Sealed.UUENCODE: "it holds a file in a form that is not looked into (uuencode)",
}
_UNSAFE_TYPES = {
    "multipart/encrypted": Sealed.ENCRYPTED,
    "application/pgp-encrypted": Sealed.ENCRYPTED,
    "application/pkcs7-mime": Sealed.SMIME,
    "application/x-pkcs7-mime": Sealed.SMIME,
    "application/ms-tnef": Sealed.TNEF,
    "application/vnd.ms-tnef": Sealed.TNEF,
    "message/partial": Sealed.PARTIAL,
}
_UNSAFE_NAMES = {
    "winmail.dat": Sealed.TNEF,
    "smime.p7m": Sealed.SMIME,
}
_UNSAFE_SUFFIXES = {".pgp": Sealed.ENCRYPTED, ".gpg": Sealed.ENCRYPTED, ".p7m": Sealed.SMIME}
_DROPPED_TYPES = {
    "text/vcard": "a contact card",
    "text/x-vcard": "a contact card",
    "text/directory": "a contact card",
    "application/vcard": "a contact card",
    "application/vcard+json": "a contact card",
    "application/vcard+xml": "a contact card",
    "text/calendar": "a calendar entry",
    "text/x-vcalendar": "a calendar entry",
    "application/ics": "a calendar entry",
    "application/pkcs7-signature": "a signature",
    "application/x-pkcs7-signature": "a signature",
    "application/pgp-signature": "a signature",
    "application/pgp-keys": "a key",
    "application/pkix-cert": "a key",
    "application/x-x509-user-cert": "a key",
    "text/rfc822-headers": "another mail",
}
_DROPPED_SUFFIXES = {
    ".vcf": "a contact card",
    ".ics": "a calendar entry",
    ".p7s": "a signature",
    ".sig": "a signature",
    ".asc": "a signature",
    ".p7c": "a key",
    ".eml": "another mail",
    ".msg": "another mail",
}
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_UUENCODED = re.compile(r"^begin [0-7]{3,4} \S", re.MULTILINE)
_ARMOUR_ENDS = {
    "-----BEGIN PGP SIGNED MESSAGE-----": "",  # its header lines go, up to the empty one
    "-----BEGIN PGP SIGNATURE-----": "-----END PGP SIGNATURE-----",
    "-----BEGIN PGP PUBLIC KEY BLOCK-----": "-----END PGP PUBLIC KEY BLOCK-----",
}


def unsafe_kind(part: Part) -> Sealed | None:
    """Why a mail with this part cannot be made safe."""
    name = (part.filename or "").lower()
    return _UNSAFE_TYPES.get(part.media_type) or _UNSAFE_NAMES.get(name) or _by_suffix(name, _UNSAFE_SUFFIXES)


def dropped_kind(part: Part) -> str | None:
    """What is left out with this part, as a reader would call it."""
    if part.media_type.startswith("message/"):
        return "another mail"
    return _DROPPED_TYPES.get(part.media_type) or _by_suffix((part.filename or "").lower(), _DROPPED_SUFFIXES)


def _by_suffix(name: str, table: dict[str, _Kind]) -> _Kind | None:
    return next((kind for suffix, kind in table.items() if name.endswith(suffix)), None)


def unsafe_text(text: str) -> Sealed | None:
    """Why a mail with this text cannot be made safe."""
    if "-----BEGIN PGP MESSAGE-----" in text:
        return Sealed.ENCRYPTED
    if text.lstrip().startswith("{\\rtf"):
        return Sealed.OLD_FORM
    return Sealed.UUENCODE if _UUENCODED.search(text) else None


def without_pgp(text: str) -> str:
    """The text without PGP signatures and keys (RFC 9580 6.2, 7); itself where it has none."""
    if "-----BEGIN PGP" not in text:
        return text
    return joined(_without_armour(text))


def _without_armour(text: str) -> Iterator[str]:
    until: str | None = None
    for line in _LINE.finditer(text):
        bare = line[0].strip()
        if until is not None:
            until = None if bare == until else until
        elif (until := _ARMOUR_ENDS.get(bare)) is None:
            yield line[0]
