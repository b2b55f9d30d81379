"""Compiles the texts with Jinja and fills them in. Reads its own package's files, and nothing else.

Invariant: a value from outside stays on one line, and a variable that is missing is an error, never a gap.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from textwrap import wrap

from jinja2 import DictLoader, StrictUndefined, TemplateNotFound, UndefinedError, meta
from jinja2.sandbox import SandboxedEnvironment

from binrelay.mail.decode import clean_line
from binrelay.model import Language

_WIDTH = 72

Texts = Mapping[str, str]  # by name
Sources = Mapping[Language, Texts]


@dataclass(frozen=True, slots=True)
class Templates:
    environment: SandboxedEnvironment
    long: frozenset[str]  # names of texts of several lines

    def __call__(self, name: str, language: Language, /, **values: object) -> str:
        try:
            text = self.environment.get_template(f"{language.value}/{name}").render(values)
        except (TemplateNotFound, UndefinedError) as error:
            raise KeyError(f"{language.value}/{name}: {error}") from error
        return _wrapped(text.strip()) if name in self.long else text.strip()


def compile_texts(sources: Sources) -> Templates:
    """Jinja compiles each when it is first asked for."""
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
    return Templates(environment, frozenset(name for name, text in _own(Language.NL).items() if "\n" in text))


def read_phrases() -> Templates:
    """The package's own texts. That the languages match is proven by the tests, not at each start of a small machine."""
    return compile_texts(own_sources())


def own_sources() -> dict[Language, dict[str, str]]:
    return {language: _sources(language) for language in Language}


@cache
def _own(language: Language) -> Texts:
    return _sources(language)


def _sources(language: Language) -> dict[str, str]:
    """Each text under its name: a file each, the one-line ones together in phrases.toml."""
    folder = files("binrelay.templates") / language.value
    texts: dict[str, str] = tomllib.loads((folder / "phrases.toml").read_text("utf-8"))
    for entry in folder.iterdir():
        if entry.name.endswith(".txt"):
            texts[entry.name.removesuffix(".txt")] = entry.read_text("utf-8")
    return texts


def variables(environment: SandboxedEnvironment, text: str) -> frozenset[str]:
    """The values that a text needs. Raises TemplateSyntaxError."""
    return frozenset(meta.find_undeclared_variables(environment.parse(text)))


def _one_line(value: object) -> object:
    """A stranger's words may stand in a text, but not write lines of it."""
    return clean_line(value) if isinstance(value, str) else value


def _wrapped(text: str) -> str:
    """Lines of at most 72 columns, as far as blanks allow."""
    return "\n".join(piece for line in text.splitlines() for piece in _pieces(line))


def _pieces(line: str) -> Iterator[str]:
    if len(line) <= _WIDTH:
        yield line
        return
    indent = " " * (len(line) - len(line.lstrip(" -")))
    yield from wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
