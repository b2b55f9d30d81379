"""Words to the daemon itself: leaving, pausing, resuming, help, one's own data, joining. Pure.

Invariant: a wish is sure only where nothing else is said. A wish with more beside it is doubtful and waits for a person; what
is no wish goes to the authorities as always.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from binrelay.mail.header import decode_words
from binrelay.mail.message import Message
from binrelay.mail.own_words import own_lines
from binrelay.mail.subject import Subject
from binrelay.rules.until import Until, read_until
from binrelay.rules.wish_words import (
    ASKING,
    AWAY,
    COURTESY,
    ENDING,
    LOOSE,
    MAILING,
    NEWS,
    NO_MORE,
    ORDINARY,
    OWN_DATA,
    PAUSING,
    PHRASES,
    PRESSING,
    RECEIVING,
    REMOVING,
    SELF,
    TELLING,
    THINGS,
    WANTING,
    Verb,
)

_FEW = 4  # words beside a wish that change nothing: "tot ziens", a name that the mail's From does not tell
_INTRODUCED = 60  # words with which somebody who wants to join says who they are
_SHORT = 18  # words: a mail in which a telling word may be a wish
_CURT = 6  # words: so few ask for something without saying who asks
_LONGEST = 14  # words of a wish
_LONGEST_LINE = 2_000  # characters
_BEFORE_A_DAY = frozenset(
    {"tot", "en", "met", "t", "m", "to", "a", "voor", "for", "pour", "fur", "bis", "jusqu", "au", "le"}
)
_BREAKS = re.compile(r"[^\w]+|_+")


@dataclass(frozen=True, slots=True)
class Wish:
    verb: Verb
    sure: bool = True
    until: Until | None = None  # of a pause; None: until somebody says so
    ordinary: bool = False  # said with a word that people use for other things too
    loose: bool = False  # said with words that may be about something else, and nobody named with them
    by_subject: bool = False  # the whole subject says it, without a reply prefix, above a text of ordinary length


@dataclass(frozen=True, slots=True)
class _Said:
    lines: Sequence[str]  # the author's own
    courtesy: frozenset[str]
    names: frozenset[str]  # the author's, as the mail has them

    def more_than(self, wish: Wish, *, after: int = 0) -> bool:
        """Whether the lines say more than the wish: a few words change nothing, but "Help" and then "Brand" is a cry."""
        aside = self.courtesy | self.names
        most = 0 if wish.ordinary or wish.loose else _FEW
        words = _words(self.lines[after:], most, aside - PRESSING if wish.ordinary else aside)
        return len(words) > most or not NEWS.isdisjoint(words)


def read_wish(message: Message, subject: Subject, network_name: str = "") -> Wish | None:
    """What the author asks of the network itself; `subject` is the mail's own, read."""
    author = decode_words(message.header.first("from") or "")[:_LONGEST_LINE]
    said = _Said(own_lines(message), COURTESY | frozenset(words_of(network_name)), frozenset(words_of(author)))
    title = words_of(subject.bare)
    asked = _phrase(title, said.courtesy)
    if asked and subject.reply and asked.ordinary:
        asked = None  # an answer to a bulletin whose subject happens to be such a word
    if asked:
        plain = not (subject.reply or subject.forward)
        return _until_told(title, said, plain=plain) or _by_subject(asked, said, plain=plain)
    own_title = () if subject.reply or subject.forward else title
    return _by_text(said, own_title)


def _until_told(title: Sequence[str], said: _Said, *, plain: bool) -> Wish | None:
    """ "Pauze", and below it "tot 1 februari"."""
    wish = _phrase([*title, *_words(said.lines[:1], _LONGEST)], said.courtesy)
    if wish is None or wish.until is None or said.more_than(wish, after=1):
        return None
    return replace(wish, by_subject=plain)


def _by_subject(asked: Wish, said: _Said, *, plain: bool) -> Wish | None:
    told = _of_text(said)
    if told is not None and told.verb is asked.verb:
        return replace(told, sure=asked.sure or told.sure, until=asked.until or told.until, by_subject=plain)
    if told is None and not said.more_than(asked):
        return replace(asked, by_subject=plain)
    if asked.ordinary:
        away = asked.verb is Verb.PAUSE and not AWAY.isdisjoint(_words(said.lines, _SHORT))
        return replace(asked, sure=False) if away else _by_text(said, ("…",))
    introduced = len(_words(said.lines, _INTRODUCED)) <= _INTRODUCED
    return replace(asked, sure=False, by_subject=plain and introduced)


def _by_text(said: _Said, title: Sequence[str]) -> Wish | None:
    """`title`: the words of a subject of its own, which says something else."""
    told = _of_text(said)
    if told is not None:
        if told.ordinary and title:
            return None
        return replace(told, sure=False) if told.loose and title else told
    first = _phrase(_words(said.lines[:1], _LONGEST), said.courtesy)
    if first is not None and not first.ordinary:
        return replace(first, sure=False)
    return Wish(Verb.LEAVE, sure=False) if _may_ask([*title, *_words(said.lines, _SHORT)]) else None


def _may_ask(words: Sequence[str]) -> bool:
    """Whether a short mail may ask for an end to our mails, in whatever words: a person sees that at once."""
    if len(words) > _SHORT or (len(words) > _CURT and ASKING.isdisjoint(words)):
        return False
    text = f" {' '.join(words)} "
    if any(stem in text for stem in TELLING):
        return True
    if not NEWS.isdisjoint(words):
        return False
    endings = ENDING if WANTING.isdisjoint(words) else ENDING + NO_MORE
    speaks_of_mail = len(words) <= _LONGEST and not MAILING.isdisjoint(words)
    return any(stem in text for stem in OWN_DATA) or (speaks_of_mail and any(f" {each} " in text for each in endings))


def _of_text(said: _Said) -> Wish | None:
    """A wish that the first line is, or the first lines together, with hardly a word beside it."""
    for number in (1, 2, 3):
        if number > len(said.lines):
            break
        wish = _phrase(_words(said.lines[:number], _LONGEST), said.courtesy)
        if wish is not None and not said.more_than(wish, after=number):
            return wish
    return None


def _words(lines: Sequence[str], most: int, aside: frozenset[str] = frozenset()) -> list[str]:
    """The words but those `aside`, and no more than one beyond `most`: then there are too many to ask for something."""
    every = (word for line in lines for word in _words_of_line(line) if word not in aside)
    return list(islice(every, most + 1))


def _words_of_line(line: str) -> list[str]:
    """Who writes so long a line says more than any wish, whatever its words are."""
    words = words_of(line[:_LONGEST_LINE])
    return words if len(line) <= _LONGEST_LINE else [*words, *["…"] * _SHORT]


def _phrase(words: Sequence[str], courtesy: frozenset[str]) -> Wish | None:
    """The wish that these words are, and nothing else."""
    if not words or len(words) > _LONGEST:
        return None
    whole = " ".join(words)
    if whole in ORDINARY:
        return Wish(ORDINARY[whole], ordinary=True)
    if not WANTING.isdisjoint(words):
        courtesy |= RECEIVING
    said = ((verb, phrase) for verb, phrases in PHRASES.items() for phrase in phrases)
    found = next((each for each in said if _is_all(each[1].split(), words, _beside(each[1], words, courtesy))), None)
    if found is None:
        return _pause(words, courtesy)
    verb, phrase = found
    # "Je veux plus de messages": more of them, or none; "plus de messages, merci" stands alone.
    wants_more = phrase.startswith("plus ") and not WANTING.isdisjoint(words) and "ne" not in words
    return Wish(verb, sure=not wants_more, loose=phrase in LOOSE and SELF.isdisjoint(words))


def _beside(phrase: str, words: Sequence[str], courtesy: frozenset[str]) -> frozenset[str]:
    """Who wants a mail taken away names it before a person: "verwijder de mail van mij", not "verwijder mij van de mail"."""
    object_ = next((word for word in words if word in THINGS or word in SELF), None)
    return courtesy - THINGS if phrase in REMOVING and object_ in THINGS else courtesy


def _is_all(phrase: Sequence[str], words: Sequence[str], courtesy: frozenset[str]) -> bool:
    """Whether the words of the phrase stand there in their order, and nothing else but courtesies around them."""
    wanted = list(phrase)
    for word in words:
        if wanted and word == wanted[0]:
            wanted.pop(0)
        elif word not in courtesy:
            return False
    return not wanted


def _pause(words: Sequence[str], courtesy: frozenset[str]) -> Wish | None:
    """ "pauze", alone or with until when; with something behind it that is no day the wish is doubtful."""
    place = next((number for number, word in enumerate(words) if word in PAUSING), None)
    if place is None or any(word not in courtesy for word in words[:place]):
        return None
    rest = words[place + 1 :]
    if all(word in courtesy for word in rest):
        return Wish(Verb.PAUSE, ordinary=words[place] in ("pauze", "pause") and len(words) == 1)
    until = _until(rest)
    if until is None and rest[0] not in _BEFORE_A_DAY and not rest[0].isdigit():
        return None  # "Pauze op school": it happened in the break
    return Wish(Verb.PAUSE, sure=until is not None, until=until)


def _until(rest: Sequence[str]) -> Until | None:
    """Courtesies may stand on both sides of the day."""
    for end in range(len(rest), 0, -1):
        if any(word not in COURTESY for word in rest[end:]):
            break
        if found := read_until(" ".join(rest[:end])):
            return found
    trimmed = [word for word in rest if word in _BEFORE_A_DAY or word not in COURTESY]
    return read_until(" ".join(trimmed))


def words_of(text: str) -> list[str]:
    """Small letters without accents; everything that is no letter or digit parts words."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return [word for word in _BREAKS.split("".join(char for char in plain if not unicodedata.combining(char))) if word]
