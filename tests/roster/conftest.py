"""A terminal with a good configuration in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.roster.terminal import Terminal
from tests.settings.good import GOOD, write


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("BINRELAY_STORE", f"sqlite://{tmp_path}/store.sqlite3")
    return Terminal(write(tmp_path, GOOD), capsys, monkeypatch)
