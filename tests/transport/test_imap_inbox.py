"""The coordinator's mailbox on a real Dovecot: mail comes in, is read, and lies where a person finds it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from binrelay.errors import MailboxRefused
from binrelay.ports import Handle, Room
from tests.support.dovecot import Dovecot
from tests.transport.imap_desk import FOLDERS, account_at, connected

MAIL = b"From: wijkagent@politie.example\r\nMessage-ID: <polo@politie.example>\r\n\r\n* Gele (Polo) gezien.\r\n"
ARRIVED = 1_760_000_000.0
OURS = [Room.DONE, Room.HELD, Room.RELEASE, Room.REJECTED]


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot() as running:
        yield running


@pytest.fixture
def user(server: Dovecot) -> str:
    return server.new_user()


async def test_the_folders_are_there_and_mail_programs_show_them(server: Dovecot, user: str) -> None:
    async with connected(account_at(server, user)) as inbox:
        paths = inbox.folder_paths()
    ours = {"BIN/Verwerkt", "BIN/Wacht & zie é", "BIN/Vrijgeven", "BIN/Geweigerd"}
    assert {paths[room] for room in OURS} == ours
    assert paths[Room.INBOX] == "INBOX"
    with server.mail_program(user) as program:
        assert ours <= set(program.folders())
        assert ours <= set(program.subscribed())


async def test_connecting_again_creates_nothing_new(server: Dovecot, user: str) -> None:
    async with connected(account_at(server, user)):
        before = server.folders(user)
    async with connected(account_at(server, user)):
        assert server.folders(user) == before


async def test_a_mail_is_listed_and_fetched_byte_by_byte(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL, date=ARRIVED)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        arrival = await inbox.fetch(listing, limit=None)
    assert (listing.size, listing.arrived) == (len(MAIL), ARRIVED)
    assert arrival is not None
    assert (arrival.content, arrival.arrived, arrival.size, arrival.whole) == (MAIL, ARRIVED, len(MAIL), True)
    assert arrival.handle == listing.handle


async def test_of_a_mail_over_the_limit_only_the_header_is_fetched(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        arrival = await inbox.fetch(listing, limit=len(MAIL) - 1)
        exact = await inbox.fetch(listing, limit=len(MAIL))
    assert arrival is not None
    assert arrival.content == MAIL.partition(b"* Gele")[0]
    assert (arrival.whole, arrival.size) == (False, len(MAIL))
    assert exact is not None
    assert exact.whole


async def test_reading_and_filing_leave_a_mail_unread(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        await inbox.fetch(listing, limit=None)
        await inbox.fetch(listing, limit=1)
        await inbox.recent_headers(Room.INBOX, 5)
        await inbox.find(Room.INBOX, "polo@politie.example")
        await inbox.file_all((listing.handle,), Room.HELD)
    with server.mail_program(user) as program:
        assert program.flags("BIN/Wacht & zie é") == [frozenset()]


async def test_a_mail_that_was_read_by_a_person_stays_read_when_filed(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    with server.mail_program(user) as program:
        program.flag("INBOX", b"Polo", "\\Seen")
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        await inbox.file_all((listing.handle,), Room.DONE)
    with server.mail_program(user) as program:
        assert program.flags("BIN/Verwerkt") == [frozenset({"\\Seen"})]


async def test_only_newer_mail_is_listed_after_a_uid(server: Dovecot, user: str) -> None:
    async with connected(account_at(server, user)) as inbox:
        server.append(user, "INBOX", MAIL)
        server.append(user, "INBOX", MAIL)
        first, second = await inbox.listing(Room.INBOX)
        assert first.handle.uid < second.handle.uid
        assert list(await inbox.listing(Room.INBOX, after=first.handle.uid)) == [second]
        assert list(await inbox.listing(Room.INBOX, after=second.handle.uid)) == []


async def test_the_uid_span_is_that_of_this_moment(server: Dovecot, user: str) -> None:
    async with connected(account_at(server, user)) as inbox:
        uidvalidity, uidnext = await inbox.uid_span()
        server.append(user, "INBOX", MAIL)
        assert await inbox.uid_span() == (uidvalidity, uidnext + 1)
        [listing] = await inbox.listing(Room.INBOX)
    assert listing.handle == Handle(Room.INBOX, uidvalidity, uidnext)


async def test_what_a_person_took_away_lies_there_no_more(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    server.append(user, "INBOX", MAIL.replace(b"Polo", b"Golf"))
    async with connected(account_at(server, user)) as inbox:
        uidvalidity, both = await inbox.uids()
        server.move(user, ("INBOX", "BIN/Verwerkt"), b"Polo")
        _, rest = await inbox.uids()
        [listing] = await inbox.listing(Room.INBOX)
    assert len(both) == 2
    assert rest == {listing.handle.uid} < both
    assert uidvalidity == listing.handle.uidvalidity


async def test_a_mail_that_comes_while_the_inbox_is_looked_over_is_taken_in_at_once(server: Dovecot, user: str) -> None:
    async with connected(account_at(server, user)) as inbox:
        assert not await inbox.listing(Room.INBOX)
        server.append(user, "INBOX", MAIL)
        _, there = await inbox.uids()
        assert len(there) == 1
        assert await inbox.wait(0)


async def test_a_mail_that_a_person_moved_meanwhile_is_no_error(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        server.move(user, ("INBOX", "BIN/Verwerkt"), b"Polo")
        await inbox.listing(Room.INBOX)
        assert await inbox.fetch(listing, limit=None) is None
        assert await inbox.fetch(listing, limit=1) is None
        await inbox.file_all((listing.handle,), Room.HELD)
        assert list(await inbox.listing(Room.HELD)) == []


async def test_what_a_person_drags_to_release_is_seen_though_the_folder_was_selected(
    server: Dovecot, user: str
) -> None:
    server.append(user, "INBOX", MAIL)
    async with connected(account_at(server, user)) as inbox:
        assert list(await inbox.listing(Room.RELEASE)) == []
        server.move(user, ("INBOX", "BIN/Vrijgeven"), b"Polo")
        [listing] = await inbox.listing(Room.RELEASE)
        assert listing.handle.room is Room.RELEASE


async def test_what_an_old_mail_program_only_marked_as_deleted_is_gone_for_us_too(server: Dovecot, user: str) -> None:
    async with connected(account_at(server, user)) as inbox:
        server.append(user, "BIN/Wacht & zie é", MAIL)
        with server.mail_program(user) as program:
            program.move_by_copy(("BIN/Wacht & zie é", "BIN/Vrijgeven"), b"Polo")
        assert list(await inbox.listing(Room.HELD)) == []
        assert len(await inbox.listing(Room.RELEASE)) == 1


async def test_a_mail_is_found_by_its_whole_message_id_only(server: Dovecot, user: str) -> None:
    async with connected(account_at(server, user)) as inbox:
        for message_id in (b"<a@b.example>", b"<A@b.example>", b"<xa@b.example>", b"\r\n <a@b.example>"):
            server.append(user, "BIN/Verwerkt", b"Message-ID: %s\r\n\r\nx\r\n" % message_id)
        found = await inbox.find(Room.DONE, "a@b.example")
        assert [listing.handle.uid for listing in found] == [1, 4]
        assert len(await inbox.find(Room.DONE, None)) == 4
        assert list(await inbox.find(Room.DONE, 'é"\\ @\r\nLOGOUT')) == []


async def test_an_odd_message_id_is_found_too(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", 'Message-ID: <"x\\y z"é@b.example>\r\n\r\nx\r\n'.encode())
    async with connected(account_at(server, user)) as inbox:
        assert len(await inbox.find(Room.INBOX, '"x\\y z"é@b.example')) == 1


async def test_the_newest_headers_come_first(server: Dovecot, user: str) -> None:
    for number in range(12):
        server.append(user, "INBOX", b"Subject: %d\r\n\r\nbody\r\n" % number)
    async with connected(account_at(server, user)) as inbox:
        headers = await inbox.recent_headers(Room.INBOX, 10)
        assert await inbox.recent_headers(Room.INBOX, 0) == []
    assert headers == [b"Subject: %d\r\n\r\n" % number for number in range(11, 1, -1)]


async def test_a_folder_that_a_person_deleted_comes_back_for_the_mail(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    async with connected(account_at(server, user)) as inbox:
        with server.mail_program(user) as program:
            program.delete("BIN/Verwerkt")
            program.delete("BIN/Vrijgeven")
        [listing] = await inbox.listing(Room.INBOX)
        await inbox.file_all((listing.handle,), Room.DONE)
        assert list(await inbox.listing(Room.RELEASE)) == []
    assert server.messages(user, "BIN/Verwerkt") == [MAIL]


async def test_no_mail_is_touched_when_the_folder_was_numbered_anew(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        stale = replace(listing, handle=replace(listing.handle, uidvalidity=listing.handle.uidvalidity - 1))
        assert await inbox.fetch(stale, limit=None) is None
        with pytest.raises(MailboxRefused, match="anew"):
            await inbox.file_all((stale.handle,), Room.DONE)
    assert server.messages(user, "INBOX") == [MAIL]


async def test_filing_a_mail_where_it_is_leaves_it_there(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        await inbox.file_all((listing.handle,), Room.INBOX)
        assert list(await inbox.listing(Room.INBOX)) == [listing]


async def test_a_separator_in_a_configured_name_does_not_make_a_level(server: Dovecot, user: str) -> None:
    folders = replace(FOLDERS, root="Archief/BIN", done="Ja/nee 100%*")
    async with connected(account_at(server, user), folders=folders) as inbox:
        assert inbox.folder_paths()[Room.DONE] == "Archief/BIN/Ja_nee 100%*"
        server.append(user, "Archief/BIN/Ja_nee 100%*", MAIL)
        assert len(await inbox.listing(Room.DONE)) == 1


async def test_calls_at_the_same_time_each_get_their_own_answer(server: Dovecot, user: str) -> None:
    server.append(user, "INBOX", MAIL)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        arrivals = await asyncio.gather(
            *(inbox.fetch(listing, limit=None) for _ in range(5)), inbox.find(Room.HELD, None)
        )
    assert [getattr(arrival, "content", None) for arrival in arrivals[:5]] == [MAIL] * 5
    assert arrivals[5] == []
