"""Which arrival a mail in a folder is, by its content."""

from __future__ import annotations

import asyncio

from binrelay.mail.message import Message, read_message
from binrelay.ports import Store
from binrelay.records import ArrivalRecord


async def record_of(store: Store, network: str, message: Message) -> ArrivalRecord | None:
    """Its record; a mail that was too large was written down by its header alone."""
    record = await store.arrival(network, message.digest)
    if record is not None:
        return record
    header = await asyncio.to_thread(read_message, message.content[: message.body_at])
    return await store.arrival(network, header.digest)
