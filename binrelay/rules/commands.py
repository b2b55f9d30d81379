"""Words to the daemon itself: leaving, pausing, help, joining. Pure.

A subject or a first line that is exactly such a word; anything more is somebody speaking to the authorities.
"""

from __future__ import annotations

import re

from binrelay.mail.message import Message

COMMANDS = frozenset(
    [
        "afmelden",
        "uitschrijven",
        "pauze",
        "hervatten",
        "hulp",
        "help",
        "stop",
        "unsubscribe",
        "leave",
        "pause",
        "resume",
        "désinscription",
        "desinscription",
        "désabonner",
        "desabonner",
        "aide",
        "abmelden",
        "austragen",
        "hilfe",
        "pausieren",
        "fortsetzen",
    ]
)
JOINING = frozenset(
    (
        "aanmelden",
        "lid worden",
        "inschrijven",
        "subscribe",
        "join",
        "s'inscrire",
        "inscription",
        "anmelden",
        "beitreten",
    )
)
_EDGES = re.compile(r"[\s.!?:;,\"'«»“”]+")


def is_command(message: Message) -> bool:
    return _word(message) in COMMANDS


def is_join(message: Message) -> bool:
    return _word(message) in JOINING


def _word(message: Message) -> str:
    """The subject as a bare word; the first line of the text joins in with the full set of commands."""
    return _EDGES.sub(" ", message.subject.casefold()).strip()
