"""Large mails and large folders: one copy in memory, no recursion, the loop keeps turning."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from binrelay.ports import Room
from binrelay.transport.imap_messages import PIECE
from tests.support.dovecot import Dovecot
from tests.transport.imap_desk import account_at, connected

REPOSITORY = Path(__file__).parents[2]
LARGE = 25 * 2**20

# In a process of its own, so that the peak is that of a daemon and not of the tests around it.
PROGRAM = """
import asyncio, sys
from pathlib import Path
from binrelay.model import Folders, ImapAccount, Secret, Security
from binrelay.ports import Room
from binrelay.transport.imap import ImapInbox

async def main(port, user):
    account = ImapAccount("127.0.0.1", int(port), Security.NONE, user, Secret("secret"), 120.0)
    inbox = ImapInbox(account, Folders("BIN", "Verwerkt", "Wacht", "Vrijgeven", "Geweigerd"))
    await inbox.connect()
    [listing] = await inbox.listing(Room.INBOX)
    arrival = await inbox.fetch(listing, limit=None)
    await inbox.close()
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(len(arrival.content), int(peak.split()[1]) * 1024)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot() as running:
        yield running


def make_mail(size: int) -> bytes:
    head = b"Subject: large\r\n\r\n"
    line = b"x" * 76 + b"\r\n"
    return (head + line * (size // len(line) + 1))[: size - 2] + b"\r\n"


def test_a_mail_of_25_mb_needs_less_than_90_mb(server: Dovecot) -> None:
    user, mail = server.new_user(), make_mail(LARGE)
    server.append(user, "INBOX", mail)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(server.port), user],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    size, peak = map(int, run.stdout.split())
    assert size == len(mail)
    assert peak < 90_000_000


async def test_the_loop_keeps_turning_while_a_large_mail_comes_in(server: Dovecot) -> None:
    user, mail = server.new_user(), make_mail(LARGE)
    server.append(user, "INBOX", mail)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        fetching = asyncio.create_task(inbox.fetch(listing, limit=LARGE))
        turns, stall, last = 0, 0.0, time.process_time()
        while not fetching.done():
            await asyncio.sleep(0)
            turns, stall, last = turns + 1, max(stall, time.process_time() - last), time.process_time()
        arrival = await fetching
    assert arrival is not None
    assert arrival.content == mail
    assert turns > 25
    assert stall < 0.25


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
async def test_mails_at_the_edge_of_a_piece_come_whole(server: Dovecot, size: int) -> None:
    user, mail = server.new_user(), make_mail(size)
    assert len(mail) == size
    server.append(user, "INBOX", mail)
    async with connected(account_at(server, user)) as inbox:
        [listing] = await inbox.listing(Room.INBOX)
        arrival = await inbox.fetch(listing, limit=size)
    assert arrival is not None
    assert arrival.content == mail


async def test_a_thousand_mails_are_listed_fetched_and_found(server: Dovecot) -> None:
    user = server.new_user()
    with server.mail_program(user) as program:
        for number in range(1000):
            program.append("INBOX", b"Message-ID: <%d@x.example>\r\n\r\n%d\r\n" % (number, number))
    async with connected(account_at(server, user)) as inbox:
        start = time.process_time()
        listings = await inbox.listing(Room.INBOX)
        assert time.process_time() - start < 2
        assert [listing.handle.uid for listing in listings] == list(range(1, 1001))
        arrivals = [await inbox.fetch(listing, limit=None) for listing in listings]
        assert [arrival and arrival.content.split()[-1] for arrival in arrivals] == [b"%d" % n for n in range(1000)]
        assert [listing.handle.uid for listing in await inbox.find(Room.INBOX, "99@x.example")] == [100]
