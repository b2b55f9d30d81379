"""What every command takes, and where the configuration is that it means."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        "-c",
        "--config",
        help="The YAML; else BINRELAY_CONFIG, /etc/binrelay/binrelay.yaml or config/binrelay.yaml.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="For programs: one JSON object per line.")]
SYSTEM_YAML = Path("/etc/binrelay/binrelay.yaml")  # found without `-c`
_chosen: dict[str, Path] = {}


def choose(config: Path) -> None:
    """`-c` before the command: it holds for the command."""
    _chosen["config"] = config


def config_path(config: Path | None) -> Path:
    """Raises ConfigError where there is no file."""
    import os

    from binrelay.config import find_config

    return find_config(config or _chosen.get("config"), os.environ)


def config_path_if_any(config: Path | None) -> Path | None:
    """None where none was named and none lies in the usual places."""
    from binrelay.errors import ConfigError

    try:
        return config_path(config)
    except ConfigError:
        if config or _chosen:
            raise
        return None


def new_config_path(config: Path | None) -> Path:
    """Where a configuration is made: where one is looked for first and can be written."""
    import os

    named = config or _chosen.get("config") or os.environ.get("BINRELAY_CONFIG")
    usual = SYSTEM_YAML if os.access(SYSTEM_YAML.parent, os.W_OK) else Path("config/binrelay.yaml")
    return Path(named) if named else usual
