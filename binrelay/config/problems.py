"""Collects what is wrong with a configuration, each with its place, and puts pydantic's errors into the admin's words.

Invariant: no message carries the value it complains about unless a reader in `values` chose to.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from binrelay.config.document import Document
from binrelay.config.passwords import UNKNOWN_KEY
from binrelay.config.schema import describe, known_keys
from binrelay.config.sources import variable_for
from binrelay.config.values import nearest, suggestion
from binrelay.config.yaml_file import Loc
from binrelay.errors import ConfigError, Problem

_ENVIRONMENT = Path("environment")  # stands where a file's name would
_WANTED = {
    "bool_type": "must be true or false; yes and no are text in YAML 1.2",
    "bool_parsing": "must be true or false",
    "list_type": 'must be a list: lines that begin with "- ", or [a, b]',
    "too_short": "needs at least one entry",
}


class Report:
    """Errors stop the configuration from being used; warnings do not."""

    def __init__(self, document: Document, environ: Mapping[str, str]) -> None:
        self.document = document
        self._environ = environ
        self._errors = list(document.problems)
        self._warnings: list[Problem] = []

    def error(self, loc: Loc, message: str) -> None:
        """About a value, or about one that is missing."""
        variable = variable_for(loc, self._environ)
        place = self.document.place(loc)
        self._errors.append(_blamed(variable, message) if variable else place.problem(message))

    def key_error(self, loc: Loc, message: str) -> None:
        """About a key, whatever it holds."""
        variable = variable_for(loc, self._environ)
        place = self.document.key_place(loc)
        self._errors.append(_blamed(variable, message) if variable else place.problem(message))

    def variable_error(self, variable: str, message: str) -> None:
        """About the environment."""
        self._errors.append(_blamed(variable, message))

    def add(self, problems: tuple[Problem, ...]) -> None:
        """What another reader found, in files of its own."""
        self._errors.extend(problems)

    def warn(self, loc: Loc, message: str) -> None:
        self._warnings.append(self.document.place(loc).problem(message))

    def invalid(self, errors: ValidationError) -> None:
        """Takes over what pydantic found; a key that is missing because it is misspelt is told once."""
        found = errors.errors(include_url=False, include_input=False)
        misspelt: set[Loc] = set()
        for loc in (error["loc"] for error in found if error["type"] == "extra_forbidden"):
            keys = known_keys(loc[:-1])
            misspelt.update((*loc[:-1], key) for key in nearest(str(loc[-1]), keys))
            hint = suggestion(str(loc[-1]), keys) or f"; known here: {', '.join(keys)}"
            self.key_error(loc, f"unknown key{hint}")
        for error in found:
            if error["type"] == UNKNOWN_KEY:
                self.key_error((*error["loc"], error["ctx"]["key"]), error["msg"])
            elif error["type"] != "extra_forbidden" and error["loc"] not in misspelt:
                self.error(error["loc"], _message(error["type"], error["loc"], error["msg"]))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Full lines, in the order of the file."""
        return tuple(str(warning) for warning in sorted(set(self._warnings)))

    def raise_errors(self) -> None:
        """Raises ConfigError where there was an error."""
        if self._errors:
            raise ConfigError(tuple(sorted(set(self._errors))))


def _blamed(variable: str, message: str) -> Problem:
    return Problem(_ENVIRONMENT, 0, 0, variable, message)


def _message(kind: str, loc: Loc, text: str) -> str:
    if kind == "missing":
        return f"is missing: {describe(loc)}"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f'must hold keys such as "{known_keys(loc)[0]}:"'
    return _WANTED.get(kind, text)
