"""Compiles the texts with Jinja and fills them in. Reads its own package's files, and nothing else.

Invariant: a value from outside stays on one line, and a variable that is missing is an error, never a gap.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from textwrap import wrap

from jinja2 import DictLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import SandboxedEnvironment

from binrelay.mail.decode import clean_line
from binrelay.model import Language, Phrases
from binrelay.templates import TemplateError

_WIDTH = 72


@dataclass(frozen=True, slots=True)
class _Templates:
    environment: SandboxedEnvironment
    long: frozenset[str]  # names of texts of several lines

    def __call__(self, name: str, language: Language, /, **values: object) -> str:
        try:
            text = self.environment.get_template(f"{language.value}/{name}").render(values)
        except (TemplateNotFound, UndefinedError) as error:
            raise KeyError(f"{language.value}/{name}: {error}") from error
        return _wrapped(text.strip()) if name in self.long else text.strip()


def read_phrases() -> Phrases:
    """Reads and compiles every text. Raises TemplateError."""
    sources = {language: _sources(language) for language in Language}
    environment = SandboxedEnvironment(
        loader=DictLoader(
            {f"{language}/{name}": text for language in Language for name, text in sources[language].items()}
        ),
        undefined=StrictUndefined,
        # Plain text, not HTML: escaping would show people "&amp;".
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_one_line,
    )
    reference = _variables(environment, sources[Language.NL])
    for language in Language:
        _compare(language, _variables(environment, sources[language]), reference)
    return _Templates(environment, frozenset(name for name, text in sources[Language.NL].items() if "\n" in text))


def _sources(language: Language) -> dict[str, str]:
    """Each text under its name: a file each, the one-line ones together in phrases.toml."""
    folder = files("binrelay.templates") / language.value
    try:
        texts: dict[str, str] = tomllib.loads((folder / "phrases.toml").read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{language}/phrases.toml: {error}") from error
    for entry in folder.iterdir():
        if entry.name.endswith(".txt"):
            texts[entry.name.removesuffix(".txt")] = entry.read_text("utf-8")
    return texts


def _variables(environment: SandboxedEnvironment, texts: Mapping[str, str]) -> dict[str, frozenset[str]]:
    try:
        return {
            name: frozenset(meta.find_undeclared_variables(environment.parse(text))) for name, text in texts.items()
        }
    except TemplateSyntaxError as error:
        raise TemplateError(f"a text cannot be read: {error}") from error


def _compare(language: Language, found: Mapping[str, frozenset[str]], wanted: Mapping[str, frozenset[str]]) -> None:
    for name in sorted(found.keys() | wanted.keys()):
        if found.get(name) != wanted.get(name):
            raise TemplateError(f"{language}/{name} does not have the variables of {Language.NL}/{name}")


def _one_line(value: object) -> object:
    """A stranger's words may stand in a text, but not write lines of it."""
    return clean_line(value) if isinstance(value, str) else value


def _wrapped(text: str) -> str:
    """Lines of at most 72 columns, as far as blanks allow."""
    return "\n".join(piece for line in text.splitlines() for piece in _pieces(line))


def _pieces(line: str) -> list[str]:
    if len(line) <= _WIDTH:
        return [line]
    indent = " " * (len(line) - len(line.lstrip(" -")))
    return wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
