"""The members as a table: what Excel opens with a double click, and what `csv_read` reads again without loss. Pure.

UTF-8 with a byte order mark and semicolons, because Excel in the languages of these networks wants both. Language and
identity are always said: the table means the same in a network with other defaults.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable

from binrelay.model import Language, Member
from binrelay.roster.csv_cells import HEADINGS, YES, guarded


def write_table(members: Iterable[Member], language: Language) -> bytes:
    """`language` is that of the headings."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS[language])
    writer.writerows([guarded(cell) for cell in _cells(member, language)] for member in members)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _cells(member: Member, language: Language) -> tuple[str, ...]:
    return (
        member.address.spelled,
        member.name or "",
        " ".join(address.spelled for address in member.also),
        member.language.value,
        member.identity.value,
        YES[language] if member.paused else "",
    )
