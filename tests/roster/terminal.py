"""The command line, run in the test's own process. For tests only."""

from __future__ import annotations

from pathlib import Path

import pytest

from binrelay.cli import main


class Terminal:
    """Runs commands in this process and keeps what they say."""

    def __init__(self, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.config, self._capsys, self._patch = config, capsys, monkeypatch
        self.out = self.error = ""

    def __call__(self, *words: str) -> int:
        self._patch.setattr("sys.argv", ["binrelay", *words, "-c", str(self.config)])
        with pytest.raises(SystemExit) as end:
            main()
        self.out, self.error = self._capsys.readouterr()
        return int(str(end.value.code))
