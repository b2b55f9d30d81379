"""Forgetting at a person's wish."""

from __future__ import annotations

from dataclasses import replace

from binrelay.mail.address import Address
from binrelay.mail.scrub import Person
from binrelay.records import Kind, Plan, Results
from binrelay.records.members import BounceRecord
from binrelay.store.store import SqlStore, open_store
from tests.store.conftest import Hand, OnDisk
from tests.store.values import (
    ARRIVAL,
    BULLETIN,
    CONVERSATION,
    HELD,
    JAN,
    MAIL,
    ME,
    NETWORK,
    NOW,
    PLAN,
    POLICE,
    QUERY,
    a_claim,
    an_address,
    outcomes,
)

WHO = Person((JAN,), "Jan de Vries")


async def everything_about(store: SqlStore, person: Address) -> None:
    """A bulletin to them, a conversation with them, a held mail and a bounce of theirs."""
    await store.enqueue(replace(PLAN, mails=(replace(MAIL, recipients=(POLICE, person)),)))
    talk = replace(MAIL, key="talk", kind=Kind.REPLY, message_id="talk@bin.example", may_name=(person,))
    await store.enqueue(
        Plan(
            arrival=replace(ARRIVAL, id="B", digest="b", author=person, subject=f"from {person}"),
            mails=(replace(talk, content=b"by " + str(person).encode(), recipients=(POLICE,)),),
            conversations=(replace(CONVERSATION, member=person),),
            bounces=(BounceRecord(person, "5.1.1", "failed", MAIL.message_id, NOW, counts=True),),
        )
    )
    answer = replace(MAIL, key="answer", kind=Kind.ANSWER, message_id="answer@bin.example", recipients=(person,))
    await store.post([replace(answer, content=b"To: " + str(person).encode())])
    await store.enqueue(Plan(arrival=replace(HELD, author=person, content=b"From: " + str(person).encode())))


async def test_an_erased_address_is_nowhere(store: SqlStore, on_disk: OnDisk) -> None:
    await everything_about(store, JAN)
    assert str(JAN).encode() in on_disk()
    assert await store.erase(WHO) > 0
    assert await store.dossiers([JAN]) == ()
    assert await store.columns_showing(WHO) == []
    for spelling in (JAN.key, JAN.spelled):
        assert spelling.encode() not in on_disk()


async def test_an_erased_address_is_gone_from_server_replies(store: SqlStore, on_disk: OnDisk) -> None:
    await store.post([replace(MAIL, recipients=(JAN,))])
    batch = await store.claim(a_claim())
    assert batch is not None
    said = [
        replace(outcome, text=f"<{JAN}>: no such user") for outcome in outcomes(batch.ids, "failed", status="5.1.1")
    ]
    await store.record(said, owner=ME)
    await store.erase(WHO)
    assert b"no such user" not in on_disk()
    assert await store.results(NETWORK, MAIL.key) == Results(1, 0, 0, 0, 0, 0, ())


async def test_after_erasure_the_bulletin_goes_on_to_the_others(store: SqlStore) -> None:
    await everything_about(store, JAN)
    await store.erase(WHO)
    batch = await store.claim(a_claim())
    assert batch is not None
    assert (batch.mail.key, batch.mail.recipients) == (MAIL.key, (POLICE,))
    assert await store.claim(a_claim()) is None
    assert await store.held() == ()


async def test_erasure_works_beside_the_running_daemon(store: SqlStore, url: str, clock: Hand) -> None:
    await everything_about(store, JAN)
    command = await open_store(url, now=clock)
    assert await command.erase(WHO) > 0
    await command.close()
    assert await store.dossiers([JAN]) == ()


async def test_the_mails_that_have_to_leave_the_folders_are_marked(store: SqlStore) -> None:
    """What they wrote and what the police answered them, and not the bulletin they got."""
    answered = replace(ARRIVAL, id="ANSWERED", digest="a", decision="answer")
    answer = replace(MAIL, key="ANSWERED/answer", kind=Kind.ANSWER, message_id="x@bin.example", bulletin=None)
    await store.enqueue(replace(PLAN, mails=(replace(MAIL, recipients=(POLICE, JAN)),)))
    await store.enqueue(
        Plan(
            arrival=answered,
            mails=(replace(answer, conversation=CONVERSATION.tag, recipients=(JAN,), may_name=(JAN,)),),
            conversations=(CONVERSATION,),
        )
    )
    await store.enqueue(Plan(arrival=replace(ARRIVAL, id="WROTE", digest="w", author=JAN)))
    await store.erase(WHO)
    marked = [await store.arrival(NETWORK, digest) for digest in (ARRIVAL.digest, "a", "w")]
    assert [record is not None and record.erased for record in marked] == [False, True, True]


async def test_an_answer_that_comes_after_all_finds_no_conversation(store: SqlStore) -> None:
    mail = replace(MAIL, kind=Kind.REPLY, conversation=CONVERSATION.tag, bulletin=None, recipients=(POLICE,))
    await store.enqueue(Plan(arrival=ARRIVAL, mails=(mail,), conversations=(CONVERSATION,)))
    await store.erase(WHO)
    found = await store.recall(replace(QUERY, tags=(CONVERSATION.tag,), ids=(MAIL.message_id,)))
    assert found.tags == {}
    assert found.ids[MAIL.message_id].conversation is None
    assert (await store.recall(replace(QUERY, own_ids=(MAIL.message_id,)))).issued


async def test_all_addresses_and_the_name_go_at_once(store: SqlStore) -> None:
    work = an_address("jan@work.example")
    await store.enqueue(Plan(arrival=replace(ARRIVAL, author=work, subject="groet, Jan de Vries")))
    bulletin = replace(BULLETIN, subject="Jan de Vries vermist")
    await store.enqueue(replace(PLAN, arrival=replace(ARRIVAL, id="B", digest="b"), bulletin=bulletin))
    both = Person((JAN, work), "Jan de Vries")
    assert dict(await store.columns_showing(both)).keys() >= {"arrivals.author_key", "bulletins.subject"}
    await store.erase(both)
    assert await store.columns_showing(both) == []


async def test_a_content_that_was_found_to_show_them_goes_and_the_outbox_goes_on(
    store: SqlStore, on_disk: OnDisk
) -> None:
    done = replace(MAIL, key="done", message_id="done@bin.example", recipients=(), content=b"about jan@mail.example")
    await store.post([done, replace(MAIL, key="open", message_id="open@bin.example")])
    found = {each.record: each for each in await store.kept_contents()}
    assert {name: each.waits for name, each in found.items()} == {"done": False, "open": True}
    assert await store.content(found["done"].id) == done.content
    await store.erase(WHO, showing=(found["done"].id,))
    assert b"about jan" not in on_disk()
    batch = await store.claim(a_claim())
    assert batch is not None
    assert batch.mail.key == "open"


async def test_erasing_again_changes_nothing(store: SqlStore) -> None:
    await everything_about(store, JAN)
    await store.erase(WHO)
    assert await store.erase(WHO) == 0
