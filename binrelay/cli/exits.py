"""Exit codes (sysexits.h) and the one place where an exception becomes a line a person can act on."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import IntEnum
from io import TextIOWrapper

from binrelay.errors import BinrelayError, ConfigError, Problem
from binrelay.journal import quiet_traceback
from binrelay.mail.quiet import without_addresses


class Exit(IntEnum):
    OK = 0
    USAGE = 64
    DATA = 65
    NO_INPUT = 66
    NO_USER = 67
    UNAVAILABLE = 69
    SOFTWARE = 70
    CANT_CREATE = 73
    OUTPUT = 74
    TEMPORARY = 75
    NO_PERMISSION = 77
    CONFIG = 78


_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


def guarded(work: Callable[[], int]) -> int:
    """Runs a command. Known errors end with their code and their cure, unknown ones with where they come from."""
    try:
        return work()
    except ConfigError as error:
        show_problems(error)
        return Exit.CONFIG
    except BinrelayError as error:
        return _ended_by(error)
    except ExceptionGroup as group:
        return _ended_by(*_leaves(group))
    except BrokenPipeError:
        # Whoever read us has seen enough (`binrelay queue | head`); nothing is left to say it to.
        _give_up_output()
        return Exit.OK
    except PermissionError as error:
        what = f"{without_addresses(str(error.filename))}: " if error.filename else ""
        complain(f"binrelay: {what}{error.strerror}; try it as root: sudo binrelay …")
        return Exit.NO_PERMISSION
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            return _ended_by(error)
        _give_up_output()
        complain(f"binrelay: cannot write: {error.strerror}")
        return Exit.OUTPUT
    except Exception as error:  # what it says may quote a mail
        return _ended_by(error)


def open_closed_streams() -> None:
    """Who started us may have closed them (`>&-`). Nothing is printed then; and no file of ours gets their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - for as long as we run
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a subject may hold what this terminal's charset has not


def _give_up_output() -> None:
    """What is still in the buffer would fail once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ended_by(*errors: Exception) -> int:
    for error in errors:
        known = isinstance(error, BinrelayError)
        complain(f"binrelay: {without_addresses(str(error)) if known else quiet_traceback(error)}")
    return Exit.TEMPORARY if all(isinstance(error, BinrelayError) for error in errors) else Exit.SOFTWARE


def _leaves(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    for error in group.exceptions:
        if isinstance(error, ExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def complain(text: str) -> None:
    sys.stderr.write(text + "\n")


def quiet(error: ConfigError) -> ConfigError:
    """The same problems at the same places, for a log or `status`: without the address a message or a key may quote."""
    return ConfigError(
        tuple(
            replace(each, key=without_addresses(each.key), message=without_addresses(each.message))
            for each in error.problems
        )
    )


def show_problems(error: ConfigError) -> None:
    """`FILE:LINE:COL: key: message`, a line each; at a terminal with the line itself and a mark below it."""
    if not sys.stderr.isatty():
        for problem in error.problems:
            complain(str(problem))
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for problem in error.problems:
        _show_problem(console.print, problem)
    count = len(error.problems)
    console.print(f"[bold red]{count} problem{'s' if count != 1 else ''}[/]; nothing was changed.")


def _show_problem(show: Callable[..., None], problem: Problem) -> None:
    from rich.markup import escape

    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else str(problem.file)
    key = f"[bold]{escape(problem.key)}[/]: " if problem.key else ""
    show(f"[cyan]{escape(place)}[/]: {key}{escape(problem.message)}")
    source = _source_line(problem)
    if source is not None:
        show(f"[dim]{problem.line:>5} |[/] {escape(source)}")
        show(f"[dim]      |[/] {' ' * (problem.column - 1)}[bold red]^[/]")


def _source_line(problem: Problem) -> str | None:
    """The line meant; never one that may hold a password."""
    if not problem.line or "password" in problem.key:
        return None
    try:
        lines = problem.file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return lines[problem.line - 1] if problem.line <= len(lines) else None
