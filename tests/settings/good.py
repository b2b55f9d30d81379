"""A good configuration that each test spoils in one place, and how to load it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from binrelay.config import load_settings
from binrelay.errors import ConfigError, Problem
from binrelay.model import Settings

GOOD = """\
store: sqlite:////tmp/binrelay.sqlite3
networks:
  - id: park
    name: BIN Park
    address: park@bin.example
    language: nl
    coordinators: [anna@home.example]
    imap:
      host: imap.provider.example
      username: park@bin.example
      password: {secret: imap-password}
    smtp: {host: localhost, port: 2525, security: none}
    trusted_authserv_ids: [mx.provider.example]
    partners:
      - id: politie
        name: Politie
        senders: [agent@politie.example, "@oost.politie.example"]
        replies_to: [agent@politie.example]
      - id: gemeente
        name: Gemeente
        senders: ["@utrecht.example"]
        replies_to: [veilig@utrecht.example]
    reports_to: [politie]
    members:
      - jan@mail.example
      - {address: piet@mail.example, name: Piet Jansen, also: [piet@work.example]}
    folders: {root: BIN}
    retention: {content: 30d}
retry: {first: 1m, longest: 1h}
"""
ENVIRON = {"BINRELAY_SECRET_IMAP_PASSWORD": "sesame"}


def spoiled(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must occur once"
    return GOOD.replace(old, new)


def write(folder: Path, text: str, name: str = "binrelay.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def load(folder: Path, text: str = GOOD, environ: Mapping[str, str] = ENVIRON) -> Settings:
    return load_settings(write(folder, text), environ=environ)


def problems(folder: Path, text: str, environ: Mapping[str, str] = ENVIRON) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as refused:
        load(folder, text, environ)
    return refused.value.problems


def lines(folder: Path, text: str, environ: Mapping[str, str] = ENVIRON) -> list[str]:
    """Every problem as `LINE:COL: key: message`, in another file as `FILE:LINE:COL: key: message`."""
    found = [str(problem) for problem in problems(folder, text, environ)]
    return [line.removeprefix(f"{folder}/").removeprefix("binrelay.yaml:") for line in found]
