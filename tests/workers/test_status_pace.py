"""How often a daemon says how it is, and what it counts."""

from __future__ import annotations

from typing import cast

import pytest

from binrelay.ports import Handle, Room
from binrelay.records import Watch
from binrelay.workers.status import STATUS_AT_START, STATUS_EVERY, Board, Condition, daemon_status, until_next_status
from tests.rules.good import NETWORK
from tests.workers.conftest import Office


@pytest.mark.parametrize(
    ("age", "all_seen", "pause"),
    [(1.0, False, STATUS_AT_START), (1.0, True, STATUS_EVERY), (3600.0, False, STATUS_EVERY)],
)
def test_a_provider_that_is_down_all_day_costs_no_ten_files_a_second(
    age: float, pause: float, *, all_seen: bool
) -> None:
    assert until_next_status(age, all_seen=all_seen) == pause


async def left_alone(office: Office) -> object:
    status = await daemon_status([office.world], Condition(1, 0.0, 0.0, None), Board())
    (network,) = cast("list[dict[str, object]]", status["networks"])
    return network["left_alone"]


async def test_what_lay_there_before_us_is_counted_once_also_after_the_server_numbered_it_anew(office: Office) -> None:
    await office.store.set_watch(NETWORK.id, Watch(1, 3, office.clock.now(), left_alone=2))
    assert await left_alone(office) == 2
    await office.store.set_watch(NETWORK.id, Watch(2, 1, office.clock.now(), left_alone=2))
    for uid in (1, 2):
        await office.store.leave(NETWORK.id, Handle(Room.INBOX, 2, uid), "")
    assert await left_alone(office) == 2
