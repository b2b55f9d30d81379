"""Newcomers are welcomed once; who was there before is not, and nobody is greeted by accident."""

from __future__ import annotations

from dataclasses import replace

from binrelay.mail.scrub import Person
from binrelay.model import Language, Network
from binrelay.records.members import Cause, State
from binrelay.rules.membership import joined, paused
from binrelay.workers.membership import renew
from tests.rules.good import MEMBERS, NETWORK, member
from tests.workers.conftest import Office

NEW = member("nieuw@mail.example", language=Language.FR)


def yaml(*, welcome: bool, new: bool) -> Network:
    members = (*MEMBERS, NEW) if new else MEMBERS
    roster = {each.key: one for one in members for each in one.addresses}
    return replace(NETWORK, members=members, roster=roster, welcome=welcome)


async def edit(office: Office, *, welcome: bool, new: bool) -> list[str]:
    """The YAML is edited; who has got mail so far."""
    office.world.listed = yaml(welcome=welcome, new=new)
    await renew(office.world)
    await office.send()
    return office.provider.recipients


async def test_who_is_there_when_it_is_switched_on_is_not_welcomed_and_who_comes_later_is_once(office: Office) -> None:
    assert await edit(office, welcome=True, new=False) == []
    assert await edit(office, welcome=True, new=True) == [str(NEW.address)]
    assert await edit(office, welcome=True, new=False) == [str(NEW.address)]
    assert await edit(office, welcome=True, new=True) == [str(NEW.address)]
    assert b"Bienvenue" in office.provider.taken[0][1]


async def test_who_was_added_while_it_was_off_is_no_newcomer_when_it_is_switched_on(office: Office) -> None:
    assert await edit(office, welcome=False, new=False) == []
    assert await edit(office, welcome=False, new=True) == []
    assert await edit(office, welcome=True, new=True) == []


async def test_a_neighbour_who_comes_back_from_a_pause_is_no_newcomer(office: Office) -> None:
    away = paused(MEMBERS[0], NETWORK, cause=Cause.OWN_WISH, now=1.0)
    await office.store.stand((away,))
    await edit(office, welcome=True, new=False)
    await office.store.stand((replace(away, state=State.AS_LISTED),))
    assert await edit(office, welcome=True, new=False) == []


async def test_who_joined_by_mail_is_not_welcomed_again_when_the_yaml_lists_them(office: Office) -> None:
    await edit(office, welcome=False, new=False)
    await office.store.stand((joined(NEW.address, NETWORK, language=Language.NL, now=1.0),))
    await renew(office.world)
    assert await edit(office, welcome=True, new=True) == []


async def test_an_erased_newcomer_leaves_no_mark(office: Office) -> None:
    await edit(office, welcome=True, new=False)
    before = await office.store.acquainted(NETWORK.id)
    await edit(office, welcome=True, new=True)
    after = await office.store.acquainted(NETWORK.id)
    assert before is not None
    assert after is not None
    assert len(after - before) == 1
    assert not any("nieuw" in mark for mark in after)
    await office.store.erase(Person(NEW.addresses, None))
    assert await office.store.acquainted(NETWORK.id) == before
