"""How much text a mail puts before a reader. Pure; total; linear time.

Invariant: what is measured costs no more than decoding it; a mail of ordinary size is not even decoded.
"""

from __future__ import annotations

import re

from binrelay.mail.message import Message
from binrelay.mail.mime import Part, transfer_decoded, walk

# Letters and blanks. Newsletters reach some hundred thousand, a book has a million: nobody writes a neighbourhood that much,
# and whoever sends it wants to keep us busy.
MOST_TEXT = 1_000_000
TEXTS = frozenset({"text/plain", "text/html", "application/xhtml+xml"})
# A picture that stands in the page itself, as Outlook and web mail paste it, is no text (RFC 2397): its kind and its letters.
PICTURE = r"data:([\w/.+-]{0,80}(?:;[\w=.-]{1,40}){0,3});base64,([A-Za-z0-9+/=]{1000,})"
_PICTURE = re.compile(PICTURE.encode("ascii"))


def has_too_much_text(message: Message) -> bool:
    """Whether the texts that are shown, attachments not counted, are longer together than `MOST_TEXT`."""
    texts = [part for part in walk(message.root) if is_shown(part)] if message.root else []
    if sum(part.end - part.body for part in texts) <= MOST_TEXT:
        return False
    return sum(_length(part, message.content) for part in texts) > MOST_TEXT


def is_shown(part: Part) -> bool:
    return part.media_type in TEXTS and part.disposition != "attachment" and not part.filename


def _length(part: Part, content: bytes) -> int:
    """Bytes, decoded, without the pictures in it."""
    decoded = transfer_decoded(part, content)
    return len(decoded) - sum(found.end(2) - found.start(2) for found in _PICTURE.finditer(decoded))
