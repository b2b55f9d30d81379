"""Structured MIME field values: `type/subtype; name=value` (RFC 2045 5.1, RFC 2231, RFC 2183). Pure; total.

Invariant: tolerant as real readers are; the first of two parameters of one name counts; linear time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from binrelay.mail.decode import clean_line, decode_charset

_TYPE = re.compile(r"\s*([^\s/;,()\"]+)/([^\s/;,()\"]+)")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_EXTENDED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
# Unquoted values with blanks in them: mailers do that to file names, and those alone.
_NAMES = ("name", "filename")

_Segments = dict[int, tuple[str, bool]]


def read_media_type(value: str) -> str | None:
    """`text/plain`, lower case; None where the value has none."""
    found = _TYPE.match(value)
    return f"{found[1]}/{found[2]}".lower() if found else None


def read_parameters(value: str) -> Mapping[str, str]:
    """Parameters by name in lower case, continuations joined, percent-encoding and charset decoded (RFC 2231)."""
    plain: dict[str, str] = {}
    extended: dict[str, _Segments] = {}
    for name, text in _PARAMETER.findall(value):
        parts = _EXTENDED.fullmatch(name.lower())
        if parts and (parts[2] or parts[3]):
            extended.setdefault(parts[1], {}).setdefault(int(parts[2] or 0), (_bare(text, parts[1]), bool(parts[3])))
        else:
            plain.setdefault(name.lower(), _bare(text, name.lower()))
    return MappingProxyType(plain | {name: _join(segments) for name, segments in extended.items() if 0 in segments})


def _bare(text: str, name: str) -> str:
    if text.startswith('"'):
        inner = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
        return _QUOTED_PAIR.sub(r"\1", inner)
    words = text.split()
    return text.strip() if name in _NAMES else words[0] if words else ""


def _join(segments: _Segments) -> str:
    charset, raw = "utf-8", b""
    for index in range(len(segments)):
        if index not in segments:
            break
        text, encoded = segments[index]
        if encoded and index == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return clean_line(decode_charset(raw, charset or "utf-8"))
