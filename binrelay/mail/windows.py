"""A decoded body in pieces, for looking through large attachments without a second copy of them. Pure; total.

Invariant: whatever stands in the decoded body within `OVERLAP` bytes stands whole in at least one window.
"""

from __future__ import annotations

from collections.abc import Iterator

from binrelay.mail.decode import decode_base64, decode_quoted_printable
from binrelay.mail.mime import Part, transfer_encoding

SIZE = 1 << 20  # bytes of the encoded body at a time
OVERLAP = 1024


def windows(part: Part, content: bytes) -> Iterator[bytes]:
    """The body with its Content-Transfer-Encoding undone, piece by piece; each begins with the end of the one before."""
    tail = b""
    for piece in _decoded(part, content):
        window = tail + piece
        yield window
        tail = window[-OVERLAP:]


def _decoded(part: Part, content: bytes) -> Iterator[bytes]:
    encoding = transfer_encoding(part)
    if encoding == "base64":
        yield from _base64(part, content)
    elif encoding == "quoted-printable":
        yield from map(decode_quoted_printable, _by_lines(part, content))
    else:
        yield from (content[at : min(at + SIZE, part.end)] for at in range(part.body, part.end, SIZE))


def _by_lines(part: Part, content: bytes) -> Iterator[bytes]:
    """Slices that end where a line ends, for a code of quoted-printable never crosses one but as a soft break."""
    at = part.body
    while at < part.end:
        last = min(at + SIZE, part.end)
        line_end = content.rfind(b"\n", at, last) + 1
        end = line_end if at < line_end and last < part.end else last
        yield content[at:end]
        at = end


def _base64(part: Part, content: bytes) -> Iterator[bytes]:
    """Groups of four letters decode by themselves; what is left of a slice goes before the next one."""
    rest = b""
    for at in range(part.body, part.end, SIZE):
        letters = rest + b"".join(content[at : min(at + SIZE, part.end)].split())
        whole = len(letters) - len(letters) % 4
        yield decode_base64(letters[:whole])
        rest = letters[whole:]
    if rest:
        yield decode_base64(rest)
