"""The foot of a mail: a text of ours below the author's. Pure.

Invariant: a clear line stands between the two, so that nobody takes our words for the author's.
"""

from __future__ import annotations

import re

from binrelay.mail.mime import Part
from binrelay.mail.piece import encode_charset
from binrelay.mail.readable import MOST_TEXT

# Not "-- ": clients hide what stands below that mark.
RULE = "_" * 60
_IDENTITY = ("", "7bit", "8bit")
# Below a signature mark clients grey or hide the text; PGP text breaks when anything is added to it.
_CLOSED = re.compile(r"^-- ?\r?$|^-----BEGIN PGP", re.MULTILINE)


def footer_text(phrase: str) -> str:
    """The footer with its line above, CRLF line ends and one at its end."""
    return "\r\n".join([RULE, *phrase.strip().splitlines()]) + "\r\n"


def footer_in_place(part: Part, body: bytes, footer: str) -> bytes | None:
    """`body` with the footer below it; None where that cannot be done without harm and it needs a part of its own.

    `footer` is as `footer_text()` gives it, `part` a leaf, `body` its bytes with CRLF line ends.
    """
    encoding = (part.header.first("content-transfer-encoding") or "").strip().lower()
    attached = part.disposition == "attachment" or part.filename is not None
    if part.media_type != "text/plain" or encoding not in _IDENTITY or attached or _declared_otherwise(part):
        return None
    if len(body) > MOST_TEXT:
        return None
    if part.parameters.get("delsp", "").lower() == "yes" or hides_what_follows(body.decode("latin-1")):
        return None
    declared = part.parameters.get("charset", "us-ascii").lower()
    added, charset = encode_charset(footer, declared)
    if charset != declared or (encoding != "8bit" and not added.isascii()):
        return None
    gap = b"\r\n" if body.endswith(b"\r\n") or not body else b"\r\n\r\n"
    return body + gap + added


def hides_what_follows(text: str) -> bool:
    """Whether a text has a signature mark or PGP lines."""
    return _CLOSED.search(text) is not None


def _declared_otherwise(part: Part) -> bool:
    """A multipart that has no parts is read as text by us and as nothing by others."""
    declared = part.header.first("content-type")
    return declared is not None and not declared.strip().lower().startswith("text/plain")
