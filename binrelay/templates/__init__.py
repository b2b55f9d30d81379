"""The texts that people read, in Dutch, English, French and German. Loaded once, at start; values in, text out.

Invariant: every language has the same texts with the same variables, or nothing loads.
"""

from __future__ import annotations

from binrelay.errors import BinrelayError
from binrelay.model import Phrases


class TemplateError(BinrelayError):
    """The texts of two languages do not match, or one cannot be read."""


def load_phrases() -> Phrases:
    """Reads and compiles every text. Raises TemplateError."""
    from binrelay.templates.render import read_phrases  # commands that write no mail do without Jinja

    return read_phrases()
