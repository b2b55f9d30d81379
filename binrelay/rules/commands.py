"""Words to the daemon itself: leaving, pausing, help, joining. Pure.

A subject or a first line that is exactly such a word; anything more is somebody speaking to the authorities.
"""

from __future__ import annotations

import re

from binrelay.mail.machines import part_text
from binrelay.mail.message import Message
from binrelay.mail.mime import walk

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
    return not COMMANDS.isdisjoint(_words(message))


def is_join(message: Message) -> bool:
    return not JOINING.isdisjoint(_words(message))


def _words(message: Message) -> tuple[str, str]:
    """The subject and the first line of the text, each as a bare word or phrase."""
    return _bare(message.subject), _bare(first_line(message))


def _bare(text: str) -> str:
    return _EDGES.sub(" ", text.casefold()).strip()


def first_line(message: Message) -> str:
    """Of the text, as it is shown; "" where there is none."""
    root = message.root
    parts = (part for part in walk(root) if part.media_type in ("text/plain", "text/html")) if root else iter(())
    first = next(parts, None)
    shown = part_text(first, message) if first else ""
    return next((line for line in shown.splitlines() if line.strip()), "")
