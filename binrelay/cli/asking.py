"""Plain questions at a terminal: one line each, a default in brackets, asked again until the answer can be used."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic_core import PydanticCustomError

Value = TypeVar("Value")
_NO = frozenset(("n", "no", "nee", "non", "nein"))


@dataclass(frozen=True, slots=True)
class Question(Generic[Value]):
    """`read` takes the text or refuses it; then `hint` says what is wanted, in the asker's language."""

    text: str
    read: Callable[[object], Value]
    hint: str


def ask(question: Question[Value], default: str = "") -> Value:
    shown = f"{question.text} [{default}]: " if default else f"{question.text}: "
    while True:
        text = input(shown).strip() or default
        try:
            return question.read(text)
        except PydanticCustomError:
            sys.stdout.write(f"  {question.hint}\n")


def ask_optional(question: str) -> str:
    return input(f"{question}: ").strip()


def ask_secret(question: str) -> str:
    while not (text := getpass.getpass(f"{question}: ").strip()):
        pass
    return text


def agreed(question: str) -> bool:
    """Enter agrees; the question says so."""
    return input(f"{question} ").strip().lower() not in _NO
