"""Plain questions at a terminal: one line each, a default in brackets, asked again until the answer can be used."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import TypeVar

from pydantic_core import PydanticCustomError

Value = TypeVar("Value")
_NO = frozenset(("n", "no", "nee", "non", "nein"))


def ask(question: str, read: Callable[[object], Value], default: str = "") -> Value:
    """`read` takes the text or refuses it with the sentence that is shown."""
    shown = f"{question} [{default}]: " if default else f"{question}: "
    while True:
        text = input(shown).strip() or default
        try:
            return read(text)
        except PydanticCustomError as refused:
            sys.stdout.write(f"  {refused.message()}\n")


def ask_optional(question: str) -> str:
    return input(f"{question}: ").strip()


def ask_secret(question: str) -> str:
    while not (text := getpass.getpass(f"{question}: ").strip()):
        pass
    return text


def agreed(question: str) -> bool:
    """Enter agrees; the question says so."""
    return input(f"{question} ").strip().lower() not in _NO
