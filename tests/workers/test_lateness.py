"""What a provider's limits spread over days goes out as foretold; what could have left for a day waits for a person."""

from __future__ import annotations

from dataclasses import replace

from tests.rules.good import NETWORK
from tests.workers.conftest import Office
from tests.workers.test_delivery import DAY, EVERYBODY, HOUR, bulletin, long_looks, reached

__all__ = ["long_looks"]  # a fixture for each test here, too


async def test_a_bulletin_that_the_providers_day_spreads_over_days_is_not_too_late(office: Office) -> None:
    office.world.network = replace(NETWORK, smtp=replace(NETWORK.smtp, recipients_per_day=1, max_recipients=1))
    await bulletin(office)
    await office.later(2 * DAY + HOUR)
    assert reached(office) == EVERYBODY


async def test_a_bulletin_that_could_have_left_for_a_day_besides_what_the_limits_explain_waits_for_a_person(
    office: Office,
) -> None:
    office.world.network = replace(NETWORK, smtp=replace(NETWORK.smtp, recipients_per_day=1, max_recipients=1))
    await bulletin(office)
    await office.later(HOUR)
    assert len(reached(office)) == 1
    office.clock.jump(2 * DAY)  # the daemon is off
    await office.later(HOUR)
    assert len(reached(office)) == 1
    assert [values["why"] for name, values in office.journal.events if name == "mail-held"] == ["stale"]
