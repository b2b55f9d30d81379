"""Recipients named by runs of consecutive row ids: those of one mail are inserted together, so two numbers name thousands. Pure.

Invariant: no id lies in a run that was not given.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from sqlalchemy import bindparam

from binrelay.store.schema import recipients

IN_RUN = recipients.c.id.between(bindparam("first"), bindparam("last"))


def runs(ids: Iterable[int]) -> list[dict[str, int]]:
    """The values of `IN_RUN`, once for each run, in ascending order."""
    ordered = sorted(set(ids))
    gaps = [place for place in range(1, len(ordered)) if ordered[place] - ordered[place - 1] > 1]
    bounds = pairwise([0, *gaps, len(ordered)]) if ordered else ()
    return [{"first": ordered[start], "last": ordered[stop - 1]} for start, stop in bounds]
