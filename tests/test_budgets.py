"""Sizes that keep the code readable: of files, functions, nesting and parameters."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = sorted((ROOT / "binrelay").rglob("*.py"))
FILES = PACKAGE + sorted((ROOT / "tests").rglob("*.py"))

FILE_LINES = 300
FUNCTION_LINES = 40
MEDIAN_LINES = 8
NESTING = 3
POSITIONAL = 3

# Names whose parameters a library hands over by position: {"name": "which library, and what it hands over"}.
HANDED_OVER = {
    "handle_EHLO": "aiosmtpd: server, session, envelope, hostname, responses",
    "handle_MAIL": "aiosmtpd: server, session, envelope, address, options",
    "handle_RCPT": "aiosmtpd: server, session, envelope, address, options",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


@cache
def functions(path: Path) -> tuple[Function, ...]:
    return tuple(node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, Function))


def qualified(path: Path, function: Function) -> str:
    return f"{path.relative_to(ROOT)}:{function.name}"


def length(function: Function) -> int:
    """Lines from `def` to the end, docstring and all."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_elif(node: ast.AST, parent: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(parent, ast.If) and parent.orelse == [node]


def depth(node: ast.AST) -> int:
    """How many blocks stand inside one another. An `elif` and a `case` are no deeper than what they belong to."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function | ast.ClassDef):
            deepest = max(deepest, depth(child) + (isinstance(child, BLOCKS) and not is_elif(child, node)))
    return deepest


def positional(function: Function) -> int:
    """Parameters that a call may give without their names; self and cls do not count. pytest calls a test by names."""
    if function.name.startswith("test_") or function.name in HANDED_OVER:
        return 0
    arguments = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len(arguments) - (arguments[:1] in (["self"], ["cls"]))


def test_every_file_can_be_read_in_one_sitting() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert not {name: number for name, number in lines.items() if number > FILE_LINES}


def test_functions_are_short_flat_and_called_by_names() -> None:
    checked = [(qualified(path, each), each) for path in FILES for each in functions(path)]
    too_long = [f"{name}: {length(each)} lines" for name, each in checked if length(each) > FUNCTION_LINES]
    too_deep = [f"{name}: {depth(each)} deep" for name, each in checked if depth(each) > NESTING]
    too_wide = [f"{name}: {positional(each)} parameters" for name, each in checked if positional(each) > POSITIONAL]
    assert not too_long + too_deep + too_wide


def test_half_of_all_functions_fit_in_eight_lines(capsys: pytest.CaptureFixture[str]) -> None:
    middle = median(length(function) for path in PACKAGE for function in functions(path))
    with capsys.disabled():
        sys.stdout.write(f"[median function: {middle:g} lines]")
    assert middle <= MEDIAN_LINES


def test_every_exemption_is_still_needed() -> None:
    known = {function.name for path in FILES for function in functions(path)}
    assert set(HANDED_OVER) <= known
