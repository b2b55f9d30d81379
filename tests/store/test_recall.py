"""What the store remembers of mails, bulletins and conversations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.errors import StoreError
from binrelay.mail.marks import read_marks
from binrelay.mail.message import read_message
from binrelay.records import Kind, Known, Plan
from binrelay.store.store import SqlStore
from binrelay.workers.judge import query_for
from tests.rules.good import NETWORK as STREET
from tests.store.values import (
    ARRIVAL,
    BULLETIN,
    CONVERSATION,
    DAY,
    JAN,
    MAIL,
    NETWORK,
    NOW,
    PLAN,
    QUERY,
    an_address,
    members,
)

REPLY_ARRIVAL = replace(
    ARRIVAL, id="AAAA0002", digest="digest-2", decision="reply", author=JAN, message_id="jan-1@mail.example"
)
REPLY_MAIL = replace(
    MAIL,
    key="mail-2",
    kind=Kind.REPLY,
    message_id="ours-2@bin.example",
    bulletin=None,
    conversation=CONVERSATION.tag,
    recipients=members(1),
)
REPLY = Plan(arrival=REPLY_ARRIVAL, mails=(REPLY_MAIL,), conversations=(CONVERSATION,), replied=("B1",))


async def test_an_empty_memory_knows_nothing(store: SqlStore) -> None:
    found = await store.recall(replace(QUERY, ids=("a@b",), tags=("K7Q4M2X9",), subject="polo", author=JAN))
    assert (found.seen, found.issued, found.ids, found.tags, found.bulletins) == (None, False, {}, {}, {})
    assert (found.same_subject, found.between, found.bulletins_last_hour) == ((), (), 0)


async def test_the_same_mail_is_recognised(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    assert (await store.recall(replace(QUERY, digest=ARRIVAL.digest))).seen == ARRIVAL
    assert await store.arrival(NETWORK, ARRIVAL.digest) == ARRIVAL
    assert await store.arrival("elsewhere", ARRIVAL.digest) is None


async def test_our_own_mail_coming_back_is_recognised(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    assert (await store.recall(replace(QUERY, own_ids=(MAIL.message_id,)))).issued
    assert not (await store.recall(replace(QUERY, own_ids=(BULLETIN.original_id or "",)))).issued


async def test_our_own_mail_is_recognised_under_the_id_that_a_server_gave_it_besides(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    replaced = f"Message-ID: <new@ms.example>\r\nX-Microsoft-Original-Message-ID: <{MAIL.message_id}>\r\n\r\n".encode()
    message = read_message(replaced)
    marks = read_marks(message, own=STREET.address, network_name=STREET.name, subaddress=None)
    query = query_for(message, marks, replace(STREET, id=NETWORK), now=NOW)
    assert (await store.recall(query)).issued


async def test_notices_are_known_as_ours(store: SqlStore) -> None:
    await store.post([replace(MAIL, kind=Kind.NOTICE)])
    assert (await store.recall(replace(QUERY, own_ids=(MAIL.message_id,)))).issued


async def test_a_reply_to_our_mail_or_to_the_original_finds_the_bulletin(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    found = await store.recall(replace(QUERY, ids=(MAIL.message_id, "original-1@politie.example", "nobody@x.example")))
    assert found.ids == {
        MAIL.message_id: Known(ours=True, bulletin="B1", conversation=None),
        "original-1@politie.example": Known(ours=False, bulletin="B1", conversation=None),
    }
    assert found.bulletins == {"B1": BULLETIN}


async def test_an_answer_finds_its_conversation_and_that_the_bulletin(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    await store.enqueue(REPLY)
    for query in (replace(QUERY, ids=(REPLY_MAIL.message_id,)), replace(QUERY, tags=(CONVERSATION.tag,))):
        found = await store.recall(query)
        assert found.tags == {CONVERSATION.tag: CONVERSATION}
        assert found.bulletins == {"B1": replace(BULLETIN, replied=True)}


async def test_a_members_own_mail_leads_to_the_conversation_it_began(store: SqlStore) -> None:
    await store.enqueue(REPLY)
    found = await store.recall(replace(QUERY, ids=("jan-1@mail.example",)))
    assert found.ids == {"jan-1@mail.example": Known(ours=False, bulletin=None, conversation=CONVERSATION.tag)}


async def test_a_mail_that_began_two_conversations_points_at_neither(store: SqlStore) -> None:
    second = replace(CONVERSATION, tag="ZZZZ0000", partner="gemeente")
    await store.enqueue(replace(REPLY, conversations=(CONVERSATION, second)))
    assert (await store.recall(replace(QUERY, ids=("jan-1@mail.example",)))).ids == {}


async def test_a_borrowed_message_id_does_not_change_its_meaning(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    for borrowed in (MAIL.message_id, "original-1@politie.example"):
        arrival = replace(REPLY_ARRIVAL, id=borrowed[:8], digest=borrowed, message_id=borrowed)
        await store.enqueue(Plan(arrival=arrival, conversations=(CONVERSATION,)))
        found = await store.recall(replace(QUERY, ids=(borrowed,)))
        assert found.ids[borrowed].bulletin == "B1"


async def test_a_conversation_keeps_its_newest_state(store: SqlStore) -> None:
    await store.enqueue(REPLY)
    later = replace(CONVERSATION, partner_last_id="politie-2@politie.example", acknowledged_at=NOW)
    await store.enqueue(Plan(arrival=replace(ARRIVAL, message_id=None), conversations=(later,)))
    assert (await store.recall(replace(QUERY, tags=(CONVERSATION.tag,)))).tags == {CONVERSATION.tag: later}


@pytest.mark.parametrize(
    "thief", [replace(CONVERSATION, member=an_address("eva@mail.example")), replace(CONVERSATION, partner="gemeente")]
)
async def test_a_tag_never_passes_to_another_member_or_partner(store: SqlStore, thief: object) -> None:
    await store.enqueue(REPLY)
    with pytest.raises(StoreError, match="tag"):
        await store.enqueue(replace(PLAN, conversations=(thief,)))  # type: ignore[arg-type]
    assert await store.arrival(NETWORK, ARRIVAL.digest) is None
    assert (await store.recall(replace(QUERY, tags=(CONVERSATION.tag,)))).tags == {CONVERSATION.tag: CONVERSATION}


async def test_the_subject_finds_bulletins_of_the_last_sixty_days(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    asked = replace(QUERY, subject="yellow polo")
    found = await store.recall(replace(asked, now=NOW + 60 * DAY))
    assert found.same_subject == ("B1",)
    assert found.bulletins == {"B1": BULLETIN}
    assert (await store.recall(replace(asked, now=NOW + 60 * DAY + 1))).same_subject == ()
    assert (await store.recall(replace(asked, network="elsewhere"))).same_subject == ()


async def test_an_empty_subject_finds_nothing(store: SqlStore) -> None:
    await store.enqueue(replace(PLAN, bulletin=replace(BULLETIN, subject=" ")))
    assert (await store.recall(replace(QUERY, subject="  "))).same_subject == ()


async def test_between_holds_the_members_own_conversations_about_that_bulletin(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    await store.enqueue(REPLY)
    asked = replace(QUERY, ids=(MAIL.message_id,), author=an_address("JAN@mail.example"))
    assert (await store.recall(asked)).between == (CONVERSATION,)
    assert (await store.recall(replace(asked, author=members(1)[0]))).between == ()
    assert (await store.recall(replace(asked, ids=()))).between == ()


async def test_the_last_hour_is_counted_for_each_partner(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    asked = replace(QUERY, partner="politie")
    assert (await store.recall(asked)).bulletins_last_hour == 1
    assert (await store.recall(replace(asked, partner=None))).bulletins_last_hour == 0
    assert (await store.recall(replace(asked, now=NOW + 3600))).bulletins_last_hour == 0


async def test_the_networks_own_bulletins_are_counted_too(store: SqlStore) -> None:
    await store.enqueue(replace(PLAN, bulletin=replace(BULLETIN, partner=None)))
    assert (await store.recall(QUERY)).bulletins_last_hour == 1


async def test_a_mail_that_points_at_thousands_of_others_is_no_trouble(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    noise = tuple(f"{number}@noise.example" for number in range(40_000))
    found = await store.recall(replace(QUERY, ids=(*noise, MAIL.message_id)))
    assert list(found.ids) == [MAIL.message_id]


async def test_one_bulletin_by_its_id(store: SqlStore) -> None:
    await store.enqueue(PLAN)
    assert await store.bulletin(NETWORK, "B1") == BULLETIN
    assert await store.bulletin(NETWORK, "B2") is None
