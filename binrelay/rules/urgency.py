"""Whether a member's mail looks as if it could not wait for a mail to be read. Pure.

Conservative: it asks for a thing that happens now, or for a plain cry for help; what is quoted, denied or past does not count.
Invariant: it never stops or delays a mail; it only makes one quicker and tells its author to call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from binrelay.mail.message import Message
from binrelay.mail.own_words import own_lines

MOST_LINES, LONGEST = 40, 4000  # lines and characters of the author's own words that are looked at
_SENTENCE = re.compile(r"[.!?\n;]+")
_DENIED = re.compile(
    r"\b(?:geen|niet|zonder|no|not|without|pas|aucune?|sans|nicht|kein|keine|keinen|ohne)\b[^.!?\n;]{0,25}$",
    re.IGNORECASE,
)
# A cry: these words leave nothing to guess.
_CRIES = (
    r"spoedgeval|noodgeval|met spoed|zeer dringend|kom (?:nu|snel|meteen|direct)|stuur (?:nu|snel|meteen|direct)"
    r"|help (?:mij|me|ons)"
    r"|(?<!\bals )(?<!wanneer )er wordt "
    r"(?:(?:nu|hier|weer|bij \S{1,20}(?: \S{1,20})?) ){0,2}(?:ingebroken|gevochten|geschoten|gestoken)"
    r"|it'?s an emergency|emergency here|very urgent|come (?:now|quickly|at once)|help (?:me|us) (?:now|please)"
    r"|send (?:help|somebody)"
    r"|c'est une urgence|très urgent|venez (?:vite|tout de suite)|au secours|à l'aide|aidez-(?:moi|nous)"
    r"|es wird (?:(?:gerade|hier|nebenan) ){0,2}(?:eingebrochen|geschossen|geprügelt)"
    r"|ein notfall|sehr dringend|kommen sie (?:schnell|sofort)|helfen sie (?:mir|uns)"
)
# Danger, said with a word for this very moment in the same sentence.
_NOW = (
    r"nu|op dit moment|momenteel|zojuist|nu net|aan het|bezig|staat er|staan er"
    r"|now|right now|at this moment|currently|just now|is being|are being|is breaking|are breaking"
    r"|maintenant|en ce moment|à l'instant|en train|vient de|viennent de"
    r"|jetzt|gerade|im moment|momentan|soeben"
)
_DANGER = (
    r"inbre\w*|inbraak|inbraken|ingebroken|breekt in|breken in|brand|rook uit|gevecht|vechten|vecht|bedreig\w*|mes"
    r"|pistool|vuurwapen"
    r"|schiet\w*|schoten|gewond\w*|bloed\w*|overval\w*|aanrand\w*|slaat|slaan|steelt|stelen|reanim\w*|bewusteloos"
    r"|burglar\w*|breaking in|break-in|fire|smoke|fight\w*|threaten\w*|knife|gun|shooting|shots|injured|bleeding"
    r"|robb\w*|attack\w*"
    r"|cambriol\w*|feu|incendie|fumée|bagarre|menac\w*|couteau|pistolet|tire|tirs|blessé\w*|saigne\w*|agress\w*|vole|volent"
    r"|einbr\w*|eingebrochen|brechen ein|bricht ein|feuer|brennt|rauch|schlägerei|prügel\w*|bedroh\w*|messer|pistole|schieß\w*"
    r"|schüsse|verletzt\w*|blutet|überf\w*|stiehlt|stehlen"
)
_CRY = re.compile(rf"(?:^|(?<=\W))(?:{_CRIES})(?=\W|$)", re.IGNORECASE)
_MOMENT = re.compile(rf"\b(?:{_NOW})\b", re.IGNORECASE)
_EVENT = re.compile(rf"\b(?:{_DANGER})\b", re.IGNORECASE)


def looks_urgent(message: Message, extra: Sequence[str] = ()) -> bool:
    """`extra` are a network's own words: any of them is a cry."""
    own = re.compile(rf"\b(?:{'|'.join(map(re.escape, extra))})\b", re.IGNORECASE) if extra else None
    sentences = _SENTENCE.split("\n".join((message.subject, *own_lines(message, MOST_LINES)))[:LONGEST])
    return any(
        _cries(sentence, _CRY) or (own and _cries(sentence, own)) or _happens(sentence) for sentence in sentences
    )


def _cries(sentence: str, words: re.Pattern[str]) -> bool:
    return any(not _DENIED.search(sentence[: found.start()]) for found in words.finditer(sentence))


def _happens(sentence: str) -> bool:
    return bool(_MOMENT.search(sentence)) and _cries(sentence, _EVENT)
