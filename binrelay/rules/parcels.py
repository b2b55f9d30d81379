"""Cuts claimed recipients into transactions. Pure.

Invariant: the parcels of a batch hold each of its recipients once, in order.
"""

from __future__ import annotations

from binrelay.mail.envelope import Envelope
from binrelay.mail.tokens import bounce_path
from binrelay.records import Batch, Kind, Parcel


def parcels(batch: Batch, per_transaction: int) -> list[Parcel]:
    """One transaction a recipient where each has a return address of its own."""
    size = 1 if batch.mail.verp else per_transaction
    ids, recipients = batch.ids, batch.mail.recipients
    return [
        Parcel(batch, ids[start : start + size], recipients[start : start + size]) for start in range(0, len(ids), size)
    ]


def envelope(parcel: Parcel, key: bytes) -> Envelope:
    """VERP: the row's number in the sub-address tells whose mail came back. Nobody wants reports about notices."""
    mail = parcel.batch.mail
    path = mail.reverse_path
    if path and mail.verp:
        path = bounce_path(path, parcel.ids[0], key=key)
    wanted = path is not None and mail.kind is not Kind.NOTICE
    return Envelope(path, parcel.recipients, id=mail.message_id.partition("@")[0], notify=wanted)
