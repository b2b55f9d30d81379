"""Reads the YAML file into `Settings`, or says everything that is wrong with it, each by file, line and column.

    load_settings ── document   the file with its members files, and the place of everything
                  ├─ checks     what can be wrong between keys
                  ├─ sources    the environment over the YAML, through pydantic
                  ├─ secrets    passwords, from where they are kept
                  ├─ authorities  the admin's own certificates
                  ├─ templates  the admin's own texts
                  └─ convert    into the program's frozen values

Invariant: `Settings` that were returned are whole and valid; there is no half configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsError

from binrelay.config.authorities import check_authorities
from binrelay.config.checks import check, check_retry
from binrelay.config.convert import to_network
from binrelay.config.document import Document, read_document
from binrelay.config.problems import Report
from binrelay.config.schema import json_schema
from binrelay.config.secrets import Vault
from binrelay.config.sources import Configuration, read_values
from binrelay.errors import ConfigError, Problem
from binrelay.model import Phrases, RetrySchedule, Settings
from binrelay.templates import own_phrases, phrases_beside

__all__ = ["find_config", "json_schema", "load_settings", "to_settings"]

TEMPLATES = "templates"  # the folder beside the YAML with the admin's own texts
_USUAL_PLACES = (Path("/etc/binrelay/binrelay.yaml"), Path("config/binrelay.yaml"))


def find_config(argument: Path | None, environ: Mapping[str, str]) -> Path:
    """The file to read: `argument`, else BINRELAY_CONFIG, else the usual places.

    Raises ConfigError, naming every place that was tried, where there is none.
    """
    named = argument or (Path(environ["BINRELAY_CONFIG"]) if environ.get("BINRELAY_CONFIG") else None)
    places = (named,) if named else _USUAL_PLACES
    for place in places:
        if _lies_there(place):
            return place
    tried = ", ".join(str(place) for place in places)
    message = (
        f"there is no configuration file (tried {tried}); name one with -c or BINRELAY_CONFIG, or run `binrelay init`"
    )
    raise ConfigError((Problem(places[0], 0, 0, "", message),))


def _lies_there(place: Path) -> bool:
    try:
        return place.is_file()
    except PermissionError:  # its folder is closed to us, and whoever reads it will say so
        return True


def load_settings(path: Path, *, environ: Mapping[str, str], resolve_secrets: bool = True) -> Settings:
    """Reads files and nothing else; about a second of CPU for 5,000 members, so call it in a thread.

    Without `resolve_secrets` passwords that are kept elsewhere are None and no `ca_file` is opened.
    Raises ConfigError with every problem.
    """
    return to_settings(read_document(path), environ=environ, resolve_secrets=resolve_secrets)


def to_settings(
    document: Document,
    *,
    environ: Mapping[str, str],
    resolve_secrets: bool = True,
    optional_secrets: frozenset[str] = frozenset(),
) -> Settings:
    """As `load_settings`, of a document that was read already; secrets under those keys need not be there yet."""
    path = document.tree.path
    report = Report(document, environ)
    check(report, environ)
    values = _values(report, environ)
    vault = Vault(report, environ, resolve=resolve_secrets, optional=optional_secrets)
    vault.fill()
    if resolve_secrets:
        check_authorities(report)
    phrases, texts = _phrases(report, document.folder / TEMPLATES)
    report.raise_errors()
    if values is None:  # invalid() reported it: unreachable, and a half configuration must not be
        raise ConfigError((Problem(path, 0, 0, "", "cannot be used"),))
    return Settings(
        path=path,
        store=values.store,
        networks=tuple(
            to_network(network, ("networks", number), vault, folder=document.folder)
            for number, network in enumerate(values.networks)
        ),
        retry=RetrySchedule(**values.retry.model_dump()),
        phrases=phrases,
        warnings=report.warnings,
        files=(*dict.fromkeys((*document.files, *vault.files, *texts)),),
    )


def _phrases(report: Report, folder: Path) -> tuple[Phrases, tuple[Path, ...]]:
    try:
        return phrases_beside(folder)
    except ConfigError as error:
        report.add(error.problems)
        return own_phrases, ()


def _values(report: Report, environ: Mapping[str, str]) -> Configuration | None:
    try:
        values = read_values(report.document.value, environ)
    except ValidationError as error:
        report.invalid(error)
    except SettingsError:
        report.variable_error("BINRELAY_RETRY", "is no JSON object; set its parts: BINRELAY_RETRY__FIRST=1m")
    else:
        check_retry(report, values.retry)
        return values
    return None
