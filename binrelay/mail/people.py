"""Who must not be shown: addresses and names, indexed once, then known in one pass over a text. Pure.

Invariant: a look-up costs the same for fifty thousand people as for one; an index is made when it is first asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache

_WORD = re.compile(r"[^\W_]+")
_ASCII = re.compile("[a-z0-9]+")
# What may stand between two words of a name: blanks, the next line of a quotation, "Jansen, Piet".
_BETWEEN = r"[\s>|.,_'\u2019-]{1,24}"
_RUN_TOGETHER = 8  # letters of a whole name from which on it is known with nothing between its words
_FEW = 16  # words that are looked for one by one: quicker than taking a long text apart
# This provider gives a local part with dots and one without to the same mailbox.
DOTS_ASIDE = frozenset({"gmail.com", "googlemail.com"})

Words = tuple[str, ...]


class People:
    """`addresses` are keys (`Address.key`) and answer `in` quickly; `names` are whole names as somebody wrote them."""

    def __init__(self, addresses: Collection[str] = (), names: Iterable[str | None] = ()) -> None:
        self.addresses = addresses
        self._given = tuple(filter(None, names))

    @cached_property
    def domains(self) -> frozenset[str]:
        """Of all addresses: what stands behind another @ needs no second look."""
        domains = {key.rpartition("@")[2] for key in self.addresses}
        return frozenset(domains | (DOTS_ASIDE if domains & DOTS_ASIDE else set()))

    @cached_property
    def _without_dots(self) -> dict[str, str]:
        return {
            _dots_aside(key.partition("@")[0]): key for key in self.addresses if key.rpartition("@")[2] in DOTS_ASIDE
        }

    @cached_property
    def _names(self) -> dict[str, list[Words]]:
        """The words of each name, under the longest of them and under all run together."""
        found: dict[str, list[Words]] = {}
        for words in dict.fromkeys(filter(None, map(_words, self._given))):
            found.setdefault(max(words, key=len), []).append(words)
            if len("".join(words)) >= _RUN_TOGETHER:
                found.setdefault("".join(words), []).append(words)
        return found

    @cached_property
    def _traces(self) -> tuple[bytes, ...]:
        """Letters that stand in the bytes, one byte or two a letter, wherever one of the names does."""
        letters = [max(_ASCII.findall(word), key=len, default="").encode() for word in self._names]
        return tuple(
            trace for each in letters for trace in (each, b"\0".join(each[at : at + 1] for at in range(len(each))))
        )

    def may_be_named_in(self, data: bytes) -> bool:
        """False where a look at the letters shows that none of the names is in these bytes."""
        lower = data.lower() if self._given else b""
        return bool(lower) and any(trace in lower for trace in self._traces)

    def owner(self, local: str, domain: str) -> str | None:
        """The key of whom one reaches there: at the address itself, or at one that only adds "+word" to it."""
        local = local.lower()
        for each in dict.fromkeys((local, local.partition("+")[0])):
            if (key := f"{each}@{domain}") in self.addresses:
                return key
        return self._without_dots.get(_dots_aside(local)) if domain in DOTS_ASIDE else None

    def named_in(self, text: str) -> Iterator[str]:
        """Each whole name that stands in the text, whatever its case and the order of its parts."""
        if not self._given or not text:
            return
        shown = folded(text)
        if len(self._names) <= _FEW:
            candidates = (name for word, names in self._names.items() if word in shown for name in names)
        else:
            there = set(_WORD.findall(shown))
            candidates = (
                name
                for word in there & self._names.keys()
                for name in self._names[word]
                if there.issuperset(name) or "".join(name) in there
            )
        yield from (" ".join(name) for name in dict.fromkeys(candidates) if _written(name).search(shown))


def folded(text: str) -> str:
    """Without case, and each accent in one with its letter."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text.casefold())


def same_name(name: str) -> str:
    """The form in which a name is found: two ways of writing it are one."""
    return " ".join(_words(name))


def _words(name: str) -> Words:
    return tuple(_WORD.findall(folded(name)))


@lru_cache(maxsize=1024)
def _written(words: Words) -> re.Pattern[str]:
    """The name as a whole, its parts in order or turned round: "Berg, José van den"."""
    orders = [_BETWEEN.join(map(re.escape, words[cut:] + words[:cut])) for cut in range(len(words))]
    if len("".join(words)) >= _RUN_TOGETHER:
        orders += [re.escape("".join(words)), re.escape("".join(words[1:] + words[:1]))]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(orders)})(?![^\W_])")


def _dots_aside(local: str) -> str:
    return local.partition("+")[0].replace(".", "")
