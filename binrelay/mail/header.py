"""A header section as raw fields (RFC 5322 2.2). Pure; total: reads any bytes, raises nothing.

Invariant: joining every field's `raw` gives back the bytes that were read, junk lines included.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    name: str  # lower case; "" for a line that is no field
    raw: bytes  # the whole field: name, colon, value, folds and line end

    @property
    def value(self) -> str:
        """Unfolded and stripped; bytes above 127 as UTF-8 where they are that, else Latin-1. Not RFC 2047-decoded."""
        body = self.raw.partition(b":")[2] if self.name else b""
        text = b"".join(body.splitlines()).strip()
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError:
            return text.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Header:
    fields: tuple[Field, ...]

    def all(self, name: str) -> tuple[str, ...]:
        """The values of every field of that name (lower case), topmost first."""
        return tuple(field.value for field in self.fields if field.name == name)

    def first(self, name: str) -> str | None:
        return next((field.value for field in self.fields if field.name == name), None)

    def has(self, name: str) -> bool:
        return any(field.name == name for field in self.fields)
