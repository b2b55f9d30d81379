"""Reading the settings for a command, with the warnings shown once."""

from __future__ import annotations

import os
from pathlib import Path

from binrelay.cli.exits import complain
from binrelay.config import load_settings
from binrelay.model import Settings


def load(path: Path, *, secrets: bool = True, warn: bool = True) -> Settings:
    """Raises ConfigError. `secrets` False: passwords are not looked up, the command needs none."""
    settings = load_settings(path, environ=os.environ, resolve_secrets=secrets)
    for warning in settings.warnings if warn else ():
        complain(f"warning: {warning}")
    return settings
