"""From nothing to a first bulletin: `binrelay init` at a terminal, with real servers behind the answers."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.neighbourhood import ANNA, COORDINATOR, OFFICER, ROOT, Neighbourhood, mail
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.sink import Habits, RecordingSink
from tests.support.typist import Typist

COMMAND = [sys.executable, "-m", "binrelay", "init"]


def environ(language: str = "nl_NL.UTF-8") -> dict[str, str]:
    return {**os.environ, "LANG": language, "LC_ALL": language, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        cwd=ROOT,
        env=environ(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def answers(hood: Neighbourhood, *, password: str = PASSWORD, more: str = "") -> str:
    file = hood.folder / "answers.yaml"
    file.write_text(f"""\
name: BIN Wilhelminapark
address: {COORDINATOR}
coordinators: [{ANNA}]
partners: [{{name: Politie Oost, address: {OFFICER}}}]
username: {hood.user}
password: {password}
imap: {{host: 127.0.0.1, port: {hood.dovecot.port}, security: none}}
smtp: {{host: 127.0.0.1, port: {hood.smtp_port}, security: none}}
{more}
""")
    return str(file)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def person(hood: Neighbourhood, language: str = "nl_NL.UTF-8") -> Typist:
    return Typist([*COMMAND, "-c", str(hood.config)], environ(language))


@pytest.fixture
def provider(dovecot: Dovecot, tmp_path: Path) -> Iterator[Neighbourhood]:
    """A provider that asks for the same name and password on both sides."""
    hood = Neighbourhood(dovecot, tmp_path)
    hood.provider = RecordingSink(Habits(login=(hood.user, PASSWORD)))
    with hood:
        yield hood


def test_a_person_answers_in_dutch_and_has_a_network_that_works(provider: Neighbourhood) -> None:
    provider.arrives(mail(OFFICER, "Gele Polo", "Wie?\n"))
    with person(provider) as typist:
        typist.answers(
            ("Naam van het netwerk", "BIN [Park]"),
            ("zonder [ en ]", "BIN Wilhelminapark"),
            ("Mailadres van de coördinator", COORDINATOR),
            ("[nl]:", ""),
            ("Eigen adres", ANNA),
            ("[Politie]:", ""),
            ("Mailadres van Politie", OFFICER),
            ("Nog een partner", ""),
            ("Kloppen deze mailservers? [J/n]", "n"),
            ("(IMAP)", "127.0.0.1"),
            ("Poort", str(provider.dovecot.port)),
            ("Beveiliging", "none"),
            ("(SMTP)", "127.0.0.1"),
            ("Poort", str(provider.smtp_port)),
            ("Beveiliging", "none"),
            ("Gebruikersnaam", provider.user),
            ("Wachtwoord", "verkeerd"),
        )
        typist.sees("laat ons met deze naam en dit wachtwoord niet in")
        typist.answers(
            ("nog eens proberen? [J/n]", ""),
            ("Kloppen deze mailservers? [J/n]", ""),
            ("Gebruikersnaam", ""),
            ("Wachtwoord", PASSWORD),
            ("beoordeeld door mx.provider.example (1 van 1)", ""),
        )
        typist.sees("Wat nu:")
        assert typist.ends() == 0
    assert PASSWORD not in typist.shown
    assert mode(provider.config) == mode(provider.folder / "mail-password") == 0o600
    assert "wie berichten mag sturen" in provider.config.read_text()
    check = provider.command("check", "--connect")
    assert (check.returncode, "1 network, 0 members: in order" in check.stdout) == (0, True), check.stderr
    assert provider.command("member", "add", "jan@mail.example").returncode == 0
    assert "      - jan@mail.example\n" in provider.config.read_text()
    assert "BIN/Wacht" in provider.dovecot.folders(provider.user)


def test_who_stops_halfway_has_changed_nothing(hood: Neighbourhood) -> None:
    with person(hood, "C") as typist:
        typist.answers(("Name of the network", "BIN Park"))
        typist.sees("Mail address")
        typist.interrupts(until="Stopped; nothing was written.")
        assert typist.ends() == 130
    assert not hood.config.exists()


def test_two_roles_for_one_address_are_told_before_anything_is_tried(provider: Neighbourhood) -> None:
    file = answers(provider)
    Path(file).write_text(Path(file).read_text().replace(OFFICER, ANNA))
    told = run("-c", str(provider.config), "--answers", file)
    assert (told.returncode, "one address has one role" in told.stderr) == (65, True), told.stderr
    assert not provider.config.exists()


def test_answers_from_a_file_ask_nothing(provider: Neighbourhood) -> None:
    provider.arrives(mail(OFFICER, "Gele Polo", "Wie?\n"))
    told = run("-c", str(provider.config), "--answers", answers(provider))
    assert told.returncode == 0, told.stderr
    assert "trusted_authserv_ids: [mx.provider.example]" in told.stdout
    assert PASSWORD not in provider.config.read_text() + told.stdout
    assert (provider.folder / "mail-password").read_text() == f"{PASSWORD}\n"


def test_the_service_gets_a_file_its_group_can_read(provider: Neighbourhood) -> None:
    shared = provider.folder / "etc"
    shared.mkdir()
    shared.chmod(0o2750)
    secrets = provider.folder / "credstore"
    told = run("-c", str(shared / "b.yaml"), "--answers", answers(provider), "--passwords", str(secrets))
    assert told.returncode == 0, told.stderr
    assert (mode(shared / "b.yaml"), mode(secrets), mode(secrets / "mail-password")) == (0o640, 0o700, 0o600)
    assert f"{{file: {secrets}/mail-password}}".replace(" ", "") in (shared / "b.yaml").read_text().replace(
        " ", ""
    ).replace('"', "")


@pytest.mark.parametrize(
    ("password", "more", "code", "said"),
    [
        ("verkeerd", "", 77, "laat ons met deze naam en dit wachtwoord niet in"),
        (PASSWORD, "id: x\ntrusted_authserv_ids: ['a b']", 65, "trusted_authserv_ids.0: is no authserv-id"),
        (PASSWORD, "imaps: x", 65, "9:8: imaps: unknown key"),
        (PASSWORD, "language: sv", 65, '9:11: language: "sv" is not one of nl, en, fr, de'),
    ],
)
def test_what_does_not_work_is_said_and_nothing_is_written(
    provider: Neighbourhood, password: str, more: str, code: int, said: str
) -> None:
    file = answers(provider, password=password, more=more)
    told = run("-c", str(provider.config), "--answers", file)
    assert (told.returncode, said in told.stderr) == (code, True), told.stderr
    assert sorted(path.name for path in provider.folder.iterdir()) == ["answers.yaml"]


def test_a_server_that_does_not_answer_is_a_temporary_failure(provider: Neighbourhood) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        provider.smtp_port = taken.getsockname()[1]
    assert run("-c", str(provider.config), "--answers", answers(provider)).returncode == 75
    told = run("-c", str(provider.config), "--answers", answers(provider), "--no-connect")
    assert (told.returncode, provider.config.exists()) == (0, True)


@pytest.mark.parametrize("link", [False, True])
def test_nothing_that_exists_is_overwritten(provider: Neighbourhood, *, link: bool) -> None:
    other = provider.folder / "other.yaml"
    if link:
        provider.config.symlink_to(other)
    else:
        provider.config.write_text("mine")
    told = run("-c", str(provider.config), "--answers", answers(provider))
    assert told.returncode == 73
    assert "bestaat al" in told.stderr
    assert not other.exists()
    (provider.folder / "mail-password").write_text("old")
    told = run("-c", str(provider.folder / "new.yaml"), "--answers", answers(provider))
    assert told.returncode == 73
    assert (provider.folder / "mail-password").read_text() == "old"


def test_without_a_terminal_and_without_answers_it_says_what_to_do(hood: Neighbourhood) -> None:
    told = run("-c", str(hood.config))
    assert told.returncode == 64
    assert "--answers FILE" in told.stderr
