"""What holds for every command: where the configuration is, where the output goes, what is no mail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from binrelay.cli import app
from tests.settings.good import ENVIRON, GOOD, write

MAIL = b"From: agent@politie.example\r\nSubject: Gele Polo\r\nDate: Tue, 24 Nov 2026 09:00:00 +0100\r\n\r\nWie?\r\n"


def binrelay(*words: str, piped: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "binrelay", *words]
    environ = {**os.environ, **ENVIRON, **environment}
    return subprocess.run(command, env=environ, input=piped, capture_output=True, timeout=60, check=False)


def through_a_shell(words: str) -> subprocess.CompletedProcess[bytes]:
    shell = ["sh", "-c", f'exec "$0" -m binrelay {words}', sys.executable]
    return subprocess.run(shell, env={**os.environ, **ENVIRON}, capture_output=True, timeout=60, check=False)


def commands() -> list[tuple[str, ...]]:
    root = get_command(app)
    found: list[tuple[str, ...]] = []
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        found += [(name,), *((name, inner) for inner in getattr(command, "commands", ()))]
    return found


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write(tmp_path, GOOD.replace("/tmp/binrelay.sqlite3", f"{tmp_path}/store.sqlite3"))


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_and_every_group_takes_a_configuration(words: tuple[str, ...]) -> None:
    command = get_command(app)
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]
    assert ["-c", "--config"] in [parameter.opts for parameter in command.params]


def test_the_configuration_may_stand_before_between_and_behind_the_words(config: Path) -> None:
    named = ("-c", str(config))
    for words in ((*named, "member", "list"), ("member", *named, "list"), ("member", "list", *named)):
        told = binrelay(*words)
        assert (told.returncode, b"jan@mail.example" in told.stdout) == (0, True), told.stderr


def test_the_schema_is_printed_whatever_configuration_is_named() -> None:
    told = binrelay("schema", "-c", "nowhere.yaml")
    assert told.returncode == 0
    assert "networks" in json.loads(told.stdout)["properties"]


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_exit_code(config: Path, closed: str) -> None:
    assert through_a_shell(f"check -c {config} {closed}").returncode == 0
    assert through_a_shell(f"schema {closed}").returncode == 0
    assert through_a_shell(f"check -c nowhere.yaml {closed}").returncode == 78


@pytest.mark.parametrize("words", ["schema", "check -c {}", "--help"])
def test_a_full_disk_is_said_in_one_line(config: Path, words: str) -> None:
    told = through_a_shell(f"{words.format(config)} >/dev/full")
    assert (told.returncode, told.stderr) == (74, b"binrelay: cannot write: No space left on device\n")


def test_a_mail_can_be_piped_into_explain(config: Path) -> None:
    told = binrelay("explain", "-", "--json", "-c", str(config), piped=MAIL)
    assert (told.returncode, told.stderr) == (0, b"")
    assert json.loads(told.stdout)["subject"] == "Gele Polo"


def test_whatever_a_subject_or_a_files_name_holds_each_mail_is_one_line_of_json(config: Path, tmp_path: Path) -> None:
    file = Path(os.fsdecode(bytes(tmp_path) + b"/polo\xff\xe9\n.eml"))
    file.write_bytes(MAIL.replace(b"Gele Polo", "Gele\u2028Polo \U0001f6a8 \x85 é".encode()))
    told = binrelay("explain", str(file), str(file), "--json", "-c", str(config))
    lines = told.stdout.decode("ascii").splitlines()
    assert [Path(json.loads(line)["file"]) for line in lines] == [file, file]
    assert "\U0001f6a8" in json.loads(lines[0])["subject"]


def test_a_mail_to_the_sub_address_of_one_network_is_judged_for_that_network(config: Path) -> None:
    first = GOOD[GOOD.index("  - id: park") : GOOD.index("retry:")]
    second = first.replace("id: park", "id: oost").replace("park@bin.example", "oost@bin.example")
    config.write_text(
        GOOD.replace("retry:", f"{second.replace('reports_to: [politie]', 'reports_to: [gemeente]')}retry:")
    )
    mail = b"From: jan@mail.example\r\nTo: Oost+K7Q4M2X9@bin.example\r\nSubject: Lantaarn\r\n\r\nStuk.\r\n"
    told = binrelay("explain", "-", "--json", "-c", str(config), piped=mail)
    assert json.loads(told.stdout)["to"] == ["veilig@utrecht.example"]


@pytest.mark.parametrize("charset", ["ascii", "latin-1", "utf-8"])
def test_what_the_terminal_has_no_letter_for_is_told_all_the_same(config: Path, tmp_path: Path, charset: str) -> None:
    file = tmp_path / "polo-\U0001f6a8.eml"
    file.write_bytes(MAIL)
    told = binrelay("explain", str(file), "-c", str(config), PYTHONIOENCODING=charset)
    assert (told.returncode, b"rule" in told.stdout) == (0, True)


@pytest.mark.parametrize("content", [b"", b"Boodschappen: melk\r\n\r\nkaas", b"%PDF-1.7\n\x00\xff", b"<html><body>Hoi"])
def test_explain_says_of_what_is_no_mail_that_it_is_none(config: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "list.eml"
    file.write_bytes(content)
    told = binrelay("explain", str(file), "--json", "-c", str(config))
    assert told.returncode == 0
    assert told.stderr.startswith(f"warning: {file}: does not look like a mail".encode())
    assert json.loads(told.stdout)["decision"] == "hold"


def test_an_empty_line_above_a_mail_makes_it_no_less_of_a_mail(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "polo.eml"
    file.write_bytes(b"\r\n" + MAIL)
    assert binrelay("explain", str(file), "--json", "-c", str(config)).stderr == b""


def test_a_piped_list_of_members_has_one_member_a_line_however_long(config: Path) -> None:
    long = "wilhelmina.van.den.heuvel-van.der.meulen@een-heel-lange-naam.voor-een-provider.example"
    config.write_text(GOOD.replace("      - jan@mail.example\n", f"      - {{address: {long}, name: {'Wil ' * 20}}}\n"))
    told = binrelay("member", "list", "-c", str(config))
    lines = told.stdout.decode().splitlines()
    assert [line.split()[0] for line in lines[2:4]] == [long, "piet@mail.example,"]
    assert "piet@mail.example, also piet@work.example" in lines[3]


def test_explain_with_a_store_that_was_never_made_knows_of_no_earlier_mail(config: Path, tmp_path: Path) -> None:
    told = binrelay("explain", "-", "--json", "--store", "-c", str(config), piped=MAIL)
    assert told.returncode == 0
    assert json.loads(told.stdout)["decision"] == "hold"
    assert (
        told.stderr
        == f"warning: {tmp_path}/store.sqlite3: there is no store yet, so no earlier mail is known\n".encode()
    )
    assert not (tmp_path / "store.sqlite3").exists()
