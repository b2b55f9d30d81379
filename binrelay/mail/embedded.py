"""A mail inside a mail (RFC 2046 5.2.1), for those who look for harm in it. Pure; any bytes give an answer.

Invariant: nothing is copied but what was encoded, which is forbidden there (RFC 2046 5.2.1) and done.
"""

from __future__ import annotations

import re

from binrelay.mail.header import read_header
from binrelay.mail.mime import MimeLimitError, Part, read_tree, transfer_decoded, transfer_encoding

_NO_LINE_END = re.compile(rb"[^\r\n]")


def read_embedded(part: Part, content: bytes) -> tuple[Part | None, bytes]:
    """The tree of the mail that is the body of `part`, and the bytes that its offsets count in; None where nobody can read it."""
    start, end = part.body, part.end
    if transfer_encoding(part) in ("base64", "quoted-printable"):
        content = transfer_decoded(part, content)
        start, end = 0, len(content)
    begins = _NO_LINE_END.search(content, start, end)
    return read_mail(content, begins.start() if begins else end, end), content


def read_mail(content: bytes, start: int, end: int) -> Part | None:
    """The tree of the mail in those bytes; None beyond the limits of what is read."""
    header, body_at, cut = read_header(content, start, end)
    try:
        return None if cut else read_tree(content, header, body_at, within=(start, end))
    except MimeLimitError:
        return None
