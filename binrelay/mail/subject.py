"""What stands before the subject proper: reply and forward prefixes, marks of mail systems, our own tags. Pure; total.

Invariant: in doubt a subject counts as a reply, for what may be a private answer is never broadcast; linear time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

_REPLY = (
    r"(?:re|aw|antw)\d{0,3}|antwoord|antwort|ré|réf|ref|rép|rep|réponse|res|resp|respuesta|r|rif|risposta|sv|svar|vs|vá"
    "|odp|odg|ynt|atb|ats|bls|tl|trả lời"
    "|отв|ответ|відп|απ|σχετ|回复|回覆|答复|答覆|返信|답장|회신|رد|השב"
)
_FORWARD = (
    "fwd|fw|forward|forwarded|doorst|doorg|doorgest|doorgestuurd|doorgestuurd bericht|wg|weitergeleitet|weiterl"
    "|tr|transf|transféré|rv|reenv|reenviado|i|inoltro|vb|vl|fs|pd|enc|ilt|trs|yml|továbbítás|пересл|πρθ|转发|轉寄|转寄|転送|전달"
)
_LABEL = "betreft|betr|onderwerp|subject|subj|betreff|betrifft|objet|sujet|concerne|oggetto|asunto|assunto"
_EXTERNAL = "ext|extern|externe|externes?|external|extérieur|externo"
_MARK = rf"{_EXTERNAL}|spam|junk|bulk|(?:suspected|possible|probable)\s(?:spam|junk)"
_COLON = "[:：﹕︰꞉]"
# Re[2]: Re(2): Re^2: Re**2: Re*2:
_COUNTER = r"(?:\s?\[\d{1,4}\]|\s?\(\d{1,4}\)|\^\d{1,4}|\*{1,2}\d{1,4})?"
_PREFIX = re.compile(
    rf"(?:(?P<reply>{_REPLY})|(?P<forward>{_FORWARD})|(?P<label>{_LABEL}))\.?{_COUNTER}\s?{_COLON}\s*", re.IGNORECASE
)
_OUTER_MARK = re.compile(
    rf"(?:[\[({{<*_]{{1,5}}\s?(?:{_MARK})\b[^\[\](){{}}<>*:]{{0,40}}[\])}}>*_]{{1,5}}:?|(?:{_EXTERNAL})\s?{_COLON})\s*",
    re.IGNORECASE,
)
# A ticket number or any other bracket, and quotation marks: looked through, but only for a prefix behind them.
_VEIL = re.compile(r"(?:\[[^\[\]]{0,60}\]|\([^()]{0,60}\)|[^\w\[\](){}]){1,10}")
# "Spoed: Re: …": a few words and a colon, looked through for a prefix that no sentence has there.
_PLAINLY = rf"(?:re|aw|antw|fwd)\d{{0,3}}{_COUNTER}\s?{_COLON}"
_WORDS = re.compile(rf"\w[\w-]{{0,20}}(?:\s[\w-]{{1,20}}){{0,2}}\s?{_COLON}\s*(?={_PLAINLY})", re.IGNORECASE)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)

# Letters and digits as East Asian keyboards write them: ＲＥ: is Re:
_FULL_WIDTH = {0xFEE0 + code: code for code in range(0x21, 0x7F) if chr(code).isalnum()}


@dataclass(frozen=True, slots=True)
class Subject:
    reply: bool  # a reply prefix stands among the leading ones
    forward: bool  # the first of them says that this mail forwards: "Re: Fwd:" answers a mail that was forwarded
    bare: str  # what remains; blanks collapsed, letters as they came
    ours: bool  # a bracket of our form stands somewhere in it
    tags: tuple[str, ...] = ()  # what stands in the place of a tag in such brackets, known or not

    @property
    def marked(self) -> bool:
        return bool(self.tags)


def read_subject(subject: str, network_name: str) -> Subject:
    """Peels a decoded subject; `[BIN Wilhelminapark K7Q4M2X9]` is ours for the network of that name."""
    text = _plain(subject)
    own = _own_bracket(network_name)
    brackets = tuple(own.finditer(text))
    reply, forward, bare = _peel(_plain(own.sub(" ", text)))
    return Subject(reply, forward, bare, ours=bool(brackets), tags=tuple(found[1] for found in brackets if found[1]))


def together(subjects: Sequence[Subject]) -> Subject:
    """Of a mail with more than one: what it is called is the first, but any of them may tell a reply."""
    first, reply = subjects[0], any(each.reply for each in subjects)
    ours, tags = any(each.ours for each in subjects), tuple(tag for each in subjects for tag in each.tags)
    return replace(first, reply=reply, ours=ours, tags=tags)


def subject_key(bare: str) -> str:
    """What two subjects are compared by: letters in any case, any blanks."""
    return _plain(bare).casefold()


def _plain(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


@lru_cache(maxsize=64)
def _own_bracket(network_name: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, _plain(network_name).split()))
    return re.compile(rf"[\[［]\s*{words}(?:\s+([0-9A-Za-z]{{8}}))?\s*[\]］]", re.IGNORECASE)


def _peel(text: str) -> tuple[bool, bool, str]:
    reply = forward = False
    at = 0
    seen = text.translate(_FULL_WIDTH)
    while found := _next_prefix(seen, at):
        groups = found.groupdict()
        forward = forward or (bool(groups.get("forward")) and not reply)
        reply = reply or bool(groups.get("reply"))
        at = found.end()
    return reply, forward, text[at:].strip()


def _next_prefix(text: str, at: int) -> re.Match[str] | None:
    if found := _PREFIX.match(text, at) or _OUTER_MARK.match(text, at) or _WORDS.match(text, at):
        return found
    veil = _VEIL.match(text, at)
    return _PREFIX.match(text, veil.end()) if veil else None
