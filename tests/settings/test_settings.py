"""What is written is what counts; what is left out has the documented default."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from binrelay.config import load_settings
from binrelay.config.yaml_file import SIZE_LIMIT
from binrelay.mail.address import parse_address
from binrelay.model import (
    AuthenticationRule,
    Coordinator,
    Delivery,
    Folders,
    Identity,
    Language,
    Network,
    Retention,
    RetrySchedule,
    Security,
)
from binrelay.rules.facts import speaker_of
from tests.settings.good import GOOD, lines, load, spoiled, write

LEAST = """\
networks:
  - id: park
    name: BIN Park
    address: park@bin.example
    coordinators: [anna@home.example]
    imap: {host: imap.provider.example}
    smtp: {host: smtp.provider.example}
    partners: [{id: politie, name: Politie, senders: [agent@politie.example], replies_to: [agent@politie.example]}]
    reports_to: [politie]
"""


def network(folder: Path, text: str) -> Network:
    return load(folder, text).networks[0]


def test_what_is_left_out_has_the_documented_default(tmp_path: Path) -> None:
    settings = load(tmp_path, LEAST, {})
    park = settings.networks[0]
    assert settings.store == "sqlite:///var/lib/binrelay/binrelay.sqlite3"
    assert settings.retry == RetrySchedule(first=60, longest=3600, give_up=5 * 86400, uncertain=300)
    assert (park.language, park.identity, park.delivery) == (Language.NL, Identity.PSEUDONYM, Delivery.BCC)
    assert (park.imap.port, park.imap.security, park.imap.keepalive) == (993, Security.TLS, 120)
    assert (park.smtp.port, park.smtp.max_recipients, park.smtp.connections) == (465, 50, 4)
    assert (park.smtp.messages_per_minute, park.smtp.recipients_per_day, park.smtp.username) == (None, None, None)
    assert (park.max_size, park.subaddress, park.members) == (25_000_000, None, ())
    assert park.retention == Retention(content=30 * 86400, conversations=180 * 86400)
    police = park.partner("politie")
    assert (police.authentication, police.moderate, police.bulletins_per_hour) == (AuthenticationRule.DMARC, False, 6)


def test_what_weakens_a_network_is_a_warning_with_its_place(tmp_path: Path) -> None:
    text = LEAST.replace("    reports_to", "    delivery: individual\n    reports_to")
    text = text.replace("{id: politie,", "{id: politie, authentication: none,")
    warned = [line.removeprefix(f"{tmp_path}/binrelay.yaml:") for line in load(tmp_path, text, {}).warnings]
    assert [line.split(": ")[:2] for line in warned] == [
        ["2:5", "networks.0.members"],
        ["2:5", "networks.0.trusted_authserv_ids"],
        ["8:46", "networks.0.partners.0.authentication"],
        ["9:15", "networks.0.delivery"],
    ]
    assert "own DKIM verification" in warned[1]
    assert "binrelay check --connect" in warned[1]


def test_a_well_set_network_warns_of_nothing(tmp_path: Path) -> None:
    assert load(tmp_path).warnings == ()


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("nl", ("Verwerkt", "Wacht", "Vrijgeven", "Geweigerd")),
        ("en", ("Done", "Held", "Release", "Rejected")),
        ("fr", ("Traités", "En attente", "Libérer", "Refusés")),
        ("de", ("Erledigt", "Wartet", "Freigeben", "Abgelehnt")),
    ],
)
def test_folders_speak_the_networks_language(tmp_path: Path, language: str, names: tuple[str, ...]) -> None:
    assert network(tmp_path, spoiled("language: nl", f"language: {language}")).folders == Folders("BIN", *names)


def test_a_folder_may_have_a_name_of_its_own(tmp_path: Path) -> None:
    folders = network(tmp_path, spoiled("{root: BIN}", "{root: Buurt, held: Te beoordelen}")).folders
    assert folders == Folders("Buurt", "Verwerkt", "Te beoordelen", "Vrijgeven", "Geweigerd")


@pytest.mark.parametrize(
    ("server", "security", "port"),
    [("imap", "tls", 993), ("imap", "starttls", 143), ("smtp", "tls", 465), ("smtp", "starttls", 587)],
)
def test_a_port_left_out_is_the_usual_one(tmp_path: Path, *, server: str, security: str, port: int) -> None:
    text = LEAST.replace(f"{{host: {server}.", f"{{security: {security}, host: {server}.")
    accounts = {"imap": network(tmp_path, text).imap.port, "smtp": network(tmp_path, text).smtp.port}
    assert accounts[server] == port


def test_a_member_is_found_under_each_address_in_any_case(tmp_path: Path) -> None:
    park = network(tmp_path, spoiled("piet@work.example", "Piet@WORK.example"))
    piet = park.members[1]
    assert park.roster == {
        "jan@mail.example": park.members[0],
        "piet@mail.example": piet,
        "piet@work.example": piet,
    }
    assert str(piet.also[0]) == "Piet@work.example"


def test_a_member_has_the_networks_language_and_identity_unless_its_own(tmp_path: Path) -> None:
    own = "{address: piet@mail.example, language: fr, identity: pseudonym, paused: true, "
    text = spoiled("{address: piet@mail.example, ", own).replace("language: nl", "language: de\n    identity: named")
    jan, piet = network(tmp_path, text).members
    assert (jan.language, jan.identity, jan.paused) == (Language.DE, Identity.NAMED, False)
    assert (piet.language, piet.identity, piet.paused) == (Language.FR, Identity.PSEUDONYM, True)


def test_a_partner_who_mails_through_a_service_is_known_by_its_signature(tmp_path: Path) -> None:
    text = spoiled(
        "        name: Gemeente\n", "        name: Gemeente\n        authentication: dkim:Mail.Service.example\n"
    )
    council = network(tmp_path, text).partner("gemeente")
    assert (council.authentication, council.dkim_domain) == (AuthenticationRule.DKIM, "mail.service.example")


def test_a_domain_pattern_matches_exactly_that_domain(tmp_path: Path) -> None:
    pattern = network(tmp_path, GOOD).partner("gemeente").senders[0]
    verdicts = {}
    for text in ("a@utrecht.example", "a@UTRECHT.example", "a@sub.utrecht.example", "a@eutrecht.example"):
        address = parse_address(text)
        verdicts[text] = address is not None and pattern.matches(address)
    assert list(verdicts.values()) == [True, True, False, False]


@pytest.mark.parametrize(
    "name", ["no", "22:00", "0123", "0o17x", "1_000", "1.2.3", ".", "~x", "y", "12e", "2026-11-24"]
)
def test_what_looks_odd_to_other_readers_stays_text(tmp_path: Path, name: str) -> None:
    assert network(tmp_path, spoiled("name: Gemeente", f"name: {name}")).partner("gemeente").name == name


@pytest.mark.parametrize(
    ("written", "size"), [("1B", 1), ("500kB", 500_000), ("25MB", 25_000_000), ("2gb", 2_000_000_000)]
)
def test_sizes_are_decimal(tmp_path: Path, written: str, size: int) -> None:
    assert network(tmp_path, spoiled("folders: {root: BIN}", f"max_size: {written}")).max_size == size


@pytest.mark.parametrize(
    ("written", "seconds"), [("250ms", 0.25), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("30d", 2_592_000)]
)
def test_durations_are_seconds(tmp_path: Path, written: str, seconds: float) -> None:
    assert network(tmp_path, spoiled("content: 30d", f"content: {written}")).retention.content == seconds


def test_files_are_relative_to_the_yaml(tmp_path: Path) -> None:
    text = spoiled("port: 2525", "ca_file: own-ca.pem")
    trustme.CA().cert_pem.write_to_path(tmp_path / "own-ca.pem")
    assert network(tmp_path, text).smtp.ca_file == tmp_path / "own-ca.pem"


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_files_from_another_editor_load_alike(tmp_path: Path, newline: str) -> None:
    path = write(tmp_path, "")
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", newline).encode())
    assert load_settings(path, environ={}, resolve_secrets=False).networks[0].id == "park"
    text = spoiled("id: park", "id: Park").replace("\n", newline)
    path.write_bytes(text.encode())
    assert lines(tmp_path, text)[0].startswith("3:9: networks.0.id")


@pytest.mark.parametrize(
    "form", ["- m{0}@mail.example\n", "- {{address: m{0}@mail.example, name: Buur {0}}}\n"], ids=["plain", "mapping"]
)
def test_five_thousand_members_load_in_a_moment(
    tmp_path: Path, form: str, record_property: Callable[[str, object], None]
) -> None:
    content = "".join(form.format(number) for number in range(5000))
    assert len(content) < SIZE_LIMIT
    write(tmp_path, content, "more.yaml")
    text = spoiled("    reports_to:", "    members_file: more.yaml\n    reports_to:")
    started = time.process_time()
    settings = load(tmp_path, text)
    seconds = time.process_time() - started
    record_property("cpu_seconds", round(seconds, 3))  # goal 1.5 s; far looser here, machines differ
    assert len(settings.networks[0].roster) == 5003
    assert seconds < 15


def test_a_coordinator_who_wants_bulletins_gets_them_and_keeps_the_coordinators_rights(tmp_path: Path) -> None:
    text = spoiled("[anna@home.example]", "[{address: anna@home.example, bulletins: true}]")
    network = load(tmp_path, text).networks[0]
    assert "anna@home.example" in {str(member.address) for member in network.active_members}
    assert "anna@home.example" not in network.roster
    anna = speaker_of(network.coordinators[0].address, network)
    assert isinstance(anna, Coordinator)


def test_nobody_is_welcomed_unless_the_network_wants_it(tmp_path: Path) -> None:
    assert not load(tmp_path).networks[0].welcome
    assert (
        load(tmp_path, GOOD.replace("    language: nl\n", "    language: nl\n    welcome: true\n")).networks[0].welcome
    )
