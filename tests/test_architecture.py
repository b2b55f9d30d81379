"""The layers of docs/architecture.md, held by reading every import, those inside functions too."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "binrelay"
MODULES = sorted(PACKAGE.rglob("*.py"))

ROWS = (  # from the top: a module imports from its own row and from the rows below it
    {"__main__", "cli", "daemon", "demo", "setup"},
    {"workers"},
    {"transport", "store"},
    {"ports", "rota", "config", "journal", "roster", "templates"},
    {"rules"},
    {"model", "records"},
    {"mail"},
    {"errors"},
    {"__init__", "__version__"},
)
STRANGERS = {"transport", "store"}  # one row, and still neither knows the other
PURE = {"rules", "model", "records", "mail", "errors"}
CLOCK_AND_DICE = {"time", "random", "secrets", "uuid"}
FILES_AND_SYSTEM = {"io", "os", "pathlib", "shutil", "tempfile", "sqlite3", "logging", "signal", "subprocess"}
WAITING = {"asyncio", "concurrent", "multiprocessing", "select", "selectors", "socket", "ssl", "threading"}
IMPURE = CLOCK_AND_DICE | FILES_AND_SYSTEM | WAITING
VALUES_ONLY = {
    ("model", "pathlib"),
    ("errors", "pathlib"),
    ("mail", "io"),
}  # a Path, a buffer in memory; nothing is opened
PURE_LIBRARIES = {"idna", "publicsuffixlist"}  # tables of constants
CLOCKS_AND_FILES = {"open", "now", "today", "utcnow", "read_text", "read_bytes", "print", "input"}


def room(path: Path) -> str:
    """Where a module lives; `cli_member.py` and `cli/member.py` both belong to `cli`."""
    name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return next((start for start in ("cli", "demo") if name.startswith(f"{start}_")), name)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute, so that a reader sees the row"
            module = node.module or ""
            yield from [f"binrelay.{alias.name}" for alias in node.names] if module == "binrelay" else [module]


def row(name: str) -> int:
    found = [number for number, names in enumerate(ROWS) if name in names]
    assert found, f"{name} has no row in the table of layers: give it one there and in docs/architecture.md"
    return found[0]


def rooms_known_to(path: Path) -> set[str]:
    return {room(PACKAGE / name.split(".")[1]) for name in imports(path) if name.startswith("binrelay.")}


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_the_package_was_found() -> None:
    assert len(MODULES) > 10


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_a_module_knows_only_its_own_row_and_lower_ones() -> None:
    known = [(path, room(path), there) for path in MODULES for there in rooms_known_to(path)]
    assert not [f"{name(path)}: {there}" for path, here, there in known if row(there) < row(here)]
    assert not [f"{name(path)}: {there}" for path, here, there in known if {here, there} == STRANGERS]


PURE_MODULES = [path for path in MODULES if room(path) in PURE]


def test_a_pure_module_reaches_nothing_outside() -> None:
    known = [(path, each.split(".")[0]) for path in PURE_MODULES for each in imports(path)]
    allowed = {"binrelay", *sys.stdlib_module_names, *PURE_LIBRARIES}
    assert not [f"{name(path)}: {root}" for path, root in known if root not in allowed], "the standard library alone"
    impure = [(path, root) for path, root in known if root in IMPURE and (room(path), root) not in VALUES_ONLY]
    assert not [f"{name(path)}: {root}" for path, root in impure]


def test_a_pure_module_waits_for_nothing_and_asks_no_clock() -> None:
    nodes = [(path, node) for path in PURE_MODULES for node in ast.walk(tree(path))]
    waiting = [(path, node) for path, node in nodes if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
    asking = [(path, node) for path, node in nodes if isinstance(node, ast.Call) and called(node) in CLOCKS_AND_FILES]
    assert not [f"{name(path)}:{node.lineno}" for path, node in (*waiting, *asking)]
