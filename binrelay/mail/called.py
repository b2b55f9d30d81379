"""Whose name it is that a mail program shows beside its author's address, if it is a name. Pure; total.

Invariant: what comes back is short, whatever a stranger wrote there, for every order of its words is looked for in a text; and
it has two words that are somebody's, for words of the street must stay in what is reported.
"""

from __future__ import annotations

import re

_LONGEST = 200  # characters that are looked at
_MOST_WORDS = 8
_ASIDE = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]|\S*\d\S*")  # "(werk)", "[EXT]", a number
_NEXT = re.compile(r"\s(?:[|/]|via)\s.*", re.IGNORECASE | re.DOTALL)  # "Jan de Wit | Bakkerij De Korenaar"
_AROUND = " .,;:!?&*_-'\"`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Parts of a name that say nothing by themselves, and whose a thing is: "van de Straat" is any street, "Mijn iPad" any tablet.
_SMALL = _words(
    """
    van de den der het t d ter ten te tot uit op aan in bij s von vom zu zum zur und en et and the of la le les l du des
    del della di da do dos das las los el mijn ons onze uw my our your mon ma mes notre nos mein meine unser unsere
    """
)
# What people call a device, a group or an office, and nobody's name.
_THINGS = _words(
    """
    ipad iphone tablet laptop computer pc telefoon mobiel android samsung galaxy outlook gmail mail email info
    politie police polizei gemeente buurt app buurtapp whatsapp groep
    """
)
_TITLES = _words(
    """
    dr drs ir ing mr mrs ms miss prof dhr heer mw mevr mevrouw meneer fam familie family famille madame mme monsieur herr frau
    """
)


def own_name(shown: str) -> str | None:
    """The name in `shown`, without titles and what stands around it; None where it may be any word."""
    if "@" in shown:
        return None
    bare = _NEXT.sub("", _ASIDE.sub(" ", shown[:_LONGEST]))
    words = [word for each in bare.split() if (word := each.strip(_AROUND))][:_MOST_WORDS]
    named = [word for word in words if word.casefold() not in _TITLES]
    # "Familie Wit" is taken as it stands: the title is what makes a name of the word.
    return next((" ".join(name) for name in (named, words) if _tells(name)), None)


def _tells(words: list[str]) -> bool:
    nobodys = _SMALL | _THINGS
    # "T." is an initial, "'t" an article.
    return sum((word if len(word) == 1 else word.casefold()) not in nobodys for word in words) > 1
