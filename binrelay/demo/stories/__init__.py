"""The story's words in four languages. Values; a language that lacks one does not pass the type checker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from binrelay.model import Language


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody writes."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class SceneWords:
    title: str
    unknown: str  # what nobody learned


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """At most thirteen characters each: they stand in a column of their own."""

    arrives: str
    proof: str
    decides: str
    why: str
    receives: str
    sender: str
    subject: str
    nobody: str
    unknown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What must be true, a short sentence each; {…} is filled in."""

    bulletin_all: str
    bulletin_hidden: str
    bulletin_from: str
    bulletin_picture: str
    bulletin_emergency: str
    filed: str
    reply_police: str
    reply_hidden: str
    reply_tag: str
    reply_words: str
    reply_thanks: str
    answer_one: str
    answer_words: str
    away_nobody: str
    forged_waits: str
    forged_notice: str
    forged_words: str
    council_waits: str
    council_all: str
    council_from: str
    news_police: str
    news_hidden: str
    news_tag: str
    news_thanks: str
    end_once: str
    end_hidden: str
    end_inbox: str
    end_well: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What `--serve` says."""

    title: str
    settings: str
    security: str
    login: str
    member: str
    coordinator: str
    mailbox: str
    try_title: str
    tries: tuple[str, ...]
    proof: str
    ends: str
    ended: str
    moved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    title: str
    intro: str
    starting: str
    scenes: tuple[SceneWords, ...]
    labels: Labels
    decisions: Mapping[str, str]  # the store's word for it → what it means for people
    rule: str
    proven: str
    unproven: str
    dragged: str
    # what people write
    polo: Text
    picture: str
    saw: str
    thanks: str
    away: Text
    forged: Text
    lure: str  # stands in the forged mail
    council: Text
    news: Text
    wrote: str
    # file names
    gets: str
    tom: str  # reads another language than his neighbours
    authorities: Mapping[str, str]  # key of a person → what that person is called
    receivers: Mapping[str, str]  # key → name of the folder, where that is not the key itself
    files: Mapping[str, str]  # kind of mail → what somebody receives
    # the end
    claims: Claims
    seen: str
    summary: str
    mails_in: str
    too_late: str
    failed: str
    daemon_said: str
    interrupted: str
    serving: Serving


def words_in(language: Language) -> Words:
    from binrelay.demo.stories import de, en, fr, nl  # they are made of the classes above

    return {Language.NL: nl.WORDS, Language.EN: en.WORDS, Language.FR: fr.WORDS, Language.DE: de.WORDS}[language]
