"""Until when somebody pauses, as people write it: a day, a weekday, a number of weeks; nl, en, fr, de. Pure.

Invariant: a day that cannot be read for sure, lies in the past or more than a year ahead is no day: a person is asked.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

LONGEST = 366  # days


@dataclass(frozen=True, slots=True)
class Until:
    """One of the forms; what stays None was not said."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None  # Monday is 0
    days: int | None = None
    months: int | None = None
    inclusive: bool = False  # "t/m": that day itself is still part of the pause


_MONTHS = (
    "januari jan january janvier januar janner",
    "februari feb february fevrier februar",
    "maart mrt mar march mars marz",
    "april apr avril",
    "mei may mai",
    "juni jun june juin",
    "juli jul july juillet",
    "augustus aug august aout",
    "september sep sept septembre",
    "oktober okt oct october octobre",
    "november nov novembre",
    "december dec decembre dez dezember",
)
_WEEKDAYS = (
    "maandag monday lundi montag",
    "dinsdag tuesday mardi dienstag",
    "woensdag wednesday mercredi mittwoch",
    "donderdag thursday jeudi donnerstag",
    "vrijdag friday vendredi freitag",
    "zaterdag saturday samedi samstag sonnabend",
    "zondag sunday dimanche sonntag",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
_NUMBER = {
    "een": 1, "one": 1, "a": 1, "un": 1, "une": 1, "ein": 1, "eine": 1, "einen": 1, "twee": 2, "two": 2, "deux": 2, "zwei": 2,
    "drie": 3, "three": 3, "trois": 3, "drei": 3, "vier": 4, "four": 4, "quatre": 4, "vijf": 5, "five": 5, "cinq": 5, "funf": 5,
    "zes": 6, "six": 6, "sechs": 6, "zeven": 7, "seven": 7, "sept": 7, "sieben": 7, "acht": 8, "eight": 8, "huit": 8,
}  # fmt: skip
_UNITS = (
    (1, frozenset(["dag", "dagen", "day", "days", "jour", "jours", "tag", "tage", "tagen"])),
    (7, frozenset(["week", "weken", "weeks", "wk", "semaine", "semaines", "woche", "wochen"])),
)
_MONTH_UNITS = frozenset(["maand", "maanden", "month", "months", "mois", "monat", "monate", "monaten"])
_LEAD = re.compile(
    r"(?P<through>tot en met|t m|tm|up to and including|until and including|through|bis einschliesslich|bis und mit)\b"
    r"|(?:tot|until|till|til|to|up to|bis zum|bis|jusqu au|jusqu a|jusque|jusqu|pour|voor|for|fur|gedurende|pendant|during)\b"
)
_TAIL = re.compile(r"\b(?P<inclusive>inclus|inclusive|included|einschliesslich|tot en met)$|\b(?:uur|lang|long)$")
_NUMERIC = re.compile(r"(\d{1,2})[ ](\d{1,2})(?:[ ](\d{4}|\d{2}))?$")
_ISO = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})$")
_WORDED = re.compile(
    r"(?:(?:le|de|den|dem|the)\s)?(\d{1,2})(?:\s?(?:er|e|st|nd|rd|th|ste|de))?(?: of)? ([a-z]+)(?: (\d{4}))?$"
)
_ENGLISH = re.compile(r"([a-z]+) (\d{1,2})(?:\s?(?:st|nd|rd|th))?(?: (\d{4}))?$")
_SPAN = re.compile(r"(\d{1,3}|[a-z]+) ([a-z]+)$")


def read_until(words: str) -> Until | None:
    """What stands behind "pauze", without accents, case and punctuation. None: it cannot be read for sure."""
    lead = _LEAD.match(words)
    rest = words[lead.end() :].strip() if lead else words
    tail = _TAIL.search(rest)
    rest = rest[: tail.start()].strip() if tail else rest
    inclusive = bool((lead and lead["through"]) or (tail and tail["inclusive"]))
    found = _day(rest) or _span(rest)
    return None if found is None else replace(found, inclusive=inclusive)


def _day(text: str) -> Until | None:
    if text in _WEEKDAY:
        return Until(weekday=_WEEKDAY[text])
    if iso := _ISO.fullmatch(text):
        return Until(day=int(iso[3]), month=int(iso[2]), year=int(iso[1]))
    if numeric := _NUMERIC.fullmatch(text):
        year = numeric[3]
        return Until(day=int(numeric[1]), month=int(numeric[2]), year=int(f"20{year[-2:]}") if year else None)
    if (worded := _WORDED.fullmatch(text)) and worded[2] in _MONTH:
        return Until(day=int(worded[1]), month=_MONTH[worded[2]], year=int(worded[3]) if worded[3] else None)
    if (english := _ENGLISH.fullmatch(text)) and english[1] in _MONTH:
        return Until(day=int(english[2]), month=_MONTH[english[1]], year=int(english[3]) if english[3] else None)
    return None


def _span(text: str) -> Until | None:
    span = _SPAN.fullmatch(text)
    if span is None:
        return None
    count = int(span[1]) if span[1].isdigit() else _NUMBER.get(span[1], 0)
    if count and span[2] in _MONTH_UNITS:
        return Until(months=count)
    return next((Until(days=count * unit) for unit, names in _UNITS if count and span[2] in names), None)


def moment(until: Until, now: float, zone: tzinfo) -> float | None:
    """When the pause ends: at midnight, in the network's own time. None: no such day, past, or too far away."""
    today = datetime.fromtimestamp(now, zone).date()
    end = _date(until, today)
    if end is not None and until.inclusive:
        end += timedelta(days=1)
    if end is None or not today < end <= today + timedelta(days=LONGEST):
        return None
    return datetime(end.year, end.month, end.day, tzinfo=zone).timestamp()


def _date(until: Until, today: date) -> date | None:
    if until.days is not None:
        return today + timedelta(days=until.days)
    if until.months is not None:
        return _months_later(today, until.months)
    if until.weekday is not None:
        return today + timedelta(days=(until.weekday - today.weekday() - 1) % 7 + 1)
    return _calendar_day(until, today)


def _months_later(today: date, months: int) -> date:
    years, month = divmod(today.month - 1 + months, 12)
    year, month = today.year + years, month + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _calendar_day(until: Until, today: date) -> date | None:
    """Without a year: the next such day."""
    for year in (until.year,) if until.year else (today.year, today.year + 1):
        try:
            found = date(year, until.month or 0, until.day or 0)
        except ValueError:
            continue
        if until.year or found > today:
            return found
    return None
