"""Nobody adds a place where a person can stand without saying what `data` and `erase` do about it."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import LargeBinary

from binrelay.store.personal import ADDRESSES, CONTENTS, HARMLESS, IDENTIFIERS, PROSE, TAGS
from binrelay.store.schema import METADATA
from binrelay.store.text import Text


def test_every_column_that_can_hold_text_is_in_the_table_of_personal_data() -> None:
    columns = {
        str(column)
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text | LargeBinary)
    }
    placed = Counter(map(str, (*ADDRESSES, *CONTENTS, *HARMLESS, *IDENTIFIERS, *PROSE, *TAGS)))
    missing = sorted(columns - placed.keys())
    assert not missing, "say in binrelay/store/personal.py what may stand there, and let store/erasure.py take it away"
    assert placed.keys() <= columns
    assert set(placed.values()) == {1}
