"""Notices to the coordinators: what waits, why, and what releasing would do and to how many. Pure.

Invariant: a notice names no member; of a member's mail it says "a member" and of its content nothing but the subject.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from binrelay.mail.address import Address
from binrelay.mail.content import Content, plain
from binrelay.mail.gate import shows_anybody
from binrelay.mail.scrub import redacted
from binrelay.model import Network
from binrelay.records import ArrivalRecord, Kind, Mail
from binrelay.records.coordinator import Stopped
from binrelay.rules.decision import Why
from binrelay.rules.desk import Desk, Letter, seal
from binrelay.rules.exposure import person
from binrelay.rules.moments import clock_time, spoken

# A released mail of these goes to everybody although it looks as if it was meant for one.
PRIVATE_LOOKING = frozenset(
    {Why.UNMATCHED_REPLY, Why.ANSWERS_NOTICE, Why.FORWARDED_OURS, Why.CONFLICTING_MARKS, Why.UNKNOWN_ON_THREAD}
)
SUBJECT_SHOWN = 120  # characters


def held_notices(held: Sequence[ArrivalRecord], desk: Desk) -> tuple[Mail, ...]:
    """One mail a coordinator for each held mail; for more than one at once, `held_together` is the one to call."""
    return tuple(mail for record in held for mail in _one(record, desk))


def held_together(held: Sequence[ArrivalRecord], desk: Desk) -> tuple[Mail, ...]:
    """One mail a coordinator for all of them."""
    network = desk.network
    items = [
        (
            record.id,
            shown_subject(record.subject, network, author=record.author),
            shown_author(record, network),
            why_sentence(record.why, desk),
            record.releases,
            record.reaches,
        )
        for record in held
    ]
    private = [record.reaches for record in held if _looks_private(record)]
    counts = {"count": len(held), "private": len(private), "most": max(private, default=0)}
    subject = desk.say("notice-many-subject", network=network.name, count=len(held))
    text = desk.say("notice-many", network=network.name, items=items, **counts, **folder_names(network))
    return notify(subject, text, key=f"{held[0].id}/{held[-1].id}/notice-many", desk=desk)


def _one(record: ArrivalRecord, desk: Desk) -> tuple[Mail, ...]:
    network = desk.network
    why = why_sentence(record.why, desk)
    text = desk.say(
        "notice-held",
        network=network.name,
        id=record.id,
        why=why,
        subject=shown_subject(record.subject, network, author=record.author),
        author=shown_author(record, network),
        arrived=spoken(record.arrived, desk),
        release=record.releases,
        reaches=record.reaches,
        warn=_looks_private(record),
        also=shown_author(record, network) if record.why == Why.UNKNOWN_ON_THREAD else None,
        **folder_names(network),
    )
    subject = desk.say("notice-held-subject", network=network.name, id=record.id, why=why)
    return notify(subject, text, key=f"{record.id}/notice", desk=desk)


def _looks_private(record: ArrivalRecord) -> bool:
    return record.releases == "bulletin" and record.why in PRIVATE_LOOKING


def delayed_notices(record: ArrivalRecord, moment: float, desk: Desk) -> tuple[Mail, ...]:
    """A bulletin goes out by itself at that moment, unless somebody stops it."""
    network = desk.network
    partner = next((each.name for each in network.partners if each.id == record.partner), network.name)
    return tell(
        "delayed",
        key=f"{record.id}/delayed",
        desk=desk,
        id=record.id,
        subject=record.subject,
        sender=partner,
        time=clock_time(moment, desk),
        reaches=record.reaches,
        **folder_names(network),
    )


def stopped_notices(record: ArrivalRecord, stopped: Stopped, desk: Desk) -> tuple[Mail, ...]:
    """What dragging a bulletin to *rejected* did."""
    numbers = {"stopped": stopped.stopped, "out": stopped.out}
    return tell("stopped", key=f"{record.id}/stopped", desk=desk, subject=record.subject, **numbers)


def unreleased_notices(record: ArrivalRecord, why: str, desk: Desk) -> tuple[Mail, ...]:
    """A coordinator released what no release can send: it would name a member, or `why` says what else is in the way."""
    if why == Why.NAMES_A_MEMBER:
        return tell("exposed", key=f"{record.id}/exposed/{int(desk.now)}", desk=desk, subject=record.subject)
    key = f"{record.id}/unsendable/{int(desk.now)}"
    return tell("unsendable", key=key, desk=desk, subject=record.subject, why=why_sentence(why, desk))


def reminders(held: Sequence[ArrivalRecord], desk: Desk) -> tuple[Mail, ...]:
    """One mail a coordinator for all that waits a day or longer."""
    network = desk.network
    items = [
        (
            record.id,
            shown_subject(record.subject, network, author=record.author),
            why_sentence(record.why, desk),
            spoken(record.arrived, desk),
        )
        for record in held
    ]
    key = f"{held[0].id}/reminder/{int(desk.now)}"
    return tell("reminder", key=key, desk=desk, count=len(held), items=items, **folder_names(network))


def notify(subject: str, words: str | Content, *, key: str, desk: Desk) -> tuple[Mail, ...]:
    """The same words to each coordinator, each in a mail of its own, so that nobody's address is in another's."""
    content = plain(words) if isinstance(words, str) else words
    return tuple(
        seal(_letter(subject, content, position, desk=desk), f"{key}/{position}", desk)
        for position, _ in enumerate(desk.network.coordinators)
    )


def tell(name: str, *, key: str, desk: Desk, **values: object) -> tuple[Mail, ...]:
    """A notice from the two templates `notice-NAME-subject` and `notice-NAME`; a `subject` among the values is shown quietly."""
    if subject := values.get("subject"):
        values["subject"] = shown_subject(str(subject), desk.network)
    said = {"network": desk.network.name, **folder_names(desk.network), **values}
    return notify(desk.say(f"notice-{name}-subject", **said), desk.say(f"notice-{name}", **said), key=key, desk=desk)


def _letter(subject: str, content: Content, position: int, *, desk: Desk) -> Letter:
    coordinator = desk.network.coordinators[position]
    return Letter(
        kind=Kind.NOTICE,
        display="binrelay",
        to=((coordinator.name or "", coordinator.address),),
        recipients=(coordinator.address,),
        subject=subject,
        content=content,
        extra=(("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")),
        null_path=True,
    )


def why_sentence(why: str, desk: Desk) -> str:
    return desk.say(f"why-{why}")


def shown_subject(subject: str, network: Network, *, author: Address | None = None) -> str:
    """The subject without the member who wrote it; a row of dots where it names another."""
    if author is not None and author.key in network.roster:
        subject = redacted(subject, person=person(author, network), pseudonym="…")
    return "…" if shows_anybody(subject, network.people) else subject[:SUBJECT_SHOWN]


def shown_author(record: ArrivalRecord, network: Network) -> str | None:
    """A partner's or a stranger's address; None for a member, whom no notice names."""
    if record.author is None or record.author.key in network.roster:
        return None
    return str(record.author)


def folder_names(network: Network) -> Mapping[str, str]:
    folders = network.folders
    return {
        "done_folder": f"{folders.root}/{folders.done}",
        "held_folder": f"{folders.root}/{folders.held}",
        "release_folder": f"{folders.root}/{folders.release}",
        "rejected_folder": f"{folders.root}/{folders.rejected}",
    }
