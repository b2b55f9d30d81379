"""The samples load, show every key, and validate against the schema that editors get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from binrelay.config import json_schema, load_settings
from binrelay.config.yaml_file import read_tree
from tests.settings.good import GOOD, write

SAMPLES = Path(__file__).parents[2] / "config"
NAMES = ("binrelay.yaml", "minimal.yaml")
SECRETS = ("IMAP_PASSWORD", "SMTP_PASSWORD", "OAUTH2_CLIENT_ID", "OAUTH2_CLIENT_SECRET", "OAUTH2_REFRESH_TOKEN")
ENVIRON = {f"BINRELAY_SECRET_{name}": "sesame" for name in SECRETS}


def keys(schema: Any) -> Iterator[str]:
    for definition in (schema, *schema["$defs"].values()):
        yield from definition["properties"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_loads_without_a_warning(name: str) -> None:
    settings = load_settings(SAMPLES / name, environ=ENVIRON)
    assert settings.warnings == ()
    assert settings.networks[0].members


def test_the_sample_holds_every_key_with_a_comment() -> None:
    lines = (SAMPLES / "binrelay.yaml").read_text(encoding="utf-8").splitlines()
    for key in keys(json_schema()):
        shown = [line for line in lines if re.search(rf"^\s*(?:- |# )?{key}:", line)]
        assert shown, f"{key} is missing in the sample"
        assert any("#" in line.partition(f"{key}:")[2] for line in shown), f"{key} has no comment"


def test_the_samples_defaults_are_the_programs() -> None:
    network = load_settings(SAMPLES / "binrelay.yaml", environ=ENVIRON).networks[0]
    least = load_settings(SAMPLES / "minimal.yaml", environ=ENVIRON).networks[0]
    assert (network.folders, network.retention, network.max_size) == (least.folders, least.retention, least.max_size)
    assert (network.imap.port, network.imap.keepalive) == (least.imap.port, least.imap.keepalive)
    assert (network.smtp.port, network.smtp.max_recipients) == (least.smtp.port, least.smtp.max_recipients)


def test_the_schema_is_a_good_one_and_describes_each_key() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    for definition in (schema, *schema["$defs"].values()):
        assert definition["additionalProperties"] is False
        assert all(value["description"] for value in definition["properties"].values())


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_validates_against_the_schema(name: str) -> None:
    errors = list(Draft202012Validator(json_schema()).iter_errors(read_tree(SAMPLES / name).value))
    assert errors == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("senders: [agent", "sendrs: [agent"),
        ("30d", "30"),
        ("jan@mail.example", "jan"),
        ("language: nl", "language: xx"),
        ("{secret: imap-password}", "{sercet: x}"),
        ("port: 2525", "port: 0"),
    ],
)
def test_an_editor_marks_what_binrelay_refuses(tmp_path: Path, old: str, new: str) -> None:
    validator = Draft202012Validator(json_schema())
    assert validator.is_valid(read_tree(write(tmp_path, GOOD)).value)
    assert not validator.is_valid(read_tree(write(tmp_path, GOOD.replace(old, new))).value)
