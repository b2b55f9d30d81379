"""Networks with the same login share its limits, and each gets its turn."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime
from typing import Any

from binrelay.mail.address import Address
from binrelay.model import Network
from binrelay.records import Kind, Mail
from binrelay.workers.accounts import Accounts, account_name
from binrelay.workers.status import Board, Condition, daemon_status
from binrelay.workers.world import World
from tests.rules.good import NETWORK
from tests.workers.conftest import Office

EAST = replace(NETWORK, id="oost", name="BIN Oost")


def people(name: str, number: int) -> tuple[Address, ...]:
    return tuple(Address(f"{name}{place}@post.example", f"{name}{place}@post.example") for place in range(number))


def mail(network: Network, name: str, number: int, *, kind: Kind = Kind.BULLETIN) -> Mail:
    return Mail(
        f"{network.id}/{name}",
        network.id,
        kind,
        f"{name}@x.example",
        None,
        False,
        b"Subject: x\r\n\r\ny\r\n",
        people(name, number),
    )


def slow(network: Network) -> Network:
    return replace(network, smtp=replace(network.smtp, max_recipients=1, messages_per_minute=1, connections=1))


def sharing(office: Office) -> World:
    office.provider.window = 1
    office.world.network = slow(NETWORK)
    return replace(office.world, network=slow(EAST))


async def test_a_small_network_does_not_wait_for_a_large_one(office: Office) -> None:
    east = sharing(office)
    await office.store.post([mail(NETWORK, "west", 40), mail(EAST, "east", 3)])
    await office.later(400.0, east)
    assert [name[:4] for name in office.provider.recipients[:6]].count("east") == 3


async def test_an_answer_of_one_network_goes_before_the_bulletin_of_another(office: Office) -> None:
    east = sharing(office)
    await office.store.post([mail(NETWORK, "west", 9), mail(EAST, "east", 1, kind=Kind.ANSWER)])
    await office.later(200.0, east)
    assert office.provider.recipients[0] == "east0@post.example"


async def test_two_bulletins_of_one_network_go_side_by_side(office: Office) -> None:
    sharing(office)
    await office.store.post([mail(NETWORK, "polo", 9), mail(NETWORK, "fiat", 9)])
    await office.later(250.0)
    assert [name[:4] for name in office.provider.recipients[:4]] == ["polo", "fiat", "polo", "fiat"]


async def test_the_limit_is_kept_by_all_together(office: Office) -> None:
    east = sharing(office)
    await office.store.post([mail(NETWORK, "west", 9), mail(EAST, "east", 9)])
    await office.later(250.0, east)
    assert len(office.provider.recipients) == 5
    moments = office.provider.moments
    assert all(later - earlier >= 60.0 for earlier, later in itertools.pairwise(moments))


async def test_the_same_login_is_one_account_and_another_login_another(office: Office) -> None:
    made: list[str] = []

    def make(network: Network) -> object:
        made.append(network.id)
        return office.provider

    accounts = Accounts(make)  # type: ignore[arg-type]
    third = replace(EAST, id="zuid", smtp=replace(EAST.smtp, username="zuid"))
    worlds = [office.world, *(replace(office.world, network=network) for network in (EAST, third))]
    for world in worlds:
        accounts.join(world)
    assert made == [NETWORK.id, "zuid"]
    for world in worlds:
        await accounts.leave(world)


async def test_an_account_that_is_left_by_one_goes_on_for_the_other(office: Office) -> None:
    accounts = Accounts(lambda _: office.provider)
    east = replace(office.world, network=EAST)
    task = accounts.join(office.world)
    assert accounts.join(east) is task
    await accounts.leave(office.world)
    await office.store.post([mail(EAST, "east", 1, kind=Kind.NOTICE), mail(NETWORK, "west", 1, kind=Kind.NOTICE)])
    east.due.set()
    await office.provider.took.wait()
    await accounts.leave(east)
    assert office.provider.recipients == ["east0@post.example"]
    assert task.done()


def test_an_account_is_a_login_at_a_server() -> None:
    limits = replace(NETWORK.smtp, max_recipients=7, connections=9)
    assert account_name(limits) == account_name(NETWORK.smtp)


async def test_status_tells_when_the_last_neighbour_is_reached(office: Office) -> None:
    sharing(office)
    await office.store.post([mail(NETWORK, "west", 9)])
    await office.later(1.0)
    condition = Condition(pid=1, written=0.0, loaded=0.0, error=None)
    status: dict[str, Any] = await daemon_status([office.world], condition, Board())
    (network,) = status["networks"]
    assert network["queued"] == 8
    last = datetime.fromisoformat(network["reached_by"]).timestamp()
    assert 7 * 60 <= last - office.clock.time <= 8 * 60
