"""The coordinators' letter of the week: what went out, to how many, what came back and what waits. Pure.

Invariant: it holds counts, the partners' names and the subjects of bulletins; of members it says how many, never who.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from binrelay.mail.content import Picture, illustrated, plain
from binrelay.model import DigestTime
from binrelay.records import ArrivalRecord, Kind, Mail
from binrelay.records.coordinator import Chart, Issue, Span, Week
from binrelay.records.members import Cause, Standing, State
from binrelay.rules.desk import Desk, Letter, seal, tagged_subject
from binrelay.rules.moments import local, spoken
from binrelay.rules.notice import folder_names, notify, shown_subject, why_sentence
from binrelay.rules.page import Shown, page
from binrelay.rules.schedule import week_starts

WIDTH = 560  # pixels of the picture as it is shown; it is drawn twice as large


@dataclass(frozen=True, slots=True)
class Told:
    """Everything one letter of the week is made from."""

    span: Span
    week: Week
    held: Sequence[ArrivalRecord]
    standings: Sequence[Standing]


def chart_of(told: Told, at: DigestTime, desk: Desk) -> Chart:
    starts = week_starts(told.span.until, at, desk.network.timezone)
    return Chart(
        labels=tuple(f"{local(start, desk):%d-%m}" for start in starts[:-1]),
        bulletins=_by_week(told.week.bulletins_at, starts),
        replies=_by_week(told.week.replies_at, starts),
    )


def _by_week(moments: Sequence[float], starts: Sequence[float]) -> tuple[int, ...]:
    counted = Counter(bisect_right(starts, moment) - 1 for moment in moments)
    return tuple(counted[week] for week in range(len(starts) - 1))


def week_letters(told: Told, chart: Chart, png: bytes | None, *, desk: Desk) -> tuple[Mail, ...]:
    """One a coordinator; the HTML says what the plain text says, and shows the picture."""
    network = desk.network
    values = _values(told, chart, desk)
    subject = desk.say("notice-week-subject", **values)
    text = desk.say("notice-week", **values)
    content = plain(text)
    if png is not None:
        picture = Picture(f"{desk.token(20).lower()}@{network.address.domain}", png)
        shown = Shown(
            cid=picture.cid,
            alt=desk.say("week-picture", bulletins=chart.bulletins, replies=chart.replies),
            width=WIDTH,
            legend=(desk.say("week-bulletins"), desk.say("week-replies")),
        )
        html = page(text, language=network.language, picture=shown)
        content = illustrated(text, html, (picture,), boundaries=(desk.boundary(), desk.boundary()))
    return notify(subject, content, key=week_key(told.span, desk), desk=desk)


def week_key(span: Span, desk: Desk) -> str:
    return f"{desk.network.id}/week/{local(span.until, desk):%Y-%m-%d}"


def _values(told: Told, chart: Chart, desk: Desk) -> dict[str, object]:
    network = desk.network
    paused = _paused(told.standings, desk)
    return {
        "network": network.name,
        "since": spoken(told.span.since, desk),
        "until": spoken(told.span.until, desk),
        "issues": [_issue(issue, desk) for issue in told.week.issues],
        "replies": [
            (_partner(partner, desk), number) for partner, number in sorted(told.week.replies.items(), key=str)
        ],
        "members": len(network.active_members),
        "paused": sum(number for _, number in paused),
        "reasons": paused,
        "waiting": [
            (
                shown_subject(record.subject, network, author=record.author),
                why_sentence(record.why, desk),
                spoken(record.arrived, desk),
            )
            for record in told.held
        ],
        "history": list(zip(chart.labels, chart.bulletins, chart.replies, strict=True)),
        **folder_names(network),
    }


def _issue(issue: Issue, desk: Desk) -> tuple[str, str, int, int, int, int]:
    subject, partner = shown_subject(issue.subject, desk.network), _partner(issue.partner, desk)
    return subject, partner, issue.reached, issue.total, issue.refused, issue.replies


def _partner(partner: str | None, desk: Desk) -> str:
    """A partner that was taken out of the YAML since has no name any more."""
    known = {each.id: each.name for each in desk.network.partners}
    return known.get(partner, partner) if partner else desk.network.name


def _paused(standings: Sequence[Standing], desk: Desk) -> list[tuple[str, int]]:
    """How many members are paused, by the reason; what no standing explains the admin wrote."""
    causes = {each.address.key: each.cause for each in standings if each.state is State.PAUSED}
    reasons = Counter(
        _reason(next((causes[each.key] for each in member.addresses if each.key in causes), None))
        for member in desk.network.members
        if member.paused
    )
    return sorted(reasons.items())


def _reason(cause: Cause | None) -> str:
    return cause.value if cause else "listed"


def count_letter(issue: Issue, desk: Desk) -> Mail | None:
    """What the author of a bulletin asked to hear: to how many members it went. Never to whom."""
    if issue.author is None:
        return None
    values = {"network": desk.network.name, "reached": issue.reached, "refused": issue.refused}
    letter = Letter(
        kind=Kind.ACKNOWLEDGEMENT,
        display=desk.network.name,
        to=(("", issue.author),),
        recipients=(issue.author,),
        subject=tagged_subject(desk.network, desk.say("passed-on-subject", subject=issue.subject, **values)),
        content=plain(desk.say("passed-on", subject=issue.subject, **values)),
        answers=(issue.message_id,) if issue.message_id else (),
        extra=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        null_path=True,
    )
    return seal(letter, count_key(issue), desk)


def count_key(issue: Issue) -> str:
    return f"{issue.id}/passed-on"
