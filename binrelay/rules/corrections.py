"""Whether an author corrects or withdraws a bulletin of its own: the people who had that one should hear of it. Pure.

Invariant: this only says which bulletin is meant. What looks like a private answer was held before anybody asks.
"""

from __future__ import annotations

import re

from binrelay.mail.message import Message
from binrelay.mail.own_words import own_lines
from binrelay.mail.subject import subject_key
from binrelay.model import BulletinRecord
from binrelay.rules.threads import Thread

WORDS = (
    "rectificatie|gerectificeerd|correctie|gecorrigeerd|intrekking|ingetrokken|intrekken|herroepen|vervallen"
    "|correction|corrected|corrigendum|erratum|retraction|retracted|withdrawal|withdrawn|recall"
    "|rectification|rectificatif|correctif|retrait|retiré|annulé"
    "|berichtigung|berichtigt|korrektur|korrigiert|richtigstellung|zurückgezogen|rückruf|widerruf|widerrufen"
)
_WORD = re.compile(rf"\b(?:{WORDS})\b", re.IGNORECASE)
_LEADING = re.compile(rf"^\W{{0,5}}(?:{WORDS})\b(?:\s(?:op|van|to|of|de|zu|von)\b)?[\s:;.!–—-]*", re.IGNORECASE)
_TRAILING = re.compile(rf"[\s:;(\[–—-]{{1,5}}(?:{WORDS})[\s)\].!]*$", re.IGNORECASE)
_AT_FRONT = re.compile(rf"^\W{{0,5}}(?:{WORDS})\b\s?(?:[:;.!–—-]|$)", re.IGNORECASE)


def speaks_of_correction(bare: str, message: Message) -> bool:
    """A word of correction in the subject, or one that heads the text as a line or a label of its own."""
    return bool(_WORD.search(bare) or _AT_FRONT.match(next(iter(own_lines(message, 1)), "")))


def says_so(bare: str) -> bool:
    return bool(_WORD.search(bare))


def uncorrected(bare: str) -> str:
    """The subject as the first bulletin had it: `Rectificatie: Gele Polo`, `Gele Polo (ingetrokken)`."""
    return subject_key(_TRAILING.sub("", _LEADING.sub("", bare)))


def corrected_bulletin(thread: Thread, partner: str | None) -> BulletinRecord | None:
    """The author's own bulletin that is meant: the one it answers, else the only one of that subject."""
    meant = thread.bulletin or thread.subject_bulletin
    return meant if meant is not None and meant.partner == partner else None
