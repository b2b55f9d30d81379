"""What `init` knows and writes: providers, words in both languages, and a YAML that the loader accepts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from binrelay.config import to_settings
from binrelay.config.document import read_document
from binrelay.errors import ConfigError
from binrelay.model import Language, Network, Security
from binrelay.setup.answers import Answers, completed, read_answers, short_name
from binrelay.setup.compose import Composer, Secrets
from binrelay.setup.discovery import discover
from binrelay.setup.places import CREDENTIALS, places_for
from binrelay.setup.words import EN, NL, language_of, words_for

FILE = """\
name: BIN 't Zand & Zee
address: bin@zand.example
coordinators: [anna@home.example, bert@home.example]
partners:
  - {name: Politie Oost, address: agent@politie.example}
  - {name: Gemeente, address: veilig@gemeente.example}
password: "geheim: 'é #"
"""


@dataclass
class Dns:
    """Answers from a table."""

    srv: dict[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    mx: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)

    async def servers(self, service: str, domain: str) -> Sequence[tuple[str, int]]:
        self.asked.append(f"{service}.{domain}")
        return self.srv.get(service, ())

    async def exchangers(self, domain: str) -> Sequence[str]:
        self.asked.append(domain)
        return self.mx


def answers(folder: Path, text: str = FILE) -> Answers:
    file = folder / "answers.yaml"
    file.write_text(text)
    return read_answers(file)


async def network(folder: Path, text: str = FILE, *, words: object = NL) -> tuple[Network, str]:
    whole = await completed(answers(folder, text), Dns())
    composer = Composer(
        NL if words is NL else EN,
        store="sqlite:///x/y.sqlite3",
        secrets=Secrets({"file": "mail-password"}, {"file": "mail-password"}),
    )
    written = composer.compose(whole)
    path = folder / "binrelay.yaml"
    return to_settings(read_document(path, {path: written}), environ={}, resolve_secrets=False).networks[0], written


@pytest.mark.parametrize("words", [NL, EN])
async def test_what_is_written_is_what_was_answered(tmp_path: Path, words: object) -> None:
    made, text = await network(tmp_path, words=words)
    assert (made.id, made.name, made.address.spelled) == ("t-zand-zee", "BIN 't Zand & Zee", "bin@zand.example")
    assert [each.address.spelled for each in made.coordinators] == ["anna@home.example", "bert@home.example"]
    assert [partner.id for partner in made.partners] == ["politie", "gemeente"]
    assert made.reports_to == ("politie",)
    assert (made.imap.host, made.imap.port) == ("imap.zand.example", 993)
    assert (made.smtp.host, made.smtp.port, made.smtp.username) == ("smtp.zand.example", 465, "bin@zand.example")
    assert made.members == ()
    assert "geheim" not in text
    assert all("#" in line for line in text.splitlines() if line.strip().endswith(":") and line != "networks:")


async def test_an_app_registration_means_oauth(tmp_path: Path) -> None:
    text = FILE.replace("bin@zand.example", "bin@outlook.com").replace('password: "geheim: \'é #"', "client_id: app-7")
    made, _ = await network(tmp_path, text)
    assert made.imap.oauth2 is not None
    assert made.imap.oauth2["provider"] == "microsoft"
    assert made.smtp.security is Security.STARTTLS


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ("name: BIN 't Zand & Zee\n", "1:1: name: is missing"),
        ("address: bin@zand.example", "2:10: address: is no mail address"),
        ("agent@politie.example", "5:35: partners.0.address: is no mail address"),
    ],
)
def test_a_wrong_answer_is_told_by_its_place(tmp_path: Path, spoiled: str, said: str) -> None:
    new = "" if spoiled.endswith("\n") else spoiled.partition(" ")[0] + " x" if " " in spoiled else "agent"
    with pytest.raises(ConfigError) as refused:
        answers(tmp_path, FILE.replace(spoiled, new))
    assert said in str(refused.value)


async def test_known_providers_are_not_asked_for() -> None:
    dns = Dns()
    mailer = await discover("ziggo.nl", dns)
    assert (mailer.imap.host, mailer.smtp.port, dns.asked) == ("imap.ziggo.nl", 587, [])


async def test_a_domains_own_records_come_before_guesses() -> None:
    dns = Dns(srv={"_imaps._tcp": [("mail.hoster.example", 993)], "_submissions._tcp": [("out.hoster.example", 465)]})
    mailer = await discover("zand.example", dns)
    assert (mailer.imap.host, mailer.smtp.host) == ("mail.hoster.example", "out.hoster.example")


@pytest.mark.parametrize(
    ("exchanger", "host"),
    [
        ("zand-example.mail.protection.outlook.com.", "outlook.office365.com"),
        ("ASPMX.L.GOOGLE.COM.", "imap.gmail.com"),
        ("mx.evil-aspmx.l.google.com.attacker.example.", "imap.zand.example"),
    ],
)
async def test_who_takes_the_mail_shows_the_provider(exchanger: str, host: str) -> None:
    assert (await discover("zand.example", Dns(mx=[exchanger]))).imap.host == host


def test_both_languages_say_the_same_things() -> None:
    assert NL.keys() == EN.keys()
    for key in NL:
        assert set(re.findall(r"\{(\w+)\}", NL[key])) == set(re.findall(r"\{(\w+)\}", EN[key])), key


def test_the_terminal_chooses_the_language() -> None:
    assert words_for({"LANG": "nl_BE.UTF-8"}) is NL
    assert words_for({"LANG": "nl_NL.UTF-8", "LC_ALL": "C"}) is EN
    assert language_of({"LANG": "fr_BE.UTF-8"}) is Language.FR
    assert language_of({}) is Language.NL


@pytest.mark.parametrize(
    ("name", "identity"), [("BIN Wilhelminapark", "wilhelminapark"), ("Zoë’s Plein 3", "zoes-plein-3"), ("日本", "bin")]
)
def test_an_id_is_made_of_the_name(name: str, identity: str) -> None:
    assert short_name(name) == identity


def test_two_partners_of_one_name_get_two_ids() -> None:
    assert short_name("Politie", frozenset({"politie"})) == "politie-2"


def test_a_configuration_of_the_service_takes_its_password_from_systemd(tmp_path: Path) -> None:
    service = places_for(Path("/etc/binrelay/binrelay.yaml"), None)
    assert (service.told("imap-password"), service.file("x")) == ({"secret": "imap-password"}, CREDENTIALS / "x")
    own = places_for(tmp_path / "binrelay.yaml", None)
    assert own.told(own.password_name("smtp")) == {"file": "mail-password"}
    assert [file.name for file in service.password_files] == ["imap-password", "smtp-password"]
    assert own.password_files == (tmp_path / "mail-password",)
    assert own.store == f"sqlite://{tmp_path}/binrelay.sqlite3"
