"""Which parts of a member's mail say who the member is: left out, or reason to hold the mail. Pure.

Invariant: judged by what a part says it is and by its file name; either is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from binrelay.mail.decode import joined
from binrelay.mail.mime import Part

_UNSAFE_TYPES = {
    "multipart/encrypted": "it is encrypted",
    "application/pgp-encrypted": "it is encrypted",
    "application/pkcs7-mime": "it is encrypted or sealed (S/MIME)",
    "application/x-pkcs7-mime": "it is encrypted or sealed (S/MIME)",
    "application/ms-tnef": "it is in Outlook's own format (winmail.dat)",
    "application/vnd.ms-tnef": "it is in Outlook's own format (winmail.dat)",
    "message/partial": "it is one piece of a mail that was split",
}
_UNSAFE_NAMES = {
    "winmail.dat": "it is in Outlook's own format (winmail.dat)",
    "smime.p7m": "it is encrypted or sealed (S/MIME)",
}
_UNSAFE_SUFFIXES = {".pgp": "it is encrypted", ".gpg": "it is encrypted", ".p7m": "it is encrypted or sealed (S/MIME)"}
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


def unsafe_kind(part: Part) -> str | None:
    """Why a mail with this part cannot be made safe."""
    name = (part.filename or "").lower()
    return _UNSAFE_TYPES.get(part.media_type) or _UNSAFE_NAMES.get(name) or _by_suffix(name, _UNSAFE_SUFFIXES)


def dropped_kind(part: Part) -> str | None:
    """What is left out with this part, as a reader would call it."""
    if part.media_type.startswith("message/"):
        return "another mail"
    return _DROPPED_TYPES.get(part.media_type) or _by_suffix((part.filename or "").lower(), _DROPPED_SUFFIXES)


def _by_suffix(name: str, table: dict[str, str]) -> str | None:
    return next((kind for suffix, kind in table.items() if name.endswith(suffix)), None)


def unsafe_text(text: str) -> str | None:
    """Why a mail with this text cannot be made safe."""
    if "-----BEGIN PGP MESSAGE-----" in text:
        return "it is encrypted"
    if text.lstrip().startswith("{\\rtf"):
        return "a document in it is in an old form that its author cannot be taken out of"
    return "it holds a file in a form that is not looked into (uuencode)" if _UUENCODED.search(text) else None


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
