"""How often a daemon says how it is."""

from __future__ import annotations

import pytest

from binrelay.workers.status import STATUS_AT_START, STATUS_EVERY, until_next_status


@pytest.mark.parametrize(
    ("age", "all_seen", "pause"),
    [(1.0, False, STATUS_AT_START), (1.0, True, STATUS_EVERY), (3600.0, False, STATUS_EVERY)],
)
def test_a_provider_that_is_down_all_day_costs_no_ten_files_a_second(
    age: float, pause: float, *, all_seen: bool
) -> None:
    assert until_next_status(age, all_seen=all_seen) == pause
