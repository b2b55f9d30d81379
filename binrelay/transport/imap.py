"""The coordinator's mailbox on an IMAP server: `ports.Inbox` over one connection.

Knows which folder is selected and whose turn it is; what is said on the line is in `imap_messages` and `imap_folders`.

Invariant: a mail is touched only under the UIDVALIDITY its handle was given under, and whatever a call that raised
MailboxLost left behind, a new `connect()` sets right.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from binrelay.errors import FolderRenumbered, MailboxLost, MailboxRefused
from binrelay.model import Folders, ImapAccount
from binrelay.ports import Arrival, Dice, Handle, Listing, Room
from binrelay.transport import imap_messages
from binrelay.transport.imap_folders import Folder, prepare_folders
from binrelay.transport.imap_login import open_session
from binrelay.transport.imap_session import ImapSession, Limits, Selected
from binrelay.transport.imap_text import Literal, read_date, read_number
from binrelay.transport.tls import AccessToken

_LONGEST_IDLE = 540.0  # seconds; servers and NAT boxes forget a quiet connection, many of them after ten minutes
_GONE = ("[TRYCREATE]", "[NONEXISTENT]")  # RFC 3501 7.1, 5530: the folder, not the mail


class ImapInbox:
    """Keeps the promises of `ports.Inbox`. Calls may overlap: they take turns, and IDLE makes way for the others."""

    def __init__(
        self,
        account: ImapAccount,
        folders: Folders,
        *,
        dice: Dice | None = None,
        limits: Limits | None = None,
        access_token: AccessToken | None = None,
    ) -> None:
        """`dice` spreads the polling of many mailboxes; `access_token` is asked at each login with `oauth2`."""
        self._account = account
        self._folders = folders
        self._dice = dice
        self._limits = limits or Limits()
        self._access_token = access_token
        self._session: ImapSession | None = None
        self._rooms: Mapping[Room, Folder] = {}
        self._room: Room | None = None  # the selected one
        self._selected = Selected(0, 0)
        self._listed: Selected | None = None  # INBOX as far as `listing` has shown it, else as it was at first
        self._can_idle = False
        self._lock = asyncio.Lock()
        self._asking = 0
        self._bell = asyncio.Event()  # rings while somebody waits for a turn

    async def connect(self) -> None:
        async with self._lock:
            if self._session is not None:
                self._session.abort("connecting anew")
                self._session = None
            session = await open_session(self._account, self._limits, self._access_token)
            try:
                self._rooms = await prepare_folders(session, self._folders)
                self._can_idle = "IDLE" in session.capabilities
                self._room = None
                await self._enter(session, Room.INBOX)
                self._listed = self._listed or self._selected
            except BaseException:
                session.abort("not opened")
                raise
            self._session = session

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None and self._lock.locked():
            session.abort("closed")
        elif session is not None:
            await session.close()

    async def capabilities(self) -> tuple[str, ...]:
        """What the server said it can do, after login."""
        async with self._turn() as session:
            return tuple(sorted(session.capabilities))

    def folder_paths(self) -> Mapping[Room, str]:
        """Each folder as a mail program shows it, once connected."""
        return {room: folder.path for room, folder in self._rooms.items()}

    async def uid_span(self) -> tuple[int, int]:
        async with self._turn() as session:
            self._room = None
            await self._enter(session, Room.INBOX)
            if not self._selected.uidnext:
                uids = await imap_messages.search(session, "ALL")
                return self._selected.uidvalidity, max(uids, default=0) + 1
            return self._selected.uidvalidity, self._selected.uidnext

    async def uids(self) -> tuple[int, frozenset[int]]:
        async with self._turn() as session:
            await self._look(session, Room.INBOX)  # what came since the last listing is still news
            return self._selected.uidvalidity, frozenset(await imap_messages.search(session))

    async def listing(self, room: Room, *, after: int = 0, skip: frozenset[int] = frozenset()) -> Sequence[Listing]:
        async with self._turn() as session:
            await self._refresh(session, room)
            # `n:*` always names the last mail too, however low its UID is (RFC 3501 6.4.8).
            found = await imap_messages.search(session, "UID", f"{after + 1}:*")
            if room is Room.INBOX:
                uidnext = max(self._selected.uidnext, max(found, default=0) + 1)
                self._listed = Selected(self._selected.uidvalidity, uidnext)
            return await self._describe(session, room, [uid for uid in found if uid > after and uid not in skip])

    async def find(self, room: Room, message_id: str | None) -> Sequence[Listing]:
        if message_id is None:
            return await self.listing(room)
        async with self._turn() as session:
            await self._refresh(session, room)
            return await self._describe(session, room, await imap_messages.with_message_id(session, message_id))

    async def fetch(self, listing: Listing, *, limit: int | None) -> Arrival | None:
        async with self._turn() as session:
            handle, size = listing.handle, listing.size
            if not await self._enter(session, handle.room, handle.uidvalidity):
                return None
            # Some servers only estimate the size; one that never ends is still held to about what it announced.
            most = limit if limit is not None else 2 * size + imap_messages.PIECE
            if size <= most:
                content = await imap_messages.download(session, handle.uid, most=most)
                if content is None:
                    return None
                size = len(content)
                if size <= most:
                    return Arrival(content, handle, listing.arrived, size)
            header = await imap_messages.header(session, handle.uid)
            return None if header is None else Arrival(header, handle, listing.arrived, size, whole=False)

    async def recent_headers(self, room: Room, count: int) -> list[bytes]:
        """The header sections of the folder's newest `count` mails, newest first."""
        async with self._turn() as session:
            await self._refresh(session, room)
            newest = (await imap_messages.search(session, "ALL"))[::-1][:count]
            return await imap_messages.headers(session, newest)

    async def fetch_together(self, listings: Sequence[Listing]) -> Mapping[Handle, Arrival]:
        here = {listing.handle.uid: listing for listing in listings}
        async with self._turn() as session:
            if not here or not await self._enter(session, listings[0].handle.room, listings[0].handle.uidvalidity):
                return {}
            contents = await imap_messages.small_ones(session, {uid: each.size for uid, each in here.items()})
        found = ((here[uid], content) for uid, content in contents.items())
        return {each.handle: Arrival(content, each.handle, each.arrived, len(content)) for each, content in found}

    async def file_all(self, handles: Sequence[Handle], room: Room) -> None:
        async with self._turn() as session:
            for here, uidvalidity in dict.fromkeys((each.room, each.uidvalidity) for each in handles):
                uids = [each.uid for each in handles if (each.room, each.uidvalidity) == (here, uidvalidity)]
                if here is not room:
                    await self._move(session, here, uidvalidity, uids=uids, room=room)

    async def _move(
        self, session: ImapSession, here: Room, uidvalidity: int, *, uids: Sequence[int], room: Room
    ) -> None:
        if not await self._enter(session, here, uidvalidity):
            raise FolderRenumbered("MOVE", "the folder was numbered anew")
        try:
            await imap_messages.move(session, uids, self._rooms[room].wire)
        except MailboxRefused as refused:
            if not refused.answer.upper().startswith(_GONE):
                raise
            self._rooms = await prepare_folders(session, self._folders)
            await imap_messages.move(session, uids, self._rooms[room].wire)

    async def append(self, content: bytes) -> None:
        async with self._turn() as session:
            await session.run("APPEND", self._rooms[Room.HELD].wire, Literal(content))

    async def remove(self, handle: Handle) -> bool:
        async with self._turn() as session:
            if not await self._enter(session, handle.room, handle.uidvalidity):
                raise FolderRenumbered("EXPUNGE", "the folder was numbered anew")
            return await imap_messages.remove(session, [handle.uid])

    async def wait(self, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            async with self._turn() as session:
                await self._enter(session, Room.INBOX)
                if session.news.is_set() or self._passed_over():
                    return True
                left = end - loop.time()
                if left <= 0:
                    return False
                await self._watch(session, min(left, self._account.keepalive, _LONGEST_IDLE))

    async def _watch(self, session: ImapSession, seconds: float) -> None:
        if not self._can_idle:
            spread = self._dice.jitter() if self._dice else 0.0
            await session.pause(min(seconds, self._limits.poll * (1 + spread / 4)), self._bell)
            await session.run("NOOP")
            return
        try:
            await session.idle(seconds, self._bell)
        except MailboxRefused:
            self._can_idle = False  # it says it can and will not: ask instead

    def _passed_over(self) -> bool:
        """Whether mail came while another folder was selected: nothing announces that."""
        listed, selected = self._listed, self._selected
        return listed is not None and (selected.uidvalidity != listed.uidvalidity or selected.uidnext > listed.uidnext)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[ImapSession]:
        self._asking += 1
        self._bell.set()
        try:
            await self._lock.acquire()
        finally:
            self._asking -= 1
            if not self._asking:
                self._bell.clear()
        try:
            if self._session is None:
                raise MailboxLost("not connected")
            self._session.check()
            yield self._session
        finally:
            self._lock.release()

    async def _enter(self, session: ImapSession, room: Room, uidvalidity: int | None = None) -> bool:
        """Selects the folder where another is. False: it is not the one that `uidvalidity` was given for."""
        if self._room is not room:
            self._room = None
            self._selected = await self._select(session, room)
            self._room = room
        return uidvalidity in {None, self._selected.uidvalidity}

    async def _select(self, session: ImapSession, room: Room) -> Selected:
        try:
            return await session.select(self._rooms[room].wire)
        except MailboxRefused:
            if room is Room.INBOX:
                raise
            # Somebody may have deleted or renamed it: a person's slip must not stop the daemon.
            self._rooms = await prepare_folders(session, self._folders)
            return await session.select(self._rooms[room].wire)

    async def _refresh(self, session: ImapSession, room: Room) -> None:
        await self._look(session, room)
        session.news.clear()

    async def _look(self, session: ImapSession, room: Room) -> None:
        """Enters the folder and lets the server show us what came since: SEARCH alone may answer from an older view."""
        if self._room is room:
            await session.run("NOOP")
        else:
            await self._enter(session, room)

    async def _describe(self, session: ImapSession, room: Room, uids: Sequence[int]) -> list[Listing]:
        details = await imap_messages.details(session, uids)
        return [
            Listing(
                Handle(room, self._selected.uidvalidity, uid),
                read_number(items["RFC822.SIZE"]) or 0,
                read_date(items["INTERNALDATE"]) or 0.0,  # no date: older than any limit, so that a person looks at it
            )
            for uid, items in sorted(details.items())
        ]
