"""`incident`: who received what and when, and whom it showed, for the report that is due within 72 hours.

Invariant: it changes nothing, and says what it does not know any more.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from binrelay.cli.exits import Exit, complain
from binrelay.cli.lines import write_line
from binrelay.cli.load import load
from binrelay.cli.wording import local_time
from binrelay.model import Network, Settings
from binrelay.records.incident import Incident, Reached, Sent
from binrelay.rules.incident import Visible, as_json, look
from binrelay.rules.membership import overlay
from binrelay.store.store import open_store

Found = tuple[Incident, Sequence[Visible | None], Network]


def show_incident(path: Path, name: str, *, as_json_line: bool) -> None:
    """Exits 66 where nothing has that name."""
    settings = load(path, secrets=False, warn=False)
    found = asyncio.run(_find(settings, name.strip().strip("<>")))
    if found is None:
        complain(
            f"Nothing is known under {name}. It may be the number of a held mail or an arrival (binrelay held list, the "
            "log), the key of a mail (binrelay queue), the tag in a subject, or a Message-ID."
        )
        sys.exit(Exit.NO_INPUT)
    if as_json_line:
        write_line(as_json(*found))
    else:
        sys.stdout.write(_readable(*found))


async def _find(settings: Settings, name: str) -> Found | None:
    store = await open_store(settings.store)
    try:
        incident = await store.incident(name) or await store.incident(name.upper())
        listed = next((each for each in settings.networks if incident and each.id == incident.network), None)
        if incident is None or listed is None:
            return None
        network = overlay(listed, await store.standings(listed.id), time.time())
        seen = []
        for mail in incident.mails:
            content = None if mail.content_id is None else await store.content(mail.content_id)
            seen.append(None if content is None else look(content, mail, incident, network=network))
        return incident, seen, network
    finally:
        await store.close()


def _readable(incident: Incident, seen: Sequence[Visible | None], network: Network) -> str:
    lines = [f"Network: {network.name} ({network.id})", *_arrival_lines(incident)]
    for mail, visible in zip(incident.mails, seen, strict=True):
        lines += ["", *_mail_lines(mail), *_visible_lines(visible), *_reached_lines(mail)]
    if not incident.mails:
        lines += ["", "Nothing was sent because of it."]
    lines += ["", "A leak is reported to the supervisory authority within 72 hours after it was noticed."]
    return "\n".join(lines) + "\n"


def _arrival_lines(incident: Incident) -> list[str]:
    record = incident.arrival
    if record is None:
        return []
    settled = f", {record.state} {_moment(record.settled)}" if record.settled else ""
    return [
        f"Arrival: {record.id}, {_moment(record.arrived)}, from {record.author or '(forgotten, or left alone)'}",
        f"Subject: {record.subject or '(forgotten, or none)'}",
        f"Decided: {record.decision} by rule {record.rule} ({record.why}), {_moment(record.decided)}{settled}",
    ]


def _mail_lines(mail: Sent) -> list[str]:
    return [f"Mail {mail.key}: {mail.kind.value}, queued {_moment(mail.queued)}", f"  Message-ID: {mail.message_id}"]


def _visible_lines(visible: Visible | None) -> list[str]:
    if visible is None:
        return ["  What it said is forgotten (retention.content): whom it showed cannot be looked up any more."]
    shown = [f"  It shows: {name} ({where})" for name, where in visible.shows]
    return [
        f"  From: {visible.sender}",
        f"  To: {visible.to}",
        *([f"  Cc: {visible.cc}"] if visible.cc else []),
        f"  Subject: {visible.subject}",
        *(shown or ["  It shows no address that is known here, and no member's name."]),
    ]


def _reached_lines(mail: Sent) -> list[str]:
    if not mail.reached:
        return ["  Who received it is forgotten (retention.conversations)."]
    sent = sum(each.state == "sent" for each in mail.reached)
    erased = sum(each.state == "erased" for each in mail.reached)
    gone = f"; {erased} erased since, the server's reply tells whether it came" if erased else ""
    return [f"  Received by {sent} of {len(mail.reached)}{gone}:", *(_reached_line(each) for each in mail.reached)]


def _reached_line(each: Reached) -> str:
    reply = " ".join(filter(None, (str(each.code or ""), each.status, each.reply)))
    return f"    {each.address or '(erased)'}  {each.state}  {_moment(each.at) or 'not yet'}  {reply}".rstrip()


def _moment(unix: float | None) -> str | None:
    """With the offset, for the report may travel."""
    return None if unix is None else local_time(unix, "%Y-%m-%d %H:%M:%S %z")
