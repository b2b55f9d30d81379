"""A server that misbehaves: every call ends, no answer is taken for another's, and a lost line is noticed at once."""

from __future__ import annotations

import asyncio
import time

import pytest

from binrelay.errors import MailboxLost, MailboxRefused
from binrelay.ports import Handle, Listing, Room
from binrelay.transport.imap_session import Limits
from tests.support.imap_peer import MAIL, ImapPeer, Trick
from tests.transport.imap_desk import inbox_at

HANDLE = Handle(Room.INBOX, 42, 7)
LISTING = Listing(HANDLE, len(MAIL), 0.0)
PATIENT = Limits(connect=20.0, command=20.0, renewal=20.0)


@pytest.mark.parametrize("trick", [Trick.CLOSES_IN_IDLE, Trick.RESETS_IN_IDLE, Trick.BYE_IN_IDLE])
async def test_a_line_cut_in_idle_is_noticed_at_once(trick: Trick) -> None:
    async with ImapPeer(trick) as peer, inbox_at(peer, limits=PATIENT) as inbox:
        await inbox.connect()
        start = time.perf_counter()
        with pytest.raises(MailboxLost):
            await inbox.wait(600)
        assert time.perf_counter() - start < PATIENT.command / 2


async def test_a_server_that_falls_silent_in_idle_is_lost_after_the_renewal() -> None:
    async with ImapPeer(Trick.SILENT_AFTER_IDLE) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        start = time.perf_counter()
        with pytest.raises(MailboxLost, match="no answer within"):
            await inbox.wait(0.2)
        assert 0.4 < time.perf_counter() - start < 15


async def test_idle_that_is_never_begun_has_an_end() -> None:
    async with ImapPeer(Trick.NEVER_BEGINS_IDLE) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        with pytest.raises(MailboxLost, match="no answer within"):
            await inbox.wait(600)


async def test_a_server_that_refuses_the_idle_it_announced_is_asked_instead() -> None:
    async with ImapPeer(Trick.NO_IDLE) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        assert not await inbox.wait(0.2)
        assert sum(line.endswith(" IDLE") for line in peer.said) == 1
        assert sum(line.endswith(" NOOP") for line in peer.said) >= 2


@pytest.mark.parametrize("trick", [Trick.SPEAKS_IN_IDLE, Trick.EXPUNGES_IN_IDLE])
async def test_news_in_idle_ends_the_wait(trick: Trick) -> None:
    async with ImapPeer(trick) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        assert await inbox.wait(600)


async def test_small_talk_in_idle_does_not_end_the_wait() -> None:
    async with ImapPeer(Trick.TRIVIAL_IN_IDLE) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        assert not await inbox.wait(0.1)


async def test_a_mail_announced_while_another_is_fetched_is_news() -> None:
    async with ImapPeer(Trick.NEWS_IN_FETCH) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        assert await inbox.fetch(LISTING, limit=None) is not None
        assert await inbox.wait(600)
        assert not any(line.endswith(" IDLE") for line in peer.said)


@pytest.mark.parametrize(
    ("trick", "reason"),
    [
        (Trick.BYE_GREETING, "does not want us: .* BYE too many connections"),
        (Trick.CLOSED_BEFORE_GREETING, "closed"),
        (Trick.NO_GREETING, "no answer within"),
    ],
)
async def test_a_server_that_does_not_greet_is_lost(trick: Trick, reason: str) -> None:
    limits = Limits(connect=0.3)
    async with ImapPeer(trick) as peer, inbox_at(peer, limits=limits) as inbox:
        with pytest.raises(MailboxLost, match=reason):
            await inbox.connect()


async def test_a_port_where_nobody_listens_is_lost() -> None:
    async with ImapPeer() as peer:
        pass
    async with inbox_at(peer) as inbox:
        with pytest.raises(MailboxLost, match="no connection"):
            await inbox.connect()


@pytest.mark.parametrize(
    "trick", [Trick.WRONG_TAG, Trick.GARBAGE, Trick.ENDLESS_LINE, Trick.SILENT_SEARCH, Trick.UNBALANCED]
)
async def test_an_answer_out_of_step_ends_the_connection_for_good(trick: Trick) -> None:
    async with ImapPeer(trick) as peer, inbox_at(peer, limits=Limits(command=2.0)) as inbox:
        await inbox.connect()
        with pytest.raises(MailboxLost):
            await inbox.listing(Room.INBOX)
        with pytest.raises(MailboxLost):
            await inbox.uid_span()


async def test_a_move_that_is_never_answered_has_an_end() -> None:
    async with ImapPeer(Trick.SILENT_MOVE) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        start = time.perf_counter()
        with pytest.raises(MailboxLost, match="no answer within"):
            await inbox.file_all((HANDLE,), Room.DONE)
        assert time.perf_counter() - start < 15


async def test_a_cancelled_call_leaves_no_answer_for_the_next() -> None:
    async with ImapPeer(Trick.SILENT_MOVE) as peer, inbox_at(peer, limits=PATIENT) as inbox:
        await inbox.connect()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(inbox.file_all((HANDLE,), Room.DONE), 0.05)
        with pytest.raises(MailboxLost, match="cancelled"):
            await inbox.listing(Room.INBOX)
        await inbox.connect()
        assert len(await inbox.listing(Room.INBOX)) == 1


async def test_a_cancelled_wait_ends_at_once() -> None:
    async with ImapPeer() as peer, inbox_at(peer, limits=PATIENT) as inbox:
        await inbox.connect()
        waiting = asyncio.create_task(inbox.wait(600))
        await peer.idling.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_closing_ends_a_wait() -> None:
    async with ImapPeer() as peer, inbox_at(peer, limits=PATIENT) as inbox:
        await inbox.connect()
        waiting = asyncio.create_task(inbox.wait(600))
        await peer.idling.wait()
        await inbox.close()
        with pytest.raises(MailboxLost, match="closed"):
            await waiting


async def test_closing_logs_out_and_never_expunges_by_close() -> None:
    async with ImapPeer() as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        await inbox.close()
    assert any(line.endswith(" LOGOUT") for line in peer.said)
    assert not any(line.endswith(" CLOSE") for line in peer.said)


async def test_without_a_connection_every_call_says_so() -> None:
    async with ImapPeer() as peer, inbox_at(peer) as inbox:
        with pytest.raises(MailboxLost, match="not connected"):
            await inbox.listing(Room.INBOX)


async def test_what_is_said_about_other_mails_does_no_harm() -> None:
    async with ImapPeer(Trick.UNSOLICITED) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        assert [listing.handle.uid for listing in await inbox.listing(Room.INBOX)] == [7]
        arrival = await inbox.fetch(LISTING, limit=None)
    assert arrival is not None
    assert arrival.content == MAIL


async def test_answers_that_come_octet_by_octet_are_read_the_same() -> None:
    async with ImapPeer(Trick.ONE_BYTE_AT_A_TIME) as peer, inbox_at(peer, limits=PATIENT) as inbox:
        await inbox.connect()
        [listing] = await inbox.listing(Room.INBOX)
        arrival = await inbox.fetch(listing, limit=None)
    assert arrival is not None
    assert arrival.content == MAIL


async def test_a_mail_that_is_gone_is_no_error_where_the_server_says_no() -> None:
    async with ImapPeer(Trick.REFUSES_GONE) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        peer.mails.clear()
        assert await inbox.fetch(LISTING, limit=None) is None
        await inbox.file_all((HANDLE,), Room.DONE)
        assert not peer.mails


async def test_a_mail_without_content_is_an_error_and_not_gone() -> None:
    async with ImapPeer(Trick.NO_CONTENT) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        with pytest.raises(MailboxRefused, match="no content"):
            await inbox.fetch(LISTING, limit=None)


async def test_a_mail_larger_than_announced_still_meets_the_limit() -> None:
    async with ImapPeer(Trick.UNDERSTATED_SIZE) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        [listing] = await inbox.listing(Room.INBOX)
        arrival = await inbox.fetch(listing, limit=20)
    assert arrival is not None
    assert (listing.size, arrival.whole, arrival.size) == (10, False, len(MAIL))
    assert arrival.content.endswith(b"\r\n\r\n")


async def test_a_mail_without_a_readable_date_is_listed_as_very_old() -> None:
    async with ImapPeer(Trick.BAD_DATES) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        [listing] = await inbox.listing(Room.INBOX)
    assert listing.arrived == 0.0


async def test_folders_that_cannot_be_created_are_an_error() -> None:
    async with ImapPeer(Trick.CREATE_REFUSED) as peer, inbox_at(peer) as inbox:
        with pytest.raises(MailboxRefused, match="CREATE: not here"):
            await inbox.connect()


async def test_a_tree_of_which_one_folder_is_missing_is_not_begun_anew_elsewhere() -> None:
    async with ImapPeer(Trick.HALF_A_TREE) as peer, inbox_at(peer) as inbox:
        with pytest.raises(MailboxRefused, match="CREATE: not here"):
            await inbox.connect()


async def test_where_folders_cannot_nest_they_lie_side_by_side() -> None:
    async with ImapPeer(Trick.NESTING_REFUSED) as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        assert inbox.folder_paths()[Room.DONE] == "BIN Verwerkt"


async def test_where_a_folder_was_numbered_anew_the_old_handle_is_worth_nothing() -> None:
    async with ImapPeer() as peer, inbox_at(peer) as inbox:
        await inbox.connect()
        [listing] = await inbox.listing(Room.INBOX)
        peer.uidvalidity += 1
        await inbox.connect()
        assert await inbox.fetch(listing, limit=None) is None
        assert await inbox.wait(600)
