"""What is kept about one person: all of it, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import replace

from binrelay.mail.address import Address
from binrelay.records import Kind, Plan
from binrelay.records.members import BounceRecord
from binrelay.store.store import SqlStore
from tests.store.values import (
    ARRIVAL,
    BULLETIN,
    CONVERSATION,
    DAY,
    HELD,
    JAN,
    MAIL,
    ME,
    NETWORK,
    NOW,
    PLAN,
    POLICE,
    a_claim,
    an_address,
    members,
    outcomes,
)

EVA = an_address("eva@mail.example")
CONTENT = b"Subject: =?utf-8?q?[BIN]_Gele_Polo?=\r\n\r\nWie heeft hem gezien?\r\n"


async def a_full_life(store: SqlStore, person: Address) -> None:
    """A bulletin to them, a reply of theirs with its answer, a held mail and a bounce."""
    bulletin = replace(MAIL, content=CONTENT, recipients=(*members(2), person))
    await store.enqueue(replace(PLAN, mails=(bulletin,), bulletin=BULLETIN))
    reply = replace(MAIL, key="talk", kind=Kind.REPLY, message_id="talk@bin.example", may_name=(person,))
    await store.enqueue(
        Plan(
            arrival=replace(ARRIVAL, id="B", digest="b", decision="reply", author=person, subject="Re: Polo"),
            mails=(replace(reply, recipients=(POLICE,)),),
            conversations=(replace(CONVERSATION, member=person),),
            bounces=(BounceRecord(person, "5.1.1", "failed", None, NOW),),
        )
    )
    await store.enqueue(Plan(arrival=replace(HELD, author=person)))


async def test_every_kind_of_row_is_shown(store: SqlStore) -> None:
    await a_full_life(store, JAN)
    (dossier,) = await store.dossiers([an_address("jan@MAIL.example")])
    assert dossier.network == NETWORK
    assert [each.id for each in dossier.arrivals] == ["B", HELD.id]
    assert dossier.contents == {HELD.id}
    assert [(talk.conversation.tag, talk.subject) for talk in dossier.talks] == [(CONVERSATION.tag, "Yellow  Polo")]
    assert [(each.mail, each.kind, each.subject) for each in dossier.received] == [
        (MAIL.key, Kind.BULLETIN, "[BIN] Gele Polo")
    ]
    assert len(dossier.bounces) == 1
    assert dossier.named_in == 1


async def test_nobody_else_is_in_it(store: SqlStore) -> None:
    await a_full_life(store, JAN)
    (dossier,) = await store.dossiers(members(2)[:1])
    assert "jan" not in repr(dossier).lower()
    assert "member1" not in repr(dossier)
    assert await store.dossiers([EVA]) == ()


async def test_all_addresses_of_one_person_make_one_dossier(store: SqlStore) -> None:
    await a_full_life(store, JAN)
    await store.enqueue(Plan(arrival=replace(ARRIVAL, id="C", digest="c", author=EVA)))
    (dossier,) = await store.dossiers([JAN, EVA])
    assert {each.id for each in dossier.arrivals} == {"B", "C", HELD.id}


async def test_networks_are_kept_apart(store: SqlStore) -> None:
    await a_full_life(store, JAN)
    await store.post([replace(MAIL, key="elsewhere", network="oost", message_id="e@bin.example", recipients=(JAN,))])
    assert [each.network for each in await store.dossiers([JAN])] == ["oost", NETWORK]
    (here,) = await store.dossiers([JAN], NETWORK)
    assert [each.mail for each in here.received] == [MAIL.key]


async def test_once_the_content_is_forgotten_the_bulletins_subject_is_still_told(store: SqlStore) -> None:
    await a_full_life(store, JAN)
    while batch := await store.claim(a_claim()):
        await store.record(outcomes(batch.ids), owner=ME)
    await store.forget(NETWORK, NOW + DAY, 0)
    (dossier,) = await store.dossiers([JAN])
    assert [(each.subject, each.state, each.done, each.content_kept) for each in dossier.received] == [
        ("Yellow  Polo", "sent", NOW, False)
    ]
