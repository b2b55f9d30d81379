"""Makes a stranger's body fit for SMTP without changing what it says (RFC 5321 4.5.3.1.6, RFC 2045 2). Pure.

Invariant: a body that keeps the line rules comes back as it is; else every leaf decodes to the same bytes as before.
"""

from __future__ import annotations

from binrelay.mail.header import Field
from binrelay.mail.mime import Part, transfer_decoded, transfer_encoding
from binrelay.mail.piece import MAX_LINE, base64_lines, field, keeps_line_rules


def fit_body(part: Part, content: bytes) -> tuple[bytes, bool]:
    """The body of a part, and whether it is base64 now: a leaf that broke a rule is."""
    if keeps_line_rules(content, part.body, part.end):
        return content[part.body : part.end], False
    if part.media_type == "multipart/signed" and _can_stay_signed(content[part.body : part.end]):
        # RFC 1847 2.1: no byte may change. Line ends are what the signer saw: signatures cover CRLF.
        return _unix(content[part.body : part.end]).replace(b"\n", b"\r\n"), False
    if part.children:
        return _rebuilt(part, content), False
    if transfer_encoding(part) in ("base64", "quoted-printable"):
        return base64_lines(transfer_decoded(part, content)), True
    return base64_lines(memoryview(content)[part.body : part.end]), True  # no copy of what is as large as the mail


def _can_stay_signed(body: bytes) -> bool:
    """A bare CR and a NUL cannot be sent as they are (RFC 5321 2.3.8), and nobody knows what was signed there."""
    return b"\0" not in body and b"\r" not in _unix(body)


def shown_as(part: Part) -> dict[str, str]:
    """The parameters that a text keeps which its sender called a multipart."""
    return {name: value for name in ("charset", "name") if (value := part.parameters.get(name))}


def fit_field(raw: bytes) -> bytes:
    """A whole field with CRLF line ends and nothing that could end it early. A bare CR is no part of its value, see `Field`."""
    lines = (_tame(line.replace(b"\r", b""))[:MAX_LINE].rstrip() for line in _unix(raw).split(b"\n"))
    return b"\r\n".join(line for line in lines if line) + b"\r\n"


def _unix(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n")


def _tame(line: bytes) -> bytes:
    # A visible character, not a blank: "--x" with a CR behind it is no delimiter and must not become one.
    return line.replace(b"\r", b"?").replace(b"\0", b"?")


def _rebuilt(part: Part, content: bytes) -> bytes:
    """The multipart with its delimiters, around children that are fit."""
    pieces: list[bytes] = []
    at = part.body
    for child in part.children:
        body, encoded = fit_body(child, content)
        pieces += (_between(content[at : child.start]), _header(child, content, encoded=encoded), body)
        at = child.end
    return b"".join((*pieces, _between(content[at : part.end])))


def _between(gap: bytes) -> bytes:
    """Delimiter lines, preamble and epilogue. A line that is too long says nothing to anybody: it is left out."""
    lines = (line.rstrip() if len(line) > MAX_LINE else line for line in map(_tame, _unix(gap).split(b"\n")))
    return b"\r\n".join(line if len(line) <= MAX_LINE else b"" for line in lines)


def _header(part: Part, content: bytes, *, encoded: bool) -> bytes:
    raw = content[part.start : part.body]
    if not encoded and keeps_line_rules(raw):
        return raw
    fields = [entry for entry in part.header.fields if entry.name and not (encoded and _replaced(part, entry))]
    added: list[bytes] = []
    if encoded:
        if _poses_as_multipart(part):
            added.append(field("Content-Type", part.media_type, shown_as(part)))
        added.append(field("Content-Transfer-Encoding", "base64"))
    return b"".join((*(fit_field(entry.raw) for entry in fields), *added, b"\r\n"))


def _replaced(part: Part, entry: Field) -> bool:
    return entry.name == "content-transfer-encoding" or (entry.name == "content-type" and _poses_as_multipart(part))


def _poses_as_multipart(part: Part) -> bool:
    """RFC 2045 6.4 allows no base64 on a multipart; one without parts is a text to those who show it."""
    return (part.header.first("content-type") or "").strip().lower().startswith("multipart/")
