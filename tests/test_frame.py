"""What a stranger meets first: the two commands, the locks, the unit file; and no trace of the machine it came from."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import binrelay

ROOT = Path(__file__).parent.parent
FOLDERS = ("binrelay", "config", "deploy", "tests", "docs", ".ci")
FILES = ("pyproject.toml", "README.md", "Makefile", "CHANGELOG.md", "LICENSE", ".gitignore")
LOCKS = ("deploy/requirements.txt", ".ci/requirements.txt")
UNIT = ROOT / "deploy/systemd/binrelay.service"

# In two pieces each, so that this file does not hold what it looks for.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js.org",
    "deb." + "debian",
    "crates" + ".io",
    "docker" + ".io",
]
HOMES = ["/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/", "/wo" + "rk/"]


def tracked() -> Iterator[tuple[Path, bytes]]:
    for folder in FOLDERS:
        found = (path for path in sorted((ROOT / folder).rglob("*")) if path.is_file())
        yield from ((path, path.read_bytes()) for path in found if "__pycache__" not in path.parts)
    yield from ((ROOT / name, (ROOT / name).read_bytes()) for name in FILES)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirements(lock: str) -> list[str]:
    """One entry a package, its continuation lines joined."""
    lines = (line for line in read(lock).replace("\\\n", " ").splitlines() if line.strip())
    return [line for line in lines if not line.startswith("#")]


def canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def roots(path: Path) -> Iterator[str]:
    """The first names of everything a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_no_file_names_a_package_registry() -> None:
    assert not [(path, host) for path, content in tracked() for host in REGISTRIES if host.encode() in content]


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    named = re.compile(rb"(?<![\w.-])(?:" + "|".join(HOMES).encode() + rb")")
    assert not [path for path, content in tracked() if path.suffix != ".eml" and named.search(content)]


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_package_has_one_version_and_its_hashes_and_nothing_else(lock: str) -> None:
    entry = re.compile(r"[a-z0-9.-]+==\S+(?: ; .+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert requirements(lock)
    assert not [line for line in requirements(lock) if not entry.fullmatch(line)]


def test_both_locks_hold_every_declared_dependency_at_one_version() -> None:
    runtime, development = ({line.split()[0] for line in requirements(lock)} for lock in LOCKS)
    project = tomllib.loads(read("pyproject.toml"))["project"]
    names = {canonical(re.split(r"[\[<>=; ]", each)[0]) for each in project["dependencies"]}
    assert names <= {pin.split("==")[0] for pin in runtime}
    assert runtime <= development


@pytest.mark.parametrize(("folder", "lock"), list(zip(("binrelay", "tests"), LOCKS, strict=True)))
def test_code_imports_only_what_its_lock_installs(folder: str, lock: str) -> None:
    locked = {canonical(line.split("==")[0]) for line in requirements(lock)}
    origin = packages_distributions()
    foreign = {name for path in (ROOT / folder).rglob("*.py") for name in roots(path)}
    foreign -= {"binrelay", "tests", "__future__", *sys.stdlib_module_names}
    if folder == "tests":  # `make fuzz` installs what it alone needs
        foreign -= {line.split("==")[0] for line in requirements(".ci/fuzz.txt")}
    assert not [name for name in foreign if not locked & {canonical(each) for each in origin.get(name, [])}]


def test_the_gate_can_be_started_and_runs_the_readmes_command() -> None:
    gate = ROOT / ".ci/run"
    assert os.access(gate, os.X_OK)
    assert "set -euo pipefail" in gate.read_text(encoding="utf-8")
    assert "\nmake test\n" in gate.read_text(encoding="utf-8")


@pytest.mark.parametrize("script", [".ci/run", ".ci/setup", ".ci/lock"])
def test_the_scripts_can_be_read_by_bash(script: str) -> None:
    subprocess.run(["bash", "-n", ROOT / script], check=True)
    assert os.access(ROOT / script, os.X_OK)


def test_a_second_setup_does_nothing_at_all(tmp_path: Path) -> None:
    made = subprocess.run([ROOT / ".ci/setup", "servers"], check=True, capture_output=True, cwd=tmp_path)
    assert made.stdout + made.stderr == b""


def test_the_readme_names_both_commands_and_the_makefile_has_them() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))
    assert {"demo", "test", "check", "bench", "lock", "clean"} <= targets
    assert "make demo" in read("README.md")
    assert "make test" in read("README.md")


@pytest.mark.parametrize("page", ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_every_link_in_the_documents_leads_to_a_file(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", read(page))
    assert not [link for link in links if not ((ROOT / page).parent / link).exists()]


def test_the_changelog_tells_of_this_version_and_security_comes_first() -> None:
    versions = re.findall(r"^## ([0-9.]+) – \d{4}-\d\d-\d\d$", read("CHANGELOG.md"), flags=re.MULTILINE)
    assert versions[0] == binrelay.__version__
    newest = read("CHANGELOG.md").split("\n## ")[1]
    assert re.findall(r"^### (.+)$", newest, flags=re.MULTILINE)[0] == "Security"


def test_the_licence_is_the_gpl_and_the_package_says_so() -> None:
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007" in read("LICENSE")
    assert tomllib.loads(read("pyproject.toml"))["project"]["license"] == "GPL-3.0-or-later"


def unit() -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names keep their case
    parser.read(UNIT, encoding="utf-8")
    return parser


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Type", "notify"),
        ("NotifyAccess", "main"),
        ("ExecStart", "/opt/binrelay/.venv/bin/binrelay run"),
        ("ExecReload", "/bin/kill -HUP $MAINPID"),
        ("WatchdogSec", "120"),
        ("Restart", "on-failure"),
        ("RestartPreventExitStatus", "78"),
        ("TimeoutStopSec", "90"),
        ("DynamicUser", "yes"),
        ("StateDirectory", "binrelay"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
        ("CapabilityBoundingSet", ""),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("MemoryDenyWriteExecute", "yes"),
        ("LimitCORE", "0"),
    ],
)
def test_the_service_runs_without_privilege_and_is_watched(key: str, value: str) -> None:
    assert unit()["Service"][key] == value


def test_the_service_takes_its_passwords_as_credentials() -> None:
    text = UNIT.read_text(encoding="utf-8")
    for name in ("imap-password", "smtp-password", "oauth2-client-id", "oauth2-client-secret", "oauth2-refresh-token"):
        assert f"\nLoadCredential={name}\n" in text
    assert not re.search(r"^Environment=.*(?:PASSWORD|SECRET)", text, flags=re.MULTILINE)


def test_the_service_is_exposed_by_at_most_one_and_a_half_of_ten() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", str(UNIT)]
    verdict = subprocess.run(command, check=False, capture_output=True, text=True)
    assert verdict.returncode == 0, verdict.stdout[-2000:] + verdict.stderr
