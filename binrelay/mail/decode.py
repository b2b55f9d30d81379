"""Bytes of strangers to text: charsets (RFC 2045 2.2), base64 and quoted-printable (RFC 2045 6). Pure; total.

Invariant: every function returns for every input, in time linear in its length, and no text holds a lone surrogate.
"""

from __future__ import annotations

import binascii
import codecs
import re

# Codecs that Python knows and mail does not: some are quadratic, some interpret escapes.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
# What is declared as one of these is in truth Windows-1252 wherever it differs.
_LATIN = frozenset({"ascii", "iso8859-1"})
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_MAX_PADDINGS = 1_000
_CHUNK = 1 << 20
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def decode_charset(raw: bytes, charset: str) -> str:
    """The text; where `charset` is unknown or wrong: as UTF-8 if it is that, else as Windows-1252."""
    name = _codec(charset)
    for candidate in (name, "utf-8"):
        text = _strictly(raw, candidate) if candidate else None
        if text is not None:
            return text
    return raw.decode("utf-8" if name == "utf-8" else "cp1252", "replace")


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        text = raw.decode(codec)
        return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
    except (LookupError, ValueError):
        return None


def _codec(charset: str) -> str | None:
    label = charset.strip("'\" \t")
    if not _CHARSET.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    if name.replace("_", "-") in _NO_CHARSETS:
        return None
    return "cp1252" if name in _LATIN else name


def clean_line(text: str) -> str:
    """One line that is safe to show: line breaks and other controls are one space, bidirectional controls are gone."""
    return _SURROGATE.sub("\ufffd", _BIDI.sub("", _CONTROL.sub(" ", text)))


def decode_base64(raw: bytes) -> bytes:
    """RFC 2045 6.8: bytes outside the alphabet are ignored; what ends in the middle of a byte is cut there.

    Padding in the middle ends one encoder's output and another's follows: both are read, some mail clients do.
    """
    ignored = _NOT_BASE64 + b"=" if raw.count(b"=") > _MAX_PADDINGS else _NOT_BASE64
    decoded, rest = bytearray(), b""
    # In pieces: no other thread runs during one call, and each call's input and output are in memory twice.
    for start in range(0, len(raw), _CHUNK):
        *ended, letters = (rest + raw[start : start + _CHUNK].translate(None, ignored)).split(b"=")
        for piece in ended:
            decoded += _base64_piece(piece)
        whole = len(letters) - len(letters) % 4
        decoded += binascii.a2b_base64(letters[:whole])
        rest = letters[whole:]
    decoded += _base64_piece(rest)
    return bytes(decoded)


def _base64_piece(letters: bytes) -> bytes:
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def decode_quoted_printable(raw: bytes) -> bytes:
    """RFC 2045 6.7; an `=` that begins no code stays as it is."""
    return binascii.a2b_qp(raw)
