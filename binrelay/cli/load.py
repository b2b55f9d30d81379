"""Reading the settings for a command, with the warnings shown once."""

from __future__ import annotations

import os
from pathlib import Path

from binrelay.cli.exits import complain, quiet
from binrelay.config import load_settings
from binrelay.errors import ConfigError
from binrelay.mail.quiet import without_addresses
from binrelay.model import Settings


def load(path: Path, *, secrets: bool = True, warn: bool = True, to_log: bool = False) -> Settings:
    """Raises ConfigError. `secrets` False: passwords are not looked up, the command needs none.

    `to_log`: what is said here is kept in a log, where no address may stand.
    """
    try:
        settings = load_settings(path, environ=os.environ, resolve_secrets=secrets)
    except ConfigError as error:
        raise (quiet(error) if to_log else error) from None
    for warning in settings.warnings if warn else ():
        complain(f"warning: {without_addresses(warning) if to_log else warning}")
    return settings
