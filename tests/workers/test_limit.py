"""What a server took at once last week need not be what it takes today."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from binrelay.errors import StoreError
from binrelay.records import Kind
from binrelay.workers.limit import Limit
from tests.rules.good import NETWORK
from tests.store.values import MAIL
from tests.workers.conftest import Office

ACCOUNT = "coordinator@provider"
EVERYBODY = tuple(member.address for member in NETWORK.members)
DAY = 86400.0


async def most_known(office: Office) -> int | None:
    found = await office.store.most_recipients(ACCOUNT, 0.0)
    return found[0] if found else None


@pytest.mark.parametrize(("days", "transactions"), [(6, 2), (8, 1)])
async def test_a_server_that_once_took_few_at_once_is_tried_with_more_after_a_week(
    office: Office, days: int, transactions: int
) -> None:
    await office.store.learn(ACCOUNT, len(EVERYBODY) - 1, moment=office.clock.now())
    office.clock.time += days * DAY
    await office.store.post([replace(MAIL, network=NETWORK.id, kind=Kind.NOTICE, bulletin=None, recipients=EVERYBODY)])
    await office.send()
    assert set(office.provider.recipients) == set(map(str, EVERYBODY))
    assert len(office.provider.taken) == transactions


async def test_a_daemon_that_runs_for_months_tries_more_again_too(office: Office) -> None:
    limit = Limit(ACCOUNT, office.world)
    assert limit.show(20)
    assert not limit.show(30)
    await limit.save()
    office.clock.time += 6 * DAY
    assert not limit.forget()
    office.clock.time += 1 * DAY
    assert limit.forget()
    assert limit.most is None
    assert limit.show(30)
    await limit.save()
    assert await most_known(office) == 30


async def test_what_could_not_be_written_down_is_written_at_the_next_occasion(office: Office, tmp_path: Path) -> None:
    limit = Limit(ACCOUNT, office.world)
    assert limit.show(20)
    with closing(sqlite3.connect(tmp_path / "store.sqlite3")) as elsewhere:
        elsewhere.execute("alter table accounts rename to away")
        with pytest.raises(StoreError):
            await limit.save()
        elsewhere.execute("alter table away rename to accounts")
    await limit.save()
    assert await most_known(office) == 20
