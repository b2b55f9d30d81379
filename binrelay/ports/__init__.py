"""What the workers may ask of the outside world; sending on pages of its own. `transport` and `store` keep these promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from binrelay.ports.coordinator import CoordinatorStore
from binrelay.ports.forgetting import ForgettingStore
from binrelay.ports.members import MembersStore
from binrelay.ports.outbox import OutboxStore
from binrelay.records import (
    ArrivalRecord,
    Counts,
    Mail,
    Plan,
    Query,
    Recall,
    Watch,
)
from binrelay.records.waiting import Wait


class Clock(Protocol):
    def now(self) -> float:
        """Unix time."""
        ...

    def steady(self) -> float:
        """Seconds from some moment on; nobody can set it."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Dice(Protocol):
    def token(self, length: int) -> str:
        """`length` unguessable characters of Crockford's base32, upper case."""
        ...

    def jitter(self) -> float:
        """Evenly spread in [0, 1)."""
        ...


class Room(StrEnum):
    """The folders the daemon knows; INBOX and four of its own."""

    INBOX = "inbox"
    DONE = "done"
    HELD = "held"
    RELEASE = "release"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Handle:
    """Where a mail lies in the mailbox now."""

    room: Room
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One mail of a folder, before its content is fetched."""

    handle: Handle
    size: int  # RFC822.SIZE
    arrived: float  # INTERNALDATE, Unix time


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as fetched. Larger than the limit: `content` is the header section alone and `whole` is False."""

    content: bytes
    handle: Handle | None  # None: it did not come from a mailbox (a file under `explain`, a release from the store)
    arrived: float
    size: int
    whole: bool = True


class Inbox(Protocol):
    """One mailbox on an IMAP server. Every call ends within a wall-clock limit.

    Raises MailboxLost (connect anew), MailboxRefused, LoginRefused.
    """

    async def connect(self) -> None:
        """Logs in, learns what the server can do, creates the four folders where missing, selects INBOX."""
        ...

    async def close(self) -> None: ...

    async def uid_span(self) -> tuple[int, int]:
        """UIDVALIDITY and UIDNEXT of INBOX."""
        ...

    async def uids(self) -> tuple[int, frozenset[int]]:
        """UIDVALIDITY of INBOX, and the UIDs of all that lies there."""
        ...

    async def listing(self, room: Room, *, after: int = 0, skip: frozenset[int] = frozenset()) -> Sequence[Listing]:
        """Mails of the folder with uid > `after` and not in `skip`, lowest first."""
        ...

    async def fetch(self, listing: Listing, *, limit: int | None) -> Arrival | None:
        """The mail, BODY.PEEK; its header alone where larger than `limit`. None: it is gone, somebody moved it."""
        ...

    async def fetch_together(self, listings: Sequence[Listing]) -> Mapping[Handle, Arrival]:
        """Whole mails of one folder in few round trips, a few mebioctets in all; what is missing, `fetch` brings."""
        ...

    async def file_all(self, handles: Sequence[Handle], room: Room) -> None:
        """Moves them; MOVE, else COPY + STORE + UID EXPUNGE. A mail that is gone is no error.

        When it raises, some of them may have been moved.
        """
        ...

    async def append(self, content: bytes) -> None:
        """Puts a mail of our own into the folder of held mail, unread."""
        ...

    async def remove(self, handle: Handle) -> bool:
        """Deletes it for good: \\Deleted and UID EXPUNGE of this mail alone. One that is gone is no error.

        False: the server cannot expunge one mail alone, and others are marked as well; it is marked.
        """
        ...

    async def find(self, room: Room, message_id: str | None) -> Sequence[Listing]:
        """Mails of the folder with that Message-ID; every mail of the folder where None."""
        ...

    async def wait(self, seconds: float) -> bool:
        """IDLEs on INBOX until the server announces something (True) or `seconds` are over (False)."""
        ...


class Store(CoordinatorStore, ForgettingStore, MembersStore, OutboxStore, Protocol):
    """The memory. Every call is one transaction, finished even when its caller is cancelled. Raises StoreError."""

    async def version(self) -> str:
        """Another word once anything was written, by whomever. At most a second old, and cheap."""
        ...

    async def recall(self, query: Query) -> Recall: ...

    async def enqueue(self, plan: Plan) -> bool:
        """Writes the plan. False: this arrival (when settling: this release) is in the store already; nothing written."""
        ...

    async def arrival(self, network: str, digest: str) -> ArrivalRecord | None: ...

    async def watch(self, network: str) -> Watch | None: ...

    async def set_watch(self, network: str, watch: Watch) -> None: ...

    async def left(self, network: str, uidvalidity: int) -> frozenset[int]:
        """UIDs in INBOX that were decided upon and stay there."""
        ...

    async def leave(self, network: str, handle: Handle, digest: str) -> None: ...

    async def forget_left(self, network: str, uidvalidity: int, uids: frozenset[int]) -> None:
        """These lie in INBOX no more: nothing of them need be known."""
        ...

    async def stumble(self, network: str, handle: Handle, error: str) -> int:
        """Counts a failed attempt to take this mail in; the number so far."""
        ...

    async def stumbles(self, network: str) -> Mapping[Handle, tuple[int, str]]:
        """How often each mail stumbled, and the last error."""
        ...

    async def postpone(self, network: str, digest: str, now: float) -> Wait:
        """Notes one more try at an arrival that stays in INBOX for now. Forgotten once it is enqueued."""
        ...

    async def held(self, network: str | None = None) -> Sequence[ArrivalRecord]:
        """What waits, oldest first, without content."""
        ...

    async def held_one(self, record_id: str) -> ArrivalRecord | None:
        """With content."""
        ...

    async def reject(self, record_id: str) -> bool: ...

    async def request(self, record_id: str, action: str) -> bool:
        """Asks the daemon for "release" or "reject" (from another process). False: it does not wait any more."""
        ...

    async def unask(self, record_id: str) -> None:
        """Forgets what `request` asked: it cannot be done."""
        ...

    async def requests(self, network: str) -> Sequence[tuple[ArrivalRecord, str]]: ...

    async def untold(self, network: str) -> Sequence[ArrivalRecord]:
        """Held mails without a notice yet, oldest first, without content."""
        ...

    async def notices_since(self, network: str, moment: float) -> int: ...

    async def post(self, mails: Sequence[Mail], told: Sequence[str] = ()) -> None:
        """Queues mails that no arrival caused (notices). A known key is skipped."""
        ...

    async def counts(self, network: str, now: float) -> Counts: ...


class Journal(Protocol):
    """The events, one log line each. Values carry no address, name, subject or text of a mail."""

    def event(self, name: str, **values: object) -> None: ...
