"""An account that stops, or is left, while it claims: nothing stays in the name of who will never send it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from binrelay.errors import LoginRefused, StoreError, SubmissionFailed
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.model import Network
from binrelay.ports.submission import Passage
from binrelay.records import Batch, Claim, Parcel
from binrelay.rules.parcels import parcels
from binrelay.workers.account import Account
from binrelay.workers.accounts import Accounts
from binrelay.workers.network import NetworkWorker
from binrelay.workers.voyage import Voyage
from tests.rules.good import NETWORK
from tests.workers.conftest import Office
from tests.workers.fakes import Provider
from tests.workers.test_sharing import EAST, mail


def one_by_one(network: Network) -> Network:
    return replace(network, smtp=replace(network.smtp, max_recipients=1, messages_per_minute=None, connections=1))


def after_a_claim(office: Office, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[None]]) -> None:
    """The first time."""
    claim = office.store.claim

    async def claimed(wanted: Claim) -> Batch | None:
        batch = await claim(wanted)
        if batch is not None:
            monkeypatch.undo()
            await happens()
        return batch

    monkeypatch.setattr(office.store, "claim", claimed)


async def west(office: Office) -> Account:
    office.provider.window = 1
    office.world.network = one_by_one(NETWORK)
    await office.store.post([mail(NETWORK, "west", 9)])
    account = Account("coordinator@provider", office.world, office.provider)
    account.join(office.world)
    return account


async def test_what_was_claimed_while_the_account_stopped_goes_out_over_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await west(office)

    async def stop() -> None:
        account.stop()

    after_a_claim(office, monkeypatch, stop)
    async with asyncio.timeout(20):
        await account.run()
    await office.send()
    assert len(set(office.provider.recipients)) == 9


async def test_a_network_that_left_while_its_mail_was_claimed_is_not_served_any_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await west(office)
    east = replace(office.world, network=one_by_one(EAST))
    account.join(east)

    async def leave() -> None:
        await account.leave(office.world)
        await office.store.post([mail(EAST, "east", 1)])

    after_a_claim(office, monkeypatch, leave)
    working = asyncio.create_task(account.run())
    async with asyncio.timeout(20):
        await office.provider.took.wait()
    assert account.networks == {EAST.id}
    account.stop()
    await working
    assert office.provider.recipients == ["east0@post.example"]
    await office.send()
    assert len(set(office.provider.recipients)) == 10


class StopsAtTheLast(Provider):
    """The daemon is told to stop while the last transaction is under way."""

    account: Account

    async def submit(self, envelopes: Sequence[Envelope], content: bytes, passage: Passage) -> None:
        await super().submit(envelopes, content, passage)
        self.account.stop()


async def test_what_failed_while_the_daemon_stopped_is_told_all_the_same(office: Office) -> None:
    provider = StopsAtTheLast(office.clock)
    office.world.network = one_by_one(NETWORK)
    bulletin = mail(NETWORK, "west", 2)
    provider.answers[bulletin.recipients[0]] = SmtpReply(550, "5.1.1", "no such user")
    await office.store.post([bulletin])
    account = provider.account = Account("coordinator@provider", office.world, provider)
    account.join(office.world)
    async with asyncio.timeout(20):
        await account.run()
    await office.send()
    assert "anna@home.example" in office.provider.recipients


class Counting:
    """The account's side: counts what it is told of."""

    def __init__(self) -> None:
        self.troubles = 0

    async def depart(self, parcels: Sequence[Parcel]) -> frozenset[int]:
        return frozenset(row for parcel in parcels for row in parcel.ids)

    def answered(self, parcel: Parcel, replies: Mapping[Address, SmtpReply]) -> None:
        raise AssertionError("nothing is answered here")

    def troubled(self, error: SubmissionFailed | LoginRefused) -> None:
        self.troubles += 1

    def unreserve(self, parcel: Parcel) -> None:
        pass


async def test_one_line_that_breaks_costs_one_connection_however_many_mails_were_to_go_over_it(office: Office) -> None:
    bulletin, account = mail(NETWORK, "west", 9), Counting()
    cut = parcels(Batch(bulletin, tuple(range(9)), attempts=0, uncertain=0, first_due=0.0), 1)
    voyage = Voyage(office.world, cut, account, note=lambda _mail, _outcomes: None)
    for place in range(9):
        voyage.ended(place, SubmissionFailed("connect", 0, "no route"))
    assert account.troubles == 1


async def test_a_house_that_cannot_be_kept_takes_the_daemon_down(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> int:
        raise StoreError("disk full")

    monkeypatch.setattr(office.store, "span", fail)
    worker = NetworkWorker(office.world, lambda _: office.inbox, Accounts(lambda _: office.provider), ours=False)
    async with asyncio.timeout(20):
        with pytest.raises(StoreError):
            await worker.run()
