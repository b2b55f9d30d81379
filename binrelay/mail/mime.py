"""The MIME tree of a message as slices of its bytes (RFC 2045, 2046). Pure; total: any bytes give a tree, within limits.

Invariant: no byte is copied or changed; `content[part.start:part.end]` is the part with its header, as it arrived.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from binrelay.mail.header import Header


@dataclass(frozen=True, slots=True)
class Part:
    """One body part; offsets count bytes of the whole message. A multipart's `children` are its parts in order.

    A message/rfc822 part is a leaf here: what is inside is somebody else's mail and is looked at by `embedded()`.
    """

    header: Header
    start: int  # first byte of the part's header
    body: int  # first byte of its body
    end: int  # one past its last byte; the line end before the boundary belongs to the boundary (RFC 2046 5.1.1)
    media_type: str  # "text/plain", lower case; the RFC 2045 5.2 default where unreadable
    parameters: Mapping[str, str]  # of Content-Type, names in lower case, RFC 2231 decoded: "charset", "boundary" …
    disposition: str  # "inline", "attachment" or ""
    filename: str | None  # decoded
    children: tuple[Part, ...] = ()
