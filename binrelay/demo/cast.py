"""Who lives in the demo's neighbourhood, and the configuration a coordinator would write for it. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from binrelay.config.defaults import folder_names
from binrelay.model import Folders, Language

NETWORK_ID = "wilhelminapark"
NETWORK = "BIN Wilhelminapark"
MX = "mx.demo.example"  # the provider's name in Authentication-Results
PASSWORD = "demo"  # noqa: S105 - of every mailbox here; the servers listen on loopback and end with the demo


@dataclass(frozen=True, slots=True)
class Person:
    key: str  # one word, for file names
    name: str  # as mail programs show it
    address: str
    also: tuple[str, ...] = ()  # writes from there too
    listed_name: bool = True  # the configuration knows the name

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.also)

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[0]


COORDINATOR = Person("coordinator", NETWORK, "coordinator@bin-wilhelminapark.example")
ANNA = Person("anna", "Anna Bakker", "anna@home.example")
POLICE = Person("police", "Wijkagent Sanne de Boer", "wijkagent.oost@politie.example")
COUNCIL = Person("council", "Team Veiligheid", "veiligheid@utrecht.example")
JAN = Person("jan", "Jan de Wit", "jan.dewit@mail.example")
FATIMA = Person("fatima", "Fatima El Idrissi", "fatima@post.example", also=("f.elidrissi@school.example",))
LUCIA = Person("lucia", "Lucia Romano", "lucia.romano@mail.example", listed_name=False)
PIET = Person("piet", "Piet Smit", "piet.smit@post.example", listed_name=False)
MARIEKE = Person("marieke", "Marieke Visser", "marieke@inbox.example", listed_name=False)
TOM = Person("tom", "Tom Baker", "tom.baker@inbox.example")

POLICE_NAME, COUNCIL_NAME = "Politie Utrecht-Oost", "Gemeente Utrecht"
NEIGHBOURS = (JAN, FATIMA, LUCIA, PIET, MARIEKE, TOM)
EVERYBODY = (COORDINATOR, ANNA, POLICE, COUNCIL, *NEIGHBOURS)


def person_at(address: str) -> Person | None:
    return next((person for person in EVERYBODY if address.lower() in person.addresses), None)


def folders(language: Language) -> Folders:
    return Folders(root="BIN", **folder_names(language))


def toms_language(language: Language) -> Language:
    """Tom reads another language than his neighbours."""
    return Language.NL if language is Language.EN else Language.EN


def configuration(*, store: str, language: Language, imap: int, smtp: int) -> Mapping[str, object]:
    """The YAML as a value; `imap` and `smtp` are ports on loopback."""
    server = {"host": "127.0.0.1", "security": "none", "username": COORDINATOR.address}
    return {
        "store": store,
        "retry": {"first": "1s", "longest": "5s"},
        "networks": [
            {
                "id": NETWORK_ID,
                "name": NETWORK,
                "address": COORDINATOR.address,
                "language": language.value,
                "coordinators": [{"address": ANNA.address, "name": ANNA.name}],
                # A drag to another folder announces itself to nobody: look every second, the story waits for it.
                "imap": {**server, "port": imap, "password": {"secret": "imap-password"}, "keepalive": "1s"},
                "smtp": {**server, "port": smtp, "password": {"secret": "smtp-password"}},
                "trusted_authserv_ids": [MX],
                "partners": [
                    _partner("politie", POLICE_NAME, POLICE),
                    {**_partner("gemeente", COUNCIL_NAME, COUNCIL), "moderate": True},
                ],
                "reports_to": ["politie"],
                "members": [_member(person, language) for person in NEIGHBOURS],
            }
        ],
    }


def _partner(partner_id: str, name: str, person: Person) -> dict[str, object]:
    return {
        "id": partner_id,
        "name": name,
        "senders": [person.address],
        "replies_to": [person.address],
        "bulletins_per_hour": 60,  # who tries it out should not run into a limit
    }


def _member(person: Person, language: Language) -> dict[str, object]:
    member: dict[str, object] = {"address": person.address}
    if person.listed_name:
        member["name"] = person.name
    if person.also:
        member["also"] = list(person.also)
    if person is TOM:
        member["language"] = toms_language(language).value
    return member
