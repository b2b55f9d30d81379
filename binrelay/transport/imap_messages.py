"""What one asks and does in the selected folder, by UID alone: positions change under our feet (RFC 3501 6.4).

Invariant: nothing here sets or clears \\Seen, and no mail is expunged but the one that was meant.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from binrelay.errors import MailboxRefused
from binrelay.transport.imap_session import ImapSession
from binrelay.transport.imap_text import Item, quote, read_fetch, read_number, read_search, uid_set

PIECE = 2**20
"""Octets of a mail asked for at a time: keeps one mail to one copy in memory and each answer within its time."""

TOGETHER = 4 * 2**20
"""Octets that many mails in one answer may have; half of what the line accepts as one answer."""

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


async def small_ones(session: ImapSession, sizes: Mapping[int, int]) -> Mapping[int, bytes]:
    """The mails whose sizes are given by UID, in as few answers as `TOGETHER` allows.

    Missing: those that are gone, and those larger than the server announced; each of them is worth a question of its own.
    """
    found: dict[int, bytes] = {}
    for uids, most in _batches(sizes):
        try:
            bodies = _bodies(await _fetch(session, uids, f"BODY.PEEK[]<0.{most}>"))
        except MailboxRefused:  # one of them can be enough: the others must not wait for it
            continue
        found |= {uid: body for uid, body in bodies.items() if len(body) < most}
    return found


def _batches(sizes: Mapping[int, int]) -> Iterator[tuple[list[int], int]]:
    """UIDs to ask for together, and the octets to ask of each: some servers only estimate sizes, and none may flood us."""
    batch: list[int] = []
    most = 0
    for uid, size in sorted(sizes.items()):
        wider = max(most, 2 * size + 4096)
        if batch and (len(batch) == _BATCH or (len(batch) + 1) * wider > TOGETHER):
            yield batch, most
            batch, wider = [], 2 * size + 4096
        batch.append(uid)
        most = wider
    if batch:
        yield batch, most


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


async def move(session: ImapSession, uids: Sequence[int], folder: str) -> None:
    """To `folder`, which is quoted already. A mail that is gone is no error. Flags stay as they are."""
    for first in range(0, len(uids), _BATCH):
        await _move(session, sorted(uids[first : first + _BATCH]), folder)


async def _move(session: ImapSession, uids: Sequence[int], folder: str) -> None:
    way = _move_at_once if "MOVE" in session.capabilities else _copy_and_remove
    try:
        await way(session, uids, folder)
    except MailboxRefused:
        # RFC 6851 and 3501 want OK for a UID that is gone; some servers say NO, and move none of the others.
        left = await _still_there(session, uids)
        if left == list(uids):
            raise
        if left:
            await way(session, left, folder)


async def _still_there(session: ImapSession, uids: Sequence[int]) -> list[int]:
    return await search(session, "UID", uid_set(uids))


async def _move_at_once(session: ImapSession, uids: Sequence[int], folder: str) -> None:
    await session.run("MOVE", uid_set(uids), folder, uid=True)


async def _copy_and_remove(session: ImapSession, uids: Sequence[int], folder: str) -> None:
    there = await _still_there(session, uids)
    if not there:
        return
    await session.run("COPY", uid_set(there), folder, uid=True)
    await remove(session, there)


async def remove(session: ImapSession, uids: Sequence[int]) -> bool:
    """For good. False: they are marked, and somebody has to clean up before they are gone."""
    await session.run("STORE", uid_set(uids), "+FLAGS.SILENT", "(\\Deleted)", uid=True)
    if "UIDPLUS" in session.capabilities:
        await session.run("EXPUNGE", uid_set(uids), uid=True)
        return True
    # Plain EXPUNGE takes whatever is marked. With another's mark about, ours waits for their program's next clean-up;
    # until then `search` passes over it, and mail programs hide it or strike it through.
    marked = await session.ask(read_search, "SEARCH", "DELETED", uid=True)
    if marked == list(uids):
        await session.run("EXPUNGE")
    return marked in ([], list(uids))


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
