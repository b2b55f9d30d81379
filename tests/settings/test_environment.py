"""The environment overrides top-level settings, and is named when it is to blame."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.good import ENVIRON, GOOD, lines, load, spoiled


def test_a_variable_beats_the_file(tmp_path: Path) -> None:
    environ = {"BINRELAY_STORE": "postgresql://db.example/bin", "BINRELAY_RETRY__FIRST": "5s"}
    settings = load(tmp_path, GOOD, ENVIRON | environ)
    assert settings.store == "postgresql://db.example/bin"
    assert (settings.retry.first, settings.retry.longest) == (5, 3600)


def test_a_variable_sets_what_the_file_leaves_out(tmp_path: Path) -> None:
    text = spoiled("store: sqlite:////tmp/binrelay.sqlite3\n", "").replace("retry: {first: 1m, longest: 1h}\n", "")
    settings = load(tmp_path, text, ENVIRON | {"BINRELAY_STORE": "sqlite:///x", "BINRELAY_RETRY__GIVE_UP": "1d"})
    assert (settings.store, settings.retry.give_up) == ("sqlite:///x", 86400)


def test_an_empty_variable_sets_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD, ENVIRON | {"BINRELAY_STORE": ""}).store == "sqlite:////tmp/binrelay.sqlite3"


def test_the_process_environment_itself_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINRELAY_STORE", "sqlite:///elsewhere")
    assert load(tmp_path).store == "sqlite:////tmp/binrelay.sqlite3"


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("BINRELAY_STORE", "mysql://db", "BINRELAY_STORE: must begin with sqlite:/// or postgresql://"),
        ("BINRELAY_RETRY__FIRST", "5", "BINRELAY_RETRY__FIRST: 5 has no unit; write 5s, 5m"),
        ("BINRELAY_RETRY__LONGEST", "1s", "BINRELAY_RETRY__LONGEST: must not be shorter than retry.first"),
        ("BINRELAY_RETRY__FIRTS", "5s", 'BINRELAY_RETRY__FIRTS: unknown key; did you mean "first"?'),
        ("BINRELAY_RETRY", "often", "BINRELAY_RETRY: is no JSON object; set its parts"),
        ("BINRELAY_NETWORKS", "[]", "BINRELAY_NETWORKS: networks come from the YAML file alone"),
        ("BINRELAY_NETWORKS__0__ID", "x", "BINRELAY_NETWORKS__0__ID: networks come from the YAML file alone"),
    ],
)
def test_a_variable_to_blame_is_named(tmp_path: Path, *, variable: str, value: str, told: str) -> None:
    (line,) = lines(tmp_path, GOOD, ENVIRON | {variable: value})
    assert line.startswith(f"environment: {told}")


def test_a_good_variable_mends_a_bad_file(tmp_path: Path) -> None:
    text = spoiled("sqlite:////tmp/binrelay.sqlite3", "mysql://db")
    assert load(tmp_path, text, ENVIRON | {"BINRELAY_STORE": "sqlite:///x"}).store == "sqlite:///x"
