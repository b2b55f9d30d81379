"""An admin's own texts, in a folder beside the YAML: read, and proven before they are used.

    templates/nl/footer-bulletin.txt     one text of several lines
    templates/nl/phrases.toml            texts of one line, only those that are to change

Invariant: a text that came through here uses every value of the one it replaces, no other, and renders.
"""

from __future__ import annotations

import re
import tomllib
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateSyntaxError, nodes

from binrelay.errors import ConfigError, Problem
from binrelay.model import Language
from binrelay.templates.render import Sources, Templates, Texts, compile_texts, own_sources, variables
from binrelay.templates.samples import samples

PHRASES = "phrases.toml"
SIZE_LIMIT = 100_000  # bytes of one file
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Override:
    """`line` is where the text begins in its file."""

    language: Language
    name: str
    text: str
    file: Path
    line: int = 1

    def problem(self, message: str, line: int = 1) -> Problem:
        """`line` counts within the text."""
        return Problem(self.file, self.line + line - 1, 1, self.name, message)


def watched(folder: Path) -> tuple[Path, ...]:
    """Everything a change of which can change a text, the folders themselves included."""
    return (folder, *(folder / language for language in Language), *_files(folder))


def read_overridden(folder: Path) -> Templates:
    """The package's texts with those of `folder` in their place. Raises ConfigError with every problem."""
    own = own_sources()
    problems: list[Problem] = []
    found = [override for file in _files(folder) for override in _read(file, problems)]
    known = [override for override in found if _is_known(override, own, problems)]
    sources = {
        language: {**own[language], **{each.name: each.text for each in known if each.language is language}}
        for language in Language
    }
    templates = compile_texts(sources)
    for override in known:
        problems += _prove(override, own[override.language], templates)
    if problems:
        raise ConfigError(tuple(sorted(problems)))
    return templates


def _files(folder: Path) -> tuple[Path, ...]:
    languages = (folder / language for language in Language)
    return tuple(sorted(file for each in languages if each.is_dir() for file in each.iterdir() if file.is_file()))


def _read(file: Path, problems: list[Problem]) -> Iterator[Override]:
    language = Language(file.parent.name)
    if file.name.startswith(".") or file.name.endswith("~"):
        return  # an editor's own
    try:
        text = file.read_bytes()[:SIZE_LIMIT].decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        problems.append(Problem(file, 0, 0, "", f"is not in UTF-8 (byte {error.start}); save it as UTF-8"))
        return
    except OSError as error:
        problems.append(Problem(file, 0, 0, "", f"cannot be read: {error.strerror}"))
        return
    if file.name == PHRASES:
        yield from _phrases(file, text, language, problems=problems)
    elif file.suffix == ".txt":
        yield Override(language, file.stem, text, file)
    else:
        problems.append(Problem(file, 0, 0, "", f"is no text; call it NAME.txt or {PHRASES}"))


def _phrases(file: Path, text: str, language: Language, *, problems: list[Problem]) -> Iterator[Override]:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _AT_LINE.search(str(error))
        problems.append(Problem(file, int(place[1]) if place else 1, 1, "", f"cannot be read: {error}"))
        return
    for name, value in values.items():
        line = next((number for number, each in enumerate(text.splitlines(), 1) if each.lstrip().startswith(name)), 1)
        if isinstance(value, str):
            yield Override(language, name, value, file, line)
        else:
            problems.append(Problem(file, line, 1, name, 'must be a text in quotes: via = "{{ name }}"'))


def _is_known(override: Override, own: Sources, problems: list[Problem]) -> bool:
    names = own[override.language]
    if override.name in names:
        return True
    near = get_close_matches(override.name, list(names), n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "; `binrelay preview` names them all"
    problems.append(override.problem(f"there is no text of this name{hint}"))
    return False


def _prove(override: Override, own: Texts, templates: Templates) -> Iterable[Problem]:
    """Syntax, then variables, then whether it renders; the first of them that fails says everything."""
    try:
        found = variables(templates.environment, override.text)
    except TemplateSyntaxError as error:
        return [override.problem(f"cannot be read: {error.message}", error.lineno)]
    wanted = variables(templates.environment, own[override.name])
    strange = [_strange(override, name, wanted=wanted, templates=templates) for name in sorted(found - wanted)]
    missing = [
        override.problem(f"must show {{{{ {name} }}}}; the text it replaces does") for name in sorted(wanted - found)
    ]
    return [*strange, *missing] or _rendered(override, templates)


def _strange(override: Override, name: str, *, wanted: frozenset[str], templates: Templates) -> Problem:
    tree = templates.environment.parse(override.text)
    line = next((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), 1)
    known = ", ".join(sorted(wanted)) or "none"
    return override.problem(f'"{name}" is no value of this text; it has: {known}', line)


def _rendered(override: Override, templates: Templates) -> Iterable[Problem]:
    for values in samples(override.name):
        try:
            shown = templates(override.name, override.language, **values)
        except (JinjaError, KeyError, ArithmeticError, TypeError, ValueError, AttributeError) as error:
            return [override.problem(f"cannot be filled in: {error}", _line_of(error, override))]
        if not shown:
            return [override.problem("is empty when it is filled in")]
    return []


def _line_of(error: BaseException, override: Override) -> int:
    """Jinja puts the template's own lines into the traceback."""
    frames = traceback.extract_tb((error.__cause__ or error).__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == "<template>" and frame.lineno]
    return min(lines[0] if lines else 1, override.text.count("\n") + 1)
