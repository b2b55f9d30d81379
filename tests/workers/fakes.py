"""A mailbox in memory that can lose its line between any two steps, a clock and dice that a test holds."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from binrelay.errors import LoginRefused, MailboxLost, MailboxRefused, SubmissionFailed, SubmissionUncertain
from binrelay.mail.address import Address
from binrelay.mail.authentication import SignatureResult
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.ports import Arrival, Handle, Listing, Room
from binrelay.ports.submission import Passage
from binrelay.transport.smtp_content import make_ready
from tests.rules.letters import token

Trouble = SubmissionFailed | SubmissionUncertain | LoginRefused


class Clock:
    """Time passes in sleeps alone. Who would sleep past `limit` sleeps for good, and `stuck` tells."""

    def __init__(self, now: float = 1_000_600.0) -> None:
        self.time = now
        self.jumped = 0.0  # by how much somebody set it
        self.limit = math.inf
        self.stuck = asyncio.Event()

    def now(self) -> float:
        return self.time

    def steady(self) -> float:
        return self.time - self.jumped

    def jump(self, seconds: float) -> None:
        self.time += seconds
        self.jumped += seconds

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        if self.time + seconds > self.limit:
            self.stuck.set()
            await asyncio.Event().wait()
        self.time += seconds


class Dice:
    def token(self, length: int) -> str:
        return token(length)

    def jitter(self) -> float:
        return 0.0


class Signatures:
    """What our own verification finds; nothing, until a test says otherwise."""

    def __init__(self) -> None:
        self.found: tuple[SignatureResult, ...] = ()

    async def signatures(self, content: bytes, wanted: Callable[[str], bool]) -> tuple[SignatureResult, ...]:
        return self.found


class Journal:
    def __init__(self) -> None:
        self.events: list[tuple[str, Mapping[str, object]]] = []

    def event(self, name: str, **values: object) -> None:
        self.events.append((name, values))


class Lines:
    """Counts every step that touches the world and breaks the one it is told to break, before or after its effect."""

    def __init__(self) -> None:
        self.step = 0
        self.break_at: int | None = None
        self.gone = False  # a call was cancelled: the connection is of no more use

    def passed(self) -> None:
        if self.gone:
            raise MailboxLost("not connected")
        self.step += 1
        if self.step == self.break_at:
            raise MailboxLost(f"the line broke at step {self.step}")


class MemoryInbox:
    def __init__(self, lines: Lines | None = None) -> None:
        self.lines = lines or Lines()
        self.rooms: dict[Room, dict[int, tuple[bytes, float]]] = {room: {} for room in Room}
        self._uid = 0
        self.withheld: set[int] = set()  # uids that the server lists and does not give
        self.deadly: set[int] = set()  # uids over which it breaks the line
        self.full = False  # it moves nothing

    def put(self, content: bytes, *, room: Room = Room.INBOX, arrived: float = 1_000_600.0) -> int:
        self._uid += 1
        self.rooms[room][self._uid] = (content, arrived)
        return self._uid

    def drag(self, there: Room, here: Room = Room.HELD) -> None:
        for uid in list(self.rooms[here]):
            content, arrived = self.rooms[here].pop(uid)
            self.put(content, room=there, arrived=arrived)

    def contents(self, room: Room) -> list[bytes]:
        return [content for content, _ in self.rooms[room].values()]

    async def connect(self) -> None:
        self.lines.passed()

    async def close(self) -> None:
        pass

    async def uid_span(self) -> tuple[int, int]:
        return 1, self._uid + 1

    async def uids(self) -> tuple[int, frozenset[int]]:
        self.lines.passed()
        return 1, frozenset(self.rooms[Room.INBOX])

    async def listing(self, room: Room, *, after: int = 0, skip: frozenset[int] = frozenset()) -> Sequence[Listing]:
        self.lines.passed()
        found = sorted(uid for uid in self.rooms[room] if uid > after and uid not in skip)
        return [self._listing(room, uid) for uid in found]

    def _listing(self, room: Room, uid: int) -> Listing:
        content, arrived = self.rooms[room][uid]
        return Listing(Handle(room, 1, uid), len(content), arrived)

    async def fetch(self, listing: Listing, *, limit: int | None) -> Arrival | None:
        self.lines.passed()
        if listing.handle.uid in self.deadly:
            raise MailboxLost("closed by the server")
        if listing.handle.uid in self.withheld:
            raise MailboxRefused("FETCH", "NO [SERVERBUG] the mail is damaged")
        found = self.rooms[listing.handle.room].get(listing.handle.uid)
        if found is None:
            return None
        content, arrived = found
        arrival = Arrival(content, listing.handle, arrived, len(content))
        if limit is None or len(content) <= limit:
            return arrival
        return replace(arrival, content=content[: content.find(b"\r\n\r\n") + 4], whole=False)

    async def fetch_together(self, listings: Sequence[Listing]) -> dict[Handle, Arrival]:
        self.lines.passed()
        if any(each.handle.uid in self.deadly for each in listings):
            raise MailboxLost("closed by the server")
        here = {each.handle: self.rooms[each.handle.room].get(each.handle.uid) for each in listings}
        given = {handle: found for handle, found in here.items() if found and handle.uid not in self.withheld}
        return {handle: Arrival(found[0], handle, found[1], len(found[0])) for handle, found in given.items()}

    async def file_all(self, handles: Sequence[Handle], room: Room) -> None:
        for handle in handles:
            self._file(handle, room)

    def _file(self, handle: Handle, room: Room) -> None:
        self.lines.passed()
        if self.full:
            raise MailboxRefused("COPY", "NO [OVERQUOTA] the mailbox is full")
        found = self.rooms[handle.room].pop(handle.uid, None)
        if found is not None:
            self.put(found[0], room=room, arrived=found[1])
        self.lines.passed()

    async def append(self, content: bytes) -> None:
        self.lines.passed()
        self.put(content, room=Room.HELD)

    async def remove(self, handle: Handle) -> bool:
        self.lines.passed()
        self.rooms[handle.room].pop(handle.uid, None)
        return True

    async def find(self, room: Room, message_id: str | None) -> Sequence[Listing]:
        return [
            self._listing(room, uid)
            for uid, (content, _) in self.rooms[room].items()
            if message_id is None or message_id.encode() in content
        ]

    async def wait(self, seconds: float) -> bool:
        raise MailboxLost("the test has seen enough")


class Provider:
    """Takes everything, unless `answers` says otherwise for an address or for the next transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.taken: list[tuple[Envelope, bytes]] = []
        self.answers: dict[Address, SmtpReply] = {}
        self.next: list[Trouble | None] = []  # None: no trouble with that one
        self.window = 4
        self.transactions = 0
        self.always: Trouble | None = None  # once `next` is used up
        self.tries = 0
        self.took = asyncio.Event()
        self.moments: list[float] = []  # of each transaction

    async def submit(self, envelopes: Sequence[Envelope], content: bytes, passage: Passage) -> None:
        make_ready(content)  # as the real one does: raises ValueError for what no server may be given
        for place, envelope in enumerate(envelopes):
            trouble = self.next.pop(0) if self.next else self.always
            self.tries += 1
            if isinstance(trouble, SubmissionFailed | LoginRefused):
                passage.ended(place, trouble)
            elif place not in await passage.depart((place,)):
                passage.ended(place, SubmissionFailed("stopped"))
            else:
                passage.ended(place, trouble or self._take(envelope, content))

    def _take(self, envelope: Envelope, content: bytes) -> Mapping[Address, SmtpReply]:
        self.transactions += 1
        self.moments.append(self._clock.time)
        fine = SmtpReply(250, "2.0.0", "ok")
        replies = {each: self.answers.get(each, fine) for each in envelope.recipients}
        accepted = tuple(each for each, reply in replies.items() if reply.accepted)
        if accepted:
            self.took.set()
            self.taken.append((replace(envelope, recipients=accepted), content))
        return replies

    async def close(self) -> None:
        pass

    @property
    def recipients(self) -> list[str]:
        return [str(each) for envelope, _ in self.taken for each in envelope.recipients]
