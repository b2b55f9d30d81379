"""What members wish is kept, one row each, and goes when nothing is left to keep."""

from __future__ import annotations

from dataclasses import replace

from binrelay.mail.scrub import Person
from binrelay.model import Language, Listed
from binrelay.records.members import Cause, Standing, State
from binrelay.store.store import SqlStore
from tests.store.values import JAN, NETWORK, NOW, PLAN

AWAY = Standing(NETWORK, JAN, State.PAUSED, Cause.OWN_WISH, NOW, Listed.ACTIVE, until=NOW + 60)
NEW = Standing(NETWORK, JAN, State.JOINED, Cause.COORDINATOR, NOW, Listed.ABSENT, name="Jan", language=Language.DE)


async def test_a_standing_comes_back_as_it_was_kept(store: SqlStore) -> None:
    for standing in (AWAY, NEW):
        await store.stand((standing,))
        assert tuple(await store.standings(NETWORK)) == (standing,)


async def test_another_network_has_standings_of_its_own(store: SqlStore) -> None:
    other = replace(AWAY, network="elsewhere", until=None)
    await store.stand((AWAY, other))
    assert tuple(await store.standings("elsewhere")) == (other,)
    assert len(await store.standings()) == 2


async def test_of_who_is_as_listed_nothing_is_kept(store: SqlStore) -> None:
    await store.stand((AWAY,))
    await store.stand((replace(AWAY, state=State.AS_LISTED),))
    assert not await store.standings()


async def test_a_wish_is_written_with_the_mail_that_utters_it_or_not_at_all(store: SqlStore) -> None:
    assert await store.enqueue(replace(PLAN, standings=(AWAY,)))
    assert not await store.enqueue(replace(PLAN, standings=(NEW,)))
    assert tuple(await store.standings(NETWORK)) == (AWAY,)


async def test_another_process_sees_it(store: SqlStore, other: SqlStore) -> None:
    await other.stand((AWAY,))
    assert tuple(await store.standings(NETWORK)) == (AWAY,)


async def test_an_erased_member_has_no_standing(store: SqlStore) -> None:
    await store.stand((AWAY,))
    assert [dossier.standings for dossier in await store.dossiers([JAN])] == [(AWAY,)]
    await store.erase(Person((JAN,), None))
    assert not await store.standings()
