"""One target under atheris, coverage-guided: `python -m tests.fuzz.run TARGET FOLDER [libFuzzer options]`."""

from __future__ import annotations

import os
import sys

import atheris

with atheris.instrument_imports(include=["binrelay"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    target, *options = sys.argv[1:]
    # A find is an exception with its input kept; leaving at once spares the threads that a reader may have started.
    atheris.Setup([sys.argv[0], *options], TARGETS[target], enable_python_coverage=True)
    atheris.Fuzz()
    os._exit(0)


if __name__ == "__main__":
    main()
