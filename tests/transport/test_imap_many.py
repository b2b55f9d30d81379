"""Many mails at once, after an outage: few round trips, nothing lost, nobody's mail in the way of another's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from binrelay.ports import Listing, Room
from binrelay.transport.imap_messages import TOGETHER, _batches
from tests.support.dovecot import Dovecot, Options
from tests.transport.imap_desk import account_at, connected

MANY = 230  # more than one command may name
SERVERS = {
    "MOVE": Options(),
    "no MOVE": Options(without=["MOVE"]),
    "neither MOVE nor UIDPLUS": Options(without=["MOVE", "UIDPLUS"]),
}


@pytest.fixture(scope="module", params=list(SERVERS.values()), ids=list(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with Dovecot(request.param) as running:
        yield running


def a_mail(number: int, octets: int = 300) -> bytes:
    head = b"Message-ID: <%d@politie.example>\r\n\r\n" % number
    return head + b"x" * (octets - len(head) - 2) + b"\r\n"


def fill(server: Dovecot, user: str, mails: list[bytes]) -> None:
    with server.mail_program(user) as program:
        for mail in mails:
            program.append("INBOX", mail)


async def test_hundreds_of_mails_are_fetched_whole_and_filed_each_once(server: Dovecot) -> None:
    user, mails = server.new_user(), [a_mail(number) for number in range(MANY)]
    fill(server, user, mails)
    async with connected(account_at(server, user)) as inbox:
        listings = await inbox.listing(Room.INBOX)
        arrivals = await inbox.fetch_together(listings)
        await inbox.file_all([listing.handle for listing in listings], Room.DONE)
        done = inbox.folder_paths()[Room.DONE]
        assert list(await inbox.listing(Room.INBOX)) == []
    assert [arrivals[listing.handle].content for listing in listings] == mails
    assert server.messages(user, done) == mails


async def test_what_a_person_moved_meanwhile_is_no_trouble_for_the_others(server: Dovecot) -> None:
    user = server.new_user()
    fill(server, user, [a_mail(number) for number in range(5)])
    async with connected(account_at(server, user)) as inbox:
        listings = await inbox.listing(Room.INBOX)
        paths = inbox.folder_paths()
        assert server.move(user, ("INBOX", paths[Room.REJECTED]), b"<2@") == 1
        found = await inbox.fetch_together(listings)
        await inbox.file_all([listing.handle for listing in listings], Room.HELD)
        assert list(await inbox.listing(Room.INBOX)) == []
    assert listings[2].handle not in found
    assert len(found) == 4
    assert len(server.messages(user, paths[Room.HELD])) == 4


async def test_filing_together_leaves_mails_unread(server: Dovecot) -> None:
    user = server.new_user()
    fill(server, user, [a_mail(number) for number in range(3)])
    async with connected(account_at(server, user)) as inbox:
        listings = await inbox.listing(Room.INBOX)
        await inbox.fetch_together(listings)
        await inbox.file_all([listing.handle for listing in listings], Room.DONE)
        done = inbox.folder_paths()[Room.DONE]
    with server.mail_program(user) as program:
        assert program.flags(done) == [frozenset()] * 3


async def test_a_mail_larger_than_announced_is_left_for_a_question_of_its_own(server: Dovecot) -> None:
    user = server.new_user()
    fill(server, user, [a_mail(1, 20_000), a_mail(2)])
    async with connected(account_at(server, user)) as inbox:
        large, small = await inbox.listing(Room.INBOX)
        found = await inbox.fetch_together([Listing(large.handle, 100, large.arrived), small])
    assert list(found) == [small.handle]


async def test_nothing_to_fetch_asks_nothing(server: Dovecot) -> None:
    async with connected(account_at(server, server.new_user())) as inbox:
        assert await inbox.fetch_together([]) == {}
        await inbox.file_all([], Room.DONE)


@pytest.mark.parametrize("sizes", [[10_000] * 1000, [100] * 1000, [200_000, 10] * 40, [250_000] * 9, [1]])
def test_an_answer_to_many_is_bounded_even_where_servers_only_estimate(sizes: list[int]) -> None:
    batches = list(_batches(dict(enumerate(sizes, 1))))
    assert [uid for uids, _ in batches for uid in uids] == list(range(1, len(sizes) + 1))
    for uids, most in batches:
        assert len(uids) <= 200
        assert len(uids) * most <= TOGETHER
        assert all(most > sizes[uid - 1] for uid in uids)
