"""What has to be told within 72 hours when something went wrong (GDPR articles 33 and 34): who received what, when, and
whom it showed. Pure.

Invariant: what was forgotten is said to be forgotten; nothing is concluded from its absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from binrelay.mail.address import Address
from binrelay.mail.gate import find_exposures
from binrelay.mail.header import decode_words, read_header
from binrelay.mail.people import People
from binrelay.model import Network
from binrelay.records import ArrivalRecord, Kind
from binrelay.records.incident import Incident, Reached, Sent


@dataclass(frozen=True, slots=True)
class Visible:
    """What whoever got a mail could see of others in it."""

    sender: str
    to: str
    cc: str
    subject: str
    shows: tuple[tuple[str, str], ...]  # an address or a name, and where it stands


def look(content: bytes, mail: Sent, incident: Incident, *, network: Network) -> Visible:
    """As the final check looks: in the bytes, and in all that a reader can decode from them. Every known address counts,
    but for the authorities', the network's, and that of whoever alone received it."""
    alone = mail.reached[0].address if len(mail.reached) == 1 else None
    member = network.roster.get(alone.key) if alone else None
    own = {each.key for each in member.addresses} if member else {alone.key} if alone else set()
    names = [each.name for each in network.members if member is None or each.address != member.address]
    authorities = {each.key for partner in network.partners for each in partner.replies_to}
    people = People(frozenset({*incident.known, *network.roster} - {network.address.key} - authorities - own), names)
    header, _, _ = read_header(content)
    first = {name: decode_words(header.first(name) or "") for name in ("from", "to", "cc", "subject")}
    found = dict.fromkeys((each.key, each.where) for each in find_exposures(content, people, hidden=[people]))
    return Visible(first["from"], first["to"], first["cc"], first["subject"], tuple(found))


def as_json(incident: Incident, seen: Sequence[Visible | None], network: Network) -> dict[str, object]:
    """`seen` has one entry a mail: None where its content is forgotten."""
    return {
        "network": {"id": network.id, "name": network.name, "address": str(network.address)},
        "arrival": _arrival_json(incident.arrival) if incident.arrival else None,
        "mails": [_mail_json(mail, visible) for mail, visible in zip(incident.mails, seen, strict=True)],
        "people_reached": len(_reached(incident)),
        "people_shown": sorted({name for visible in seen if visible for name, _ in visible.shows}),
        "contents_forgotten": sum(visible is None for visible in seen),
        "recipients_forgotten": sum(not mail.reached for mail in incident.mails),
    }


def _reached(incident: Incident) -> set[Address | None]:
    """Who got what was passed on; a notice to the coordinators and a word of thanks pass nothing on."""
    passed_on = (mail for mail in incident.mails if mail.kind not in (Kind.NOTICE, Kind.ACKNOWLEDGEMENT))
    return {each.address for mail in passed_on for each in mail.reached if each.state == "sent"}


def _arrival_json(record: ArrivalRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "author": str(record.author) if record.author else None,
        "partner": record.partner,
        "subject": record.subject,
        "message_id": record.message_id,
        "arrived": _moment(record.arrived),
        "decided": _moment(record.decided),
        "settled": _moment(record.settled),
        "decision": record.decision,
        "rule": record.rule,
        "why": record.why,
        "state": record.state,
    }


def _mail_json(mail: Sent, visible: Visible | None) -> dict[str, object]:
    shown = None if visible is None else [{"who": name, "where": where} for name, where in visible.shows]
    return {
        "key": mail.key,
        "kind": mail.kind.value,
        "message_id": mail.message_id,
        "queued": _moment(mail.queued),
        "content": "forgotten" if visible is None else "kept",
        "from": visible.sender if visible else None,
        "to": visible.to if visible else None,
        "cc": visible.cc if visible else None,
        "subject": visible.subject if visible else None,
        "shows": shown,
        "recipients": [_reached_json(each) for each in mail.reached],
    }


def _reached_json(each: Reached) -> dict[str, object]:
    return {
        "address": str(each.address) if each.address else None,
        "state": each.state,
        "at": _moment(each.at),
        "attempts": each.attempts,
        "reply": f"{each.code} {each.status or ''} {each.reply}".strip() if each.code else each.reply,
    }


def _moment(unix: float | None) -> str | None:
    return None if unix is None else datetime.fromtimestamp(unix, UTC).isoformat(timespec="seconds")
