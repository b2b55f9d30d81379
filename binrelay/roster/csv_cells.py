"""What single cells of a table mean: addresses, names, and the words of four languages. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

from binrelay.mail.address import Address, parse_address
from binrelay.model import Identity, Language

Choice = TypeVar("Choice")

# A spreadsheet takes a cell that begins so for a formula: it is written with ' before it, and read without.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_BLANKS = re.compile(r"[\t\r\n\v\f\u00a0\u2007\u202f]+")
_BESIDE = re.compile(r"([^<>]*)<([^<>]+)>")
_NOT_LETTERS = re.compile(r"[^a-z]+")

FIELDS = {
    "address": "email mail emailadres mailadres emailaddress mailaddress emailvalue adresseemail adressemail courriel"
    " adresseelectronique adressecourriel emailadresse mailadresse",
    "street": "adres address adresse",  # of the house; of the mail where no other column is
    "name": "naam volledigenaam name fullname displayname weergavenaam nom nomcomplet vollstandigername anzeigename",
    "first": "voornaam voornamen roepnaam voorletters firstname givenname prenom vorname",
    "middle": "tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels middlename",
    "last": "achternaam familienaam lastname surname familyname nomdefamille nachname familienname",
    "also": "ook ookvan andereadressen also alsofrom otheraddresses aussi autresadresses auch andereadresse",
    "language": "taal language lang langue sprache",
    "identity": "zichtbaarals identiteit identity shownas identite affichecomme identitat sichtbarals",
    "paused": "pauze gepauzeerd paused pause enpause pausiert",
}
_FIELD_OF = {word: field for field, words in FIELDS.items() for word in words.split()}
HEADINGS: Mapping[Language, tuple[str, ...]] = {
    Language.NL: ("E-mailadres", "Naam", "Ook", "Taal", "Zichtbaar als", "Pauze"),
    Language.EN: ("E-mail address", "Name", "Also", "Language", "Shown as", "Paused"),
    Language.FR: ("Adresse e-mail", "Nom", "Aussi", "Langue", "Affiché comme", "En pause"),
    Language.DE: ("E-Mail-Adresse", "Name", "Auch", "Sprache", "Sichtbar als", "Pausiert"),
}
YES = {Language.NL: "ja", Language.EN: "yes", Language.FR: "oui", Language.DE: "ja"}
_LANGUAGES = {
    Language.NL: "nl nederlands vlaams dutch neerlandais niederlandisch",
    Language.EN: "en engels english anglais englisch",
    Language.FR: "fr frans french francais franzosisch",
    Language.DE: "de duits german allemand deutsch",
}
_IDENTITIES = {
    Identity.PSEUDONYM: "pseudonym pseudoniem pseudonyme anoniem anonymous anonyme anonym tag",
    Identity.NAMED: "named naam metnaam name withname nom nominatif namentlich",
}
_TRUE = frozenset(["ja", "yes", "oui", "true", "waar", "vrai", "wahr", "x", "j", "y", "o", "1"])
_FALSE = frozenset(["nee", "no", "non", "nein", "false", "onwaar", "faux", "falsch", "n", "0"])


def plain(text: str) -> str:
    """Small letters without accents, blanks, digits and signs: `E-Mail 2 adresse` → `emailadresse`."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_LETTERS.sub("", bare)


def field_of(heading: str) -> str | None:
    """Which of FIELDS a column's heading means."""
    return _FIELD_OF.get(plain(heading))


def unguarded(cell: str) -> str:
    """The cell as it was meant."""
    text = _BLANKS.sub(" ", cell).strip()
    return text[1:] if _GUARDED.match(text) else text


def guarded(text: str) -> str:
    """The cell so that no spreadsheet calculates with it."""
    return f"'{text}" if _FORMULA.match(text) else text


def cell_address(cell: str) -> Address | None:
    """The one address that the cell is, as `jan@x.example` or `Jan Jansen <jan@x.example>`."""
    return split_address(unguarded(cell))[0]


def split_address(text: str) -> tuple[Address | None, str]:
    """The address, and the name that stands with it."""
    beside = _BESIDE.fullmatch(text)
    if beside is None:
        return parse_address(text.removeprefix("mailto:")), ""
    name = beside[1].strip(" \"'")
    # An address for a name: which of the two is meant is for a person to say.
    return (None, "") if "@" in name else (parse_address(beside[2]), name)


def language_of(cell: str) -> Language | None:
    return _word_of(cell, _LANGUAGES)


def identity_of(cell: str) -> Identity | None:
    return _word_of(cell, _IDENTITIES)


def truth_of(cell: str) -> bool | None:
    """None: neither yes nor no."""
    word = cell.strip().casefold()
    return True if word in _TRUE else False if word in _FALSE or not word else None


def _word_of(cell: str, words: Mapping[Choice, str]) -> Choice | None:
    return next((choice for choice, known in words.items() if plain(cell) in known.split()), None)


def split_list(cell: str) -> Iterable[str]:
    """The addresses of one cell, however they are kept apart."""
    return (part for part in re.split(r"[\s,;]+", cell) if part)
