"""Where settings come from: the environment over the YAML file, read by pydantic-settings.

Only top-level settings come from the environment (`BINRELAY_STORE`, `BINRELAY_RETRY__FIRST`); networks never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from binrelay.config.fields import NetworkValues, RetryValues
from binrelay.config.values import StoreValue
from binrelay.config.yaml_file import Loc, Yaml

PREFIX = "BINRELAY_"
_DELIMITER = "__"


class Configuration(BaseSettings):
    """The whole file."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_nested_delimiter=_DELIMITER,
        env_ignore_empty=True,
    )

    store: StoreValue = Field(
        "sqlite:///var/lib/binrelay/binrelay.sqlite3", description="the database: sqlite:///PATH or postgresql://…"
    )
    networks: list[NetworkValues] = Field(min_length=1, description="one neighbourhood each")
    retry: RetryValues = Field(RetryValues(), description="when a mail is tried again, and when given up")


class _YamlSource(PydanticBaseSettingsSource):
    """The file's keys as they are, unknown ones too: validation refuses those."""

    def __init__(self, settings_cls: type[BaseSettings], value: dict[str, Yaml]) -> None:
        super().__init__(settings_cls)
        self._value = value

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - its contract
        return self._value.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return dict(self._value)


class _EnvironmentSource(EnvSettingsSource):
    """Reads the given mapping instead of the process's environment, and leaves the networks to the file."""

    def __init__(self, settings_cls: type[BaseSettings], environ: Mapping[str, str]) -> None:
        super().__init__(settings_cls)
        self.env_vars = {
            name.lower(): value
            for name, value in environ.items()
            if value and name.upper().startswith(PREFIX) and not is_networks(name)
        }


def is_networks(variable: str) -> bool:
    return variable.upper().startswith(f"{PREFIX}NETWORKS")


def variable_for(loc: Loc, environ: Mapping[str, str]) -> str | None:
    """The environment variable that set the value there, if one did."""
    wanted = PREFIX + _DELIMITER.join(str(part) for part in loc).upper()
    return next((name for name, value in environ.items() if value and name.upper() == wanted), None)


def read_values(value: dict[str, Yaml], environ: Mapping[str, str]) -> Configuration:
    """Raises pydantic's ValidationError, and SettingsError where a variable's JSON cannot be read."""

    class Sourced(Configuration):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: Any, **__: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return _EnvironmentSource(settings_cls, environ), _YamlSource(settings_cls, value)

    return Sourced()
