"""Numbers in a sentence, as a person writes them: one member, two members."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """`many` where it is not `one` with an s."""
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"
