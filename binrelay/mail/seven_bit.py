"""A mail for a server that takes seven bits only (RFC 6152 3): its parts beyond ASCII in base64. Pure.

Invariant: every part decodes to the same bytes as before, and no byte of a signed part changes (RFC 1847 2.1).
"""

from __future__ import annotations

from collections.abc import Iterator

from binrelay.mail.message import read_message
from binrelay.mail.mime import Part, transfer_encoding
from binrelay.mail.piece import base64_lines, field

_ENCODING = "content-transfer-encoding"
_IDENTITIES = ("", "7bit", "8bit", "binary")
_EIGHT_BIT = ("8bit", "binary")
_DEEPEST = 20  # mails inside mails; each is read anew, and a mail may be nothing but such


def seven_bit(content: bytes) -> bytes:
    """`content`, a mail of ours, in ASCII as far as that can be done without harm. As it is where it is ASCII already."""
    return _fit(content, 0)


def _fit(content: bytes, depth: int) -> bytes:
    root = None if content.isascii() or depth > _DEEPEST else read_message(content).root
    return b"".join(_part(root, content, depth)) if root else content


def _part(part: Part, content: bytes, depth: int) -> Iterator[bytes]:
    body = content[part.body : part.end]
    if part.media_type == "multipart/signed" or body.isascii():
        yield content[part.start : part.end]
    elif part.children:
        yield from _around(part, content, b"".join(_children(part, content, depth)))
    elif part.media_type == "message/rfc822" and transfer_encoding(part) in _IDENTITIES:
        yield from _around(
            part, content, _fit(body, depth + 1)
        )  # RFC 2046 5.2.1: a mail inside is never encoded itself
    elif transfer_encoding(part) in _IDENTITIES:
        yield _header(part, "base64")
        yield base64_lines(body)
    else:
        yield content[part.start : part.end]  # encoded, with something in it that its readers pass over


def _children(part: Part, content: bytes, depth: int) -> Iterator[bytes]:
    at = part.body
    for child in part.children:
        yield content[at : child.start]
        yield from _part(child, content, depth)
        at = child.end
    yield content[at : part.end]


def _around(part: Part, content: bytes, inside: bytes) -> Iterator[bytes]:
    """What holds others says how many bits they have (RFC 2045 6.4), and some keep their eight."""
    fits = transfer_encoding(part) in _EIGHT_BIT and inside.isascii()
    yield _header(part, "7bit") if fits else content[part.start : part.body]
    yield inside


def _header(part: Part, encoding: str) -> bytes:
    """With another Content-Transfer-Encoding."""
    kept = (entry.raw for entry in part.header.fields if entry.name != _ENCODING)
    return b"".join((*kept, field("Content-Transfer-Encoding", encoding), b"\r\n"))
