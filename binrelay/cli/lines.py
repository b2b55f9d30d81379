"""What commands print for programs: one JSON object a line.

Invariant: a line is ASCII. A subject or a file's name may hold anything, also what ends a line for some readers (U+2028) or is no
text at all; every terminal and every program reads it all the same.
"""

from __future__ import annotations

import json
import sys


def write_line(told: object) -> None:
    """Values that JSON does not know are written as text."""
    sys.stdout.write(json.dumps(told, default=str) + "\n")
