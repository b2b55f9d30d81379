"""A login that is refused: asked for rarely, so that the provider does not lock the account, and a person hears of it once."""

from __future__ import annotations

import asyncio

from binrelay.errors import LoginRefused, MailboxLost
from binrelay.ports import Room
from binrelay.workers.accounts import Accounts
from binrelay.workers.network import NetworkWorker
from tests.workers.conftest import Office
from tests.workers.fakes import MemoryInbox
from tests.workers.test_delivery import NOTICE

HOUR = 3600.0


async def pauses(office: Office, *troubles: Exception) -> list[object]:
    """What a mailbox whose logins end so rests in between, in a day."""

    class Shut(MemoryInbox):
        async def connect(self) -> None:
            raise coming.pop(0) if coming else LoginRefused("imap", "NO [AUTHENTICATIONFAILED] no")

    coming = list(troubles)
    office.clock.limit = office.clock.time + 24 * HOUR
    worker = NetworkWorker(office.world, lambda _: Shut(), Accounts(lambda _: office.provider))
    watching = asyncio.create_task(worker._watch())
    await office.clock.stuck.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return [values["retry_in"] for name, values in office.journal.events if name == "mailbox-down"]


async def test_a_mailbox_that_refuses_the_login_is_asked_after_5_15_and_60_minutes_and_then_every_hour(
    office: Office,
) -> None:
    rests = await pauses(office)
    assert rests[:5] == [300.0, 900.0, 3600.0, 3600.0, 3600.0]
    assert len(rests) <= 30


async def test_lost_lines_before_a_refused_login_make_its_rest_no_longer(office: Office) -> None:
    lost = MailboxLost("no route")
    assert (await pauses(office, lost, lost, lost, lost))[:6] == [1.0, 2.0, 4.0, 8.0, 300.0, 900.0]


async def test_a_provider_that_refuses_the_login_is_told_of_once_in_the_mailbox_itself(office: Office) -> None:
    await office.store.post([NOTICE])
    office.provider.always = LoginRefused("smtp", "535 no")
    await office.later(26 * HOUR)
    await office.look()
    await office.look()
    (word,) = office.inbox.contents(Room.HELD)
    assert b"smtp" in word
