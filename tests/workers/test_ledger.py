"""What transactions came to is written down before anybody acts on it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from binrelay.records import Claim, Outcome
from binrelay.workers.ledger import Ledger
from tests.rules.good import NETWORK
from tests.rules.letters import OFFICER, letter
from tests.workers.conftest import Office

PROVEN = b"Authentication-Results: mx.provider.example; dmarc=pass header.from=politie.example\r\n"


async def to_one(office: Office) -> None:
    office.world.network = replace(NETWORK, members=NETWORK.members[:1])
    office.inbox.put(PROVEN + letter(OFFICER, "Gele Polo"))
    await office.look()


async def test_who_looked_too_early_is_called_when_somebody_is_to_be_tried_again(office: Office) -> None:
    await to_one(office)
    now, again = office.clock.time, asyncio.Event()
    ledger = Ledger(office.store, "me", again)
    batch = await office.store.claim(Claim(NETWORK.id, "me", now, 1, 1, 1))
    assert batch is not None
    ledger.settle([Outcome(batch.ids, "queued", now + 1.0, 450, "4.2.0", "not now", 0)])
    assert not again.is_set(), "nobody can see it yet"
    writing = asyncio.create_task(ledger.run())
    async with asyncio.timeout(5.0):
        await again.wait()
    writing.cancel()
    assert await office.store.claim(Claim(NETWORK.id, "me", now + 1.0, 1, 1, 1)) is not None, "it is on disk"


async def test_nobody_is_called_for_what_has_come_to_its_end(office: Office) -> None:
    await to_one(office)
    again = asyncio.Event()
    ledger = Ledger(office.store, "me", again)
    batch = await office.store.claim(Claim(NETWORK.id, "me", office.clock.time, 1, 1, 1))
    assert batch is not None
    ledger.settle([Outcome(batch.ids, "sent", office.clock.time, 250, "2.0.0", "taken", 0)])
    writing = asyncio.create_task(ledger.run())
    await ledger.written()
    writing.cancel()
    assert not again.is_set()
