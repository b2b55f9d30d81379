"""Invented values for every text: what `check` proves an admin's own texts with, and what `preview` shows. Pure.

Invariant: each text has at least one sample, and each sample fills every variable of its text.
"""

from __future__ import annotations

from collections.abc import Mapping

from binrelay.rules.breaker import Trip
from binrelay.rules.decision import Why

Values = Mapping[str, object]

NUMBERS: Values = {"urgent_number": "112", "other_number": "0900-8844"}
NETWORK: Values = {"network": "BIN Wilhelminapark"}
_TAG: Values = {**NETWORK, "tag": "K7Q4M2X9"}
_POLO: Values = {**NETWORK, "subject": "Gele Polo"}
_FOLDERS: Values = {
    "held_folder": "BIN/Wacht",
    "release_folder": "BIN/Vrijgeven",
    "rejected_folder": "BIN/Geweigerd",
}
_HELD: Values = {
    **NETWORK,
    **_FOLDERS,
    "id": "K7Q4M2X9",
    "why": "Daarom.",
    "subject": "Re: Gele Polo",
    "author": "wijkagent@politie.example",
    "release": "bulletin",
    "reaches": 812,
    "warn": False,
    "also": None,
    "arrived": "24-11, 10:00",
}
_FAILED: Values = {
    **_POLO,
    "kind": "bulletin",
    "failed": 6,
    "total": 812,
    "statuses": [("5.1.1", 3), ("5.2.2", 1), ("5.7.1", 1), ("552", 1)],
}
_ITEMS = [
    ("K7Q4M2X9", "Gele Polo", "wijkagent@politie.example", "Daarom.", "bulletin", 812),
    ("M2X9K7Q4", "Re: Gele Polo", None, "Daarom.", "nothing", 0),
]
_MANY: Values = {**NETWORK, **_FOLDERS, "count": 2, "items": _ITEMS, "private": 0, "most": 0}
_ACCOUNT: Values = {
    **NETWORK,
    "today": "24-11-2026",
    "standing": "member",
    "addresses": ["jan@mail.example", "jan@work.example"],
    "name": "Jan de Vries",
    "paused": True,
    "named": False,
    "written": [
        ("20-11-2026", "Re: Gele Polo", "passed-on", "Politie Utrecht-Oost"),
        ("21-11-2026", "", "waits", ""),
        ("22-11-2026", "Afwezig", "kept-here", ""),
    ],
    "talks": [("21-11-2026", "K7Q4M2X9", "Politie Utrecht-Oost")],
    "received": [
        ("20-11-2026", "Gele Polo", "sent"),
        ("21-11-2026", "", "failed"),
        ("22-11-2026", "Fietsendief", "queued"),
    ],
    "returned": 2,
    "content_days": 30,
    "conversation_days": 180,
    "address": "coordinator@bin.example",
}
_NOTHING_KEPT: Values = {"name": None, "paused": False, "written": [], "talks": [], "received": [], "returned": 0}
_LINK = "mailto:coordinator@bin.example?subject=%5BBIN%20Wilhelminapark%20K7Q4M2X9%5D"
_GATHERED = [
    ("BIN-lid K7Q4M2X9", ["Ja, om half drie stond hij", "voor de bakker."], _LINK),
    ("BIN-lid M2X9K7Q4", ["Ik zag hem ook."], _LINK.replace("K7Q4M2X9", "M2X9K7Q4")),
]
_REMINDED = [
    ("K7Q4M2X9", "Gele Polo", "Daarom.", "24-11, 10:00"),
    ("M2X9K7Q4", "Re: Gele Polo", "Daarom.", "23-11, 09:00"),
]
_WEEK: Values = {
    **NETWORK,
    **_FOLDERS,
    "since": "16-11, 08:00",
    "until": "23-11, 08:00",
    "issues": [("Gele Polo", "Politie Utrecht-Oost", 809, 812, 2, 5), ("Markt", "Gemeente Utrecht", 812, 812, 0, 1)],
    "replies": [("Politie Utrecht-Oost", 7), ("Gemeente Utrecht", 1)],
    "members": 812,
    "paused": 3,
    "reasons": [("failing", 1), ("own-wish", 2)],
    "waiting": [("Re: Gele Polo", "Daarom.", "22-11, 10:00")],
    "history": [("09-11", 0, 1), ("16-11", 2, 6)],
}
_DELAYED: Values = {
    **_POLO,
    **_FOLDERS,
    "sender": "Politie Utrecht-Oost",
    "id": "K7Q4M2X9",
    "time": "18:05",
    "reaches": 812,
}
_SENDER: Values = {**NETWORK, "sender": "Politie Utrecht-Oost"}
_RELEASES = ("bulletin", "reply", "report", "answer", "join", "nothing")
_KINDS = ("bulletin", "reply", "report", "answer")

_RESEND = {"done_folder": "BIN/Verwerkt", "release_folder": "BIN/Vrijgeven"}
_WAITING = ({"kind": "bulletin", "count": 812}, {"kind": "reply", "count": 1})

SAMPLES: Mapping[str, tuple[Values, ...]] = {
    "via": ({**NETWORK, "name": "Politie Utrecht-Oost"},),
    "member-display": (_TAG,),
    "member-named": ({**NETWORK, "name": "Piet Jansen"},),
    "footer-bulletin": ({**_SENDER, "address": "coordinator@bin.example"},),
    "footer-network-bulletin": ({**NETWORK, "sender": "BIN Wilhelminapark", "address": "coordinator@bin.example"},),
    "footer-reply": (_TAG,),
    "footer-report": (_TAG,),
    "footer-named": ({**_TAG, "name": "Piet Jansen", "address": "piet@mail.example"},),
    "footer-answer": (_SENDER,),
    "correction-subject": ({"subject": "Gele Polo"},),
    "acknowledgement-subject": ({"subject": "Gele Polo"},),
    "acknowledgement": (
        {**NETWORK, "recipients": ["Politie Utrecht-Oost"], "what": "reply", "anonymous": True},
        {**NETWORK, "recipients": ["Politie", "Gemeente"], "what": "report", "anonymous": False},
    ),
    **{f"{name}-subject": (NETWORK,) for name in ("left", "paused", "resumed", "help", "joining", "welcome")},
    **{name: ({**NETWORK, "address": "coordinator@bin.example"},) for name in ("left", "resumed", "help")},
    "paused": tuple(
        {**NETWORK, "address": "coordinator@bin.example", "until": until}
        for until in ("woensdag 1 september, 00:00 uur", None)
    ),
    "joining": ({**NETWORK, "token": "ABCDEFGHIJKLMNOPQRSTUVWX23"},),
    "welcome": ({**NETWORK, "address": "coordinator@bin.example", "partners": ["Politie", "Gemeente"]},),
    "acknowledgement-urgent-subject": ({"subject": "Gele Polo"},),
    "acknowledgement-urgent": (
        {**NETWORK, "recipients": ["Politie Utrecht-Oost"], "what": "reply", "anonymous": True},
        {**NETWORK, "recipients": ["Politie Utrecht-Oost"], "what": "report", "anonymous": False},
    ),
    "urgent-mark": ({"subject": "Gele Polo"},),
    "replies-gathered-subject": ({**_POLO, "count": 2},),
    "replies-gathered": ({**_POLO, "count": 2, "items": _GATHERED},),
    "too-large-subject": ({"subject": "Gele Polo"},),
    "too-large": ({**NETWORK, "limit_kb": 25_000}, {**NETWORK, "limit_kb": 500}),
    "too-much-text": ({**NETWORK, "limit_kb": 25_000},),
    "notice-held-subject": ({**NETWORK, "id": "K7Q4M2X9", "why": "Daarom."},),
    "notice-held": (
        _HELD,
        {**_HELD, "warn": True},
        {**_HELD, "author": "jan@werk.example", "also": "jan@werk.example", "release": "reply", "reaches": 1},
        {**_HELD, "author": None, "release": "nothing", "reaches": 0},
    ),
    "notice-many-subject": ({**NETWORK, "count": 2},),
    "notice-many": (_MANY, {**_MANY, "private": 1, "most": 812}, {**_MANY, "private": 12, "most": 1}),
    "notice-delayed-subject": ({**NETWORK, "time": "18:05", "reaches": 812},),
    "notice-delayed": (_DELAYED, {**_DELAYED, "reaches": 1}),
    "notice-stopped-subject": (NETWORK,),
    "notice-stopped": ({**_POLO, "stopped": 812, "out": 0}, {**_POLO, "stopped": 762, "out": 50}),
    "notice-reminder-subject": ({**NETWORK, "count": 2}, {**NETWORK, "count": 1}),
    "notice-reminder": ({**NETWORK, **_FOLDERS, "count": 2, "items": _REMINDED},),
    "notice-late-subject": (NETWORK,),
    "notice-late": (
        {**_POLO, "decided": "rejected", "address": "coordinator@bin.example"},
        {**_POLO, "decided": "released", "address": "coordinator@bin.example"},
    ),
    "notice-week-subject": (NETWORK,),
    "notice-week": (_WEEK, {**_WEEK, "issues": [], "replies": [], "waiting": [], "paused": 0, "reasons": []}),
    "week-picture": ({"bulletins": (2, 0, 1), "replies": (5, 0, 3)},),
    "week-bulletins": ({},),
    "week-replies": ({},),
    **{f"paused-{reason}": ({},) for reason in ("own-wish", "failing", "coordinator", "listed")},
    "passed-on-subject": ({**_POLO, "reached": 812, "refused": 2},),
    "passed-on": ({**_POLO, "reached": 812, "refused": 2}, {**_POLO, "reached": 1, "refused": 0}),
    "notice-poison-subject": ({**_POLO, "error": "RecursionError"},),
    "notice-poison": ({**_POLO, "error": "RecursionError"},),
    "notice-failed-subject": ({**NETWORK, "failed": 6, "total": 812},),
    "notice-failed": (_FAILED,),
    "notice-uncertain-subject": ({**_POLO, "count": 50},),
    "notice-uncertain": ({**_POLO, **_RESEND, "count": 50}, {**_POLO, **_RESEND, "count": 1}),
    "notice-refused-subject": ({**_POLO, "count": 50},),
    "notice-refused": tuple({**_POLO, **_RESEND, **each} for each in _WAITING),
    "notice-slow-subject": ({**_POLO, "count": 50},),
    "notice-slow": tuple({**_POLO, **_RESEND, **each} for each in _WAITING),
    "notice-stale-subject": ({**_POLO, "count": 50},),
    "notice-stale": tuple({**_POLO, **_RESEND, **each} for each in _WAITING),
    "notice-failing-subject": ({**NETWORK, "count": 1, "done_folder": "BIN/Verwerkt"},),
    "notice-failing": tuple({**NETWORK, "count": count, "done_folder": "BIN/Verwerkt"} for count in (1, 3)),
    **{f"breaker-{trip.value}": ({},) for trip in Trip},
    "notice-breaker-subject": ({**NETWORK, "reason": "Daarom."},),
    "notice-breaker": ({**NETWORK, "reason": "Daarom."},),
    "notice-blamed-subject": ({**_POLO, "total": 812},),
    "notice-blamed": ({**_POLO, "total": 812},),
    "notice-exposed-subject": (NETWORK,),
    "notice-exposed": (_POLO,),
    "notice-unsendable-subject": (NETWORK,),
    "notice-unsendable": ({**_POLO, **_FOLDERS, "why": "Daarom."},),
    "notice-config-subject": ({},),
    "notice-config": ({"problems": ["binrelay.yaml:3:5: networks.0.name: is missing"]},),
    "notice-login-subject": ({**NETWORK, "server": "imap"},),
    "notice-login": ({**NETWORK, "server": "imap", "answer": "NO [AUTHENTICATIONFAILED]"},),
    "account-subject": (NETWORK,),
    "account": (
        _ACCOUNT,
        {**_ACCOUNT, "standing": "left", "named": True},
        {**_ACCOUNT, **_NOTHING_KEPT, "standing": "unknown"},
    ),
    "weekdays": ({},),
    "months": ({},),
    "moment": ({"weekday": "dinsdag", "day": 24, "month": "november", "time": "18:05"},),
    **{f"refused-{word}": ({"text": "5.1.1"},) for word in ("unknown-address", "mailbox-full", "not-welcome")},
    "refused-otherwise": ({"text": "552"},),
    **{f"kind-{kind}": ({},) for kind in _KINDS},
    **{f"why-{why.value}": ({},) for why in Why},
    **{f"release-{name}": ({"reaches": 812}, {"reaches": 1}) for name in _RELEASES},
}


def samples(name: str) -> tuple[Values, ...]:
    """Raises KeyError for a text that does not exist."""
    return tuple({**NUMBERS, **values} for values in SAMPLES[name])
