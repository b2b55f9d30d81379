"""A file that cannot be read as intended is refused where it goes wrong, and never half."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from binrelay.config import find_config, load_settings
from binrelay.config.yaml_file import SIZE_LIMIT
from binrelay.errors import ConfigError
from tests.settings.good import ENVIRON, GOOD, lines, load, spoiled, write

MEMBERS_FILE = spoiled("    reports_to:", "    members_file: more.yaml\n    reports_to:")

BROKEN = [
    ("", "", "the file is empty"),
    ("# nothing yet\n", "", "the file is empty"),
    ("- networks\n", "1:1:", 'must hold keys such as "networks:"'),
    ("networks\n", "1:1:", 'must hold keys such as "networks:"'),
    ("store: sqlite:///x\n", "1:1: networks:", "is missing: one neighbourhood each"),
    ("networks: []\n", "1:1: networks:", "needs at least one entry"),
    ("networks: {id: park}\n", "1:1: networks:", "must be a list"),
    ("networks: [park]\n", "1:12: networks.0:", 'must hold keys such as "id:"'),
    ("networks:\n  - id: park\n\tname: x\n", "3:1:", "indent with spaces, not with tabs"),
    ("networks:\n  - id: park\n   name: x\n", "3:4:", "is no YAML"),
    ("networks:\n  - {id: park\n", "3:1:", "is no YAML"),
    ("networks:\n  - senders: [@politie.example]\n", "2:15:", 'put the text in quotes: "@example.org"'),
    ('store: "a\n', "2:1:", "is no YAML"),
    ("store: a\nretry: {}\nstore: b\nnetworks: []\n", "3:1: store:", "is written twice; the first is at"),
    ("a: &a [x]\n", "1:4: a:", "anchors (&name) and aliases (*name) are not accepted"),
    ("a: *a\n", "1:4: a:", "write the value out"),
    ("&a store: x\n", "1:1:", "a key must be a plain word"),
    ("? [a]\n: b\n", "1:3:", "a key must be a plain word"),
    ("store: !!python/name:os.system x\n", "1:8: store:", "tags (!name) are not accepted"),
    ("store: a\n---\nstore: b\n", "2:1:", "one document a file"),
    ("a: " + "[" * 40 + "]" * 40 + "\n", "1:20: a.0.0", "is nested too deep"),
    ("store: a\x07b\n", "1:9:", "holds a control character"),
]


@pytest.mark.parametrize(("text", "place", "phrase"), BROKEN, ids=[row[0][:30] for row in BROKEN])
def test_a_file_that_is_no_configuration_is_refused_at_its_place(
    tmp_path: Path, *, text: str, place: str, phrase: str
) -> None:
    told = [line for line in lines(tmp_path, text) if line.startswith(place) and phrase in line]
    assert len(told) == 1


def test_a_file_in_another_charset_is_refused_where_the_first_odd_byte_stands(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("store: x\nnaam: Café\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin\.yaml:2:10: is not UTF-8") as refused:
        load_settings(path, environ={})
    assert len(refused.value.problems) == 1


def test_a_file_larger_than_any_network_is_refused_unread(tmp_path: Path) -> None:
    path = write(tmp_path, "#" * (SIZE_LIMIT + 1))
    with pytest.raises(ConfigError, match="larger than 5 MB"):
        load_settings(path, environ={})


def test_a_file_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml: cannot be read: No such file"):
        load_settings(tmp_path / "absent.yaml", environ={})


def test_a_key_written_twice_counts_once_and_hides_nothing_else(tmp_path: Path) -> None:
    text = spoiled("    language: nl\n", "    language: nl\n    language: [fr]\n").replace(
        "content: 30d", "content: 30"
    )
    assert [line.split(" ")[1] for line in lines(tmp_path, text)] == [
        "networks.0.language:",
        "networks.0.retention.content:",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- els\n", ["more.yaml:1:3: members.0: is no mail address"]),
        ("- a@x.example\n- {address: a}\n", ["more.yaml:2:13: members.1.address: is no mail address"]),
        (
            "members:\n  - {adres: a@x.example}\n",
            ['more.yaml:2:6: members.0.adres: unknown key; did you mean "address"?'],
        ),
        ("members: []\nmember: [x]\n", ['more.yaml:2:1: member: unknown key; only "members" may stand here']),
        ("- jan@mail.example\n", ["more.yaml:1:3: members.0: this address is already a member"]),
        ("els@mail.example\n", ["more.yaml:1:1: must be a list of members"]),
        ("- [\n", ["more.yaml:2:1: is no YAML"]),
    ],
)
def test_a_problem_in_the_members_file_names_that_file(tmp_path: Path, text: str, told: list[str]) -> None:
    write(tmp_path, text, "more.yaml")
    found = lines(tmp_path, MEMBERS_FILE)
    assert [line[: len(wanted)] for line, wanted in zip(found, told, strict=True)] == told


def test_a_members_file_that_is_not_there_is_told_with_both_places(tmp_path: Path) -> None:
    assert lines(tmp_path, MEMBERS_FILE) == [
        f"23:19: networks.0.members_file: {tmp_path}/more.yaml cannot be used",
        "more.yaml: cannot be read: No such file or directory",
    ]


@pytest.mark.parametrize("form", ["- els@mail.example\n", "members:\n  - els@mail.example\n"])
def test_the_members_file_adds_members(tmp_path: Path, form: str) -> None:
    more = write(tmp_path, form, "more.yaml")
    settings = load(tmp_path, MEMBERS_FILE)
    assert [member.address.key for member in settings.networks[0].members][2] == "els@mail.example"
    assert more in settings.files


@pytest.mark.parametrize("form", ["", "# none yet\n", "[]\n", "members:\n"])
def test_an_empty_members_file_is_well(tmp_path: Path, form: str) -> None:
    write(tmp_path, form, "more.yaml")
    assert len(load(tmp_path, MEMBERS_FILE).networks[0].members) == 2


def test_without_a_name_the_usual_places_are_tried_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"/etc/binrelay/binrelay\.yaml, config/binrelay\.yaml"):
        find_config(None, {})
    (tmp_path / "config").mkdir()
    write(tmp_path / "config", GOOD)
    assert find_config(None, {}) == Path("config/binrelay.yaml")


def test_a_named_file_beats_the_environment_and_both_beat_the_usual_places(tmp_path: Path) -> None:
    named, other = write(tmp_path, GOOD, "named.yaml"), write(tmp_path, GOOD, "other.yaml")
    assert find_config(named, {"BINRELAY_CONFIG": str(other)}) == named
    assert find_config(None, {"BINRELAY_CONFIG": str(other)}) == other
    with pytest.raises(ConfigError, match="absent"):
        find_config(tmp_path / "absent", ENVIRON)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may look anywhere; everybody else is an ordinary user already."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_an_ordinary_user_is_told_that_the_file_is_for_root(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    named = write(closed, GOOD)
    closed.chmod(0)
    try:
        with ordinary_user(), pytest.raises(ConfigError, match="Permission denied; for a command, type it as root"):
            load_settings(find_config(named, {}), environ={})
    finally:
        closed.chmod(0o700)
