"""What one asks and does in the selected folder, by UID alone: positions change under our feet (RFC 3501 6.4).

Invariant: nothing here sets or clears \\Seen, and no mail is expunged but the one that was meant.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence

from binrelay.errors import MailboxRefused
from binrelay.transport.imap_session import ImapSession
from binrelay.transport.imap_text import Item, quote, read_fetch, read_number, read_search, uid_set

PIECE = 2**20
"""Octets of a mail asked for at a time: keeps one mail to one copy in memory and each answer within its time."""

_BATCH = 200  # mails in one FETCH: a command line stays below the 8,000 octets of RFC 7162 4
_HEADER_BATCH = 8
_HEADER = 2**17  # octets of a header section that are looked at
_HEADER_ID = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.4096>"  # a stranger cannot make the answer endless
_NEEDLE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,200}")
_ANGLES = re.compile(rb"<([^<>]*)>")


async def search(session: ImapSession, *criteria: str) -> list[int]:
    """UIDs, lowest first; never those of mails that are marked as deleted, they are gone already for their readers.

    No CHARSET: some servers refuse UTF-8 there, and the criteria are ASCII.
    """
    return await session.ask(read_search, "SEARCH", "UNDELETED", *criteria, uid=True)


async def is_there(session: ImapSession, uid: int) -> bool:
    return uid in await search(session, "UID", str(uid))


async def details(session: ImapSession, uids: Sequence[int]) -> Mapping[int, Mapping[str, Item]]:
    """RFC822.SIZE and INTERNALDATE of those that are still there."""
    found: dict[int, Mapping[str, Item]] = {}
    for first in range(0, len(uids), _BATCH):
        batch = uids[first : first + _BATCH]
        found |= await _fetch(session, batch, "RFC822.SIZE INTERNALDATE")
    return {uid: items for uid, items in found.items() if {"RFC822.SIZE", "INTERNALDATE"} <= items.keys()}


async def headers(session: ImapSession, uids: Sequence[int]) -> list[bytes]:
    """Header sections, in the order of `uids`."""
    found: dict[int, bytes] = {}
    for first in range(0, len(uids), _HEADER_BATCH):
        batch = uids[first : first + _HEADER_BATCH]
        found |= _bodies(await _fetch(session, sorted(batch), f"BODY.PEEK[HEADER]<0.{_HEADER}>"))
    return [found[uid] for uid in uids if uid in found]


async def download(session: ImapSession, uid: int, *, most: int) -> bytes | None:
    """The mail; at most `most` octets and a piece of it. None where it is gone."""
    # BytesIO hands its buffer over: the one way to grow bytes without a second copy of 25 MB.
    content = io.BytesIO()
    while True:
        piece = await _piece(session, uid, offset=content.tell())
        if piece is None:
            return None
        content.write(piece)
        if len(piece) < PIECE or content.tell() > most:
            return content.getvalue()


async def header(session: ImapSession, uid: int) -> bytes | None:
    """Its header section, the first mebioctet of that. None where the mail is gone."""
    return await _piece(session, uid, section="HEADER")


async def with_message_id(session: ImapSession, message_id: str) -> list[int]:
    """Mails with exactly this Message-ID. The server looks for a part of the field, in any case: so we look again."""
    needle = max(_NEEDLE.findall(message_id), key=len, default="")
    uids = await search(session, "HEADER", "Message-ID", quote(needle))
    wanted, found = message_id.encode(), []
    for first in range(0, len(uids), _BATCH):
        fields = _bodies(await _fetch(session, uids[first : first + _BATCH], _HEADER_ID))
        found += [uid for uid, field in sorted(fields.items()) if wanted in _message_ids(field)]
    return found


async def move(session: ImapSession, uid: int, folder: str) -> None:
    """To `folder`, which is quoted already. A mail that is gone is no error. Flags stay as they are."""
    try:
        if "MOVE" in session.capabilities:
            await session.run("MOVE", str(uid), folder, uid=True)
        else:
            await _copy_and_remove(session, uid, folder)
    except MailboxRefused:
        # RFC 6851 and 3501 want OK for a UID that is gone; some servers say NO.
        if await is_there(session, uid):
            raise


async def _copy_and_remove(session: ImapSession, uid: int, folder: str) -> None:
    if not await is_there(session, uid):
        return
    await session.run("COPY", str(uid), folder, uid=True)
    await remove(session, uid)


async def remove(session: ImapSession, uid: int) -> bool:
    """For good. False: it is marked, and somebody has to clean up before it is gone."""
    await session.run("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)", uid=True)
    if "UIDPLUS" in session.capabilities:
        await session.run("EXPUNGE", str(uid), uid=True)
        return True
    # Plain EXPUNGE takes whatever is marked. With another's mark about, ours waits for their program's next clean-up;
    # until then `search` passes over it, and mail programs hide it or strike it through.
    marked = await session.ask(read_search, "SEARCH", "DELETED", uid=True)
    if marked == [uid]:
        await session.run("EXPUNGE")
    return marked in ([], [uid])


async def _piece(session: ImapSession, uid: int, *, section: str = "", offset: int = 0) -> bytes | None:
    try:
        found = await _fetch(session, [uid], f"BODY.PEEK[{section}]<{offset}.{PIECE}>")
    except MailboxRefused:
        if await is_there(session, uid):
            raise
        return None
    body = _bodies(found).get(uid)
    if body is None and await is_there(session, uid):
        if offset:  # nothing behind a last piece that was full
            return b""
        raise MailboxRefused("FETCH", "the server shows the mail and gives no content")
    return body


async def _fetch(session: ImapSession, uids: Sequence[int], items: str) -> dict[int, Mapping[str, Item]]:
    """Data items by UID. What the server says about other mails, or says twice, does no harm."""
    wanted, found = set(uids), dict[int, Mapping[str, Item]]()
    for fetched in await session.ask(read_fetch, "FETCH", uid_set(uids), f"(UID {items})", uid=True):
        uid = read_number(fetched.get("UID"))
        if uid is not None and uid in wanted:
            found[uid] = {**found.get(uid, {}), **fetched}
    return found


def _bodies(found: Mapping[int, Mapping[str, Item]]) -> dict[int, bytes]:
    bodies = ((uid, value) for uid, items in found.items() for name, value in items.items() if name.startswith("BODY["))
    return {uid: value for uid, value in bodies if isinstance(value, bytes)}


def _message_ids(field: bytes) -> Iterable[bytes]:
    """What may be meant: each `<…>`, and the bare value of a field that has none (RFC 5322 3.6.4)."""
    value = re.sub(rb"\r?\n(?=[ \t])", b"", field).partition(b":")[2].strip()
    return _ANGLES.findall(value) or [value]
