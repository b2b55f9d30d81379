"""Servers differ: prefix, separator, missing extensions. On a real Dovecot, set up like each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from binrelay.ports import Room
from tests.support.dovecot import Dovecot, Options
from tests.transport.imap_desk import FOLDERS, account_at, connected

MAIL = b"Message-ID: <polo@politie.example>\r\n\r\nGele Polo gezien.\r\n"
OTHER = b"Message-ID: <other@politie.example>\r\n\r\nNog iets.\r\n"

SERVERS = {
    "separator is a slash": Options(),
    "prefix INBOX. and dots": Options(prefix="INBOX.", separator="."),
    "dots without a prefix": Options(separator="."),
    "a prefix of its own": Options(prefix="Mail/"),
    "no NAMESPACE": Options(without=["NAMESPACE"]),
    "a prefix and no NAMESPACE to tell it": Options(prefix="INBOX.", separator=".", without=["NAMESPACE"]),
    "sdbox": Options(layout="sdbox"),
    "no MOVE": Options(without=["MOVE"]),
    "neither MOVE nor UIDPLUS": Options(without=["MOVE", "UIDPLUS"]),
    "no IDLE": Options(without=["IDLE"]),
}


@pytest.fixture(scope="module", params=list(SERVERS.values()), ids=list(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with Dovecot(request.param) as running:
        yield running


async def test_a_mail_goes_from_inbox_to_held_and_a_person_releases_it(server: Dovecot) -> None:
    user = server.new_user()
    async with connected(account_at(server, user)) as inbox:
        paths = inbox.folder_paths()
        server.append(user, "INBOX", MAIL)
        assert await inbox.wait(10)
        [listing] = await inbox.listing(Room.INBOX)
        await inbox.file_all((listing.handle,), Room.HELD)
        assert list(await inbox.listing(Room.INBOX)) == []
        assert server.move(user, (paths[Room.HELD], paths[Room.RELEASE]), b"Polo") == 1
        [released] = await inbox.find(Room.RELEASE, "polo@politie.example")
        arrival = await inbox.fetch(released, limit=None)
    assert arrival is not None
    assert arrival.content == MAIL


async def test_folder_names_fit_the_server(server: Dovecot) -> None:
    user, options = server.new_user(), server.options
    async with connected(account_at(server, user)) as inbox:
        held = inbox.folder_paths()[Room.HELD]
    assert held == f"{options.prefix}BIN{options.separator}Wacht & zie é"
    assert held in server.folders(user)


async def test_mail_that_came_while_we_looked_elsewhere_is_news(server: Dovecot) -> None:
    user = server.new_user()
    async with connected(account_at(server, user)) as inbox:
        assert list(await inbox.listing(Room.INBOX)) == []
        await inbox.listing(Room.HELD)
        server.append(user, "INBOX", MAIL)
        async with asyncio.timeout(0.4):  # before any push could come
            assert await inbox.wait(10)
        assert len(await inbox.listing(Room.INBOX)) == 1
        assert not await inbox.wait(0.05)


async def test_another_call_need_not_wait_for_the_end_of_idle(server: Dovecot) -> None:
    user = server.new_user()
    async with connected(account_at(server, user)) as inbox:
        waiting = asyncio.create_task(inbox.wait(30))
        await asyncio.sleep(0)
        async with asyncio.timeout(2):
            assert list(await inbox.listing(Room.HELD)) == []
        server.append(user, "INBOX", MAIL)
        assert await waiting


async def test_the_admin_may_write_the_prefix_himself() -> None:
    with Dovecot(Options(prefix="INBOX.", separator=".")) as server:
        user = server.new_user()
        async with connected(account_at(server, user), folders=replace(FOLDERS, root="INBOX.BIN")) as inbox:
            assert inbox.folder_paths()[Room.DONE] == "INBOX.BIN.Verwerkt"


async def test_without_uidplus_a_mail_that_a_person_marked_is_not_expunged() -> None:
    with Dovecot(Options(without=["MOVE", "UIDPLUS"])) as server:
        user = server.new_user()
        server.append(user, "INBOX", MAIL)
        server.append(user, "INBOX", OTHER)
        with server.mail_program(user) as program:
            program.flag("INBOX", b"Nog iets", "\\Deleted")
        async with connected(account_at(server, user)) as inbox:
            [listing] = await inbox.listing(Room.INBOX)
            await inbox.file_all((listing.handle,), Room.DONE)
            assert list(await inbox.listing(Room.INBOX)) == []
        with server.mail_program(user) as program:
            assert program.flags("INBOX") == [frozenset({"\\Deleted"})] * 2
            assert program.messages("BIN/Verwerkt") == [MAIL]


async def test_a_mailbox_comes_back_with_the_server() -> None:
    with Dovecot() as server:
        user = server.new_user()
        async with connected(account_at(server, user)) as inbox:
            server.append(user, "INBOX", MAIL)
            server.stop()
            server.start()
            await inbox.connect()
            [listing] = await inbox.listing(Room.INBOX)
            arrival = await inbox.fetch(listing, limit=None)
    assert arrival is not None
    assert arrival.content == MAIL


async def test_a_mail_that_is_removed_is_gone_for_good_and_no_other(server: Dovecot) -> None:
    user = server.new_user()
    async with connected(account_at(server, user)) as inbox:
        done = inbox.folder_paths()[Room.DONE]
        for content in (MAIL, OTHER):
            server.append(user, done, content)
        [polo] = await inbox.find(Room.DONE, "polo@politie.example")
        assert await inbox.remove(polo.handle)
        assert await inbox.remove(polo.handle)  # gone already: no error
        assert len(await inbox.listing(Room.DONE)) == 1
    assert server.messages(user, done) == [OTHER]
    on_disk = b"".join(file.read_bytes() for file in (server.home / "mail" / user).rglob("*") if file.is_file())
    assert b"Gele Polo" not in on_disk
    assert b"Nog iets" in on_disk


async def test_what_somebody_else_marked_is_not_removed_with_it(server: Dovecot) -> None:
    user = server.new_user()
    async with connected(account_at(server, user)) as inbox:
        done = inbox.folder_paths()[Room.DONE]
        for content in (MAIL, OTHER):
            server.append(user, done, content)
        with server.mail_program(user) as program:
            program.flag(done, b"Nog iets", "\\Deleted")
        [polo] = await inbox.find(Room.DONE, "polo@politie.example")
        assert await inbox.remove(polo.handle) is ("UIDPLUS" not in server.options.without)
    on_disk = b"".join(file.read_bytes() for file in (server.home / "mail" / user).rglob("*") if file.is_file())
    assert b"Nog iets" in on_disk
