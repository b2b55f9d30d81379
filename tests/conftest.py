"""Servers that tests in several folders share; each worker process starts its own, and only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.postgresql import Postgresql


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    with Postgresql() as server:
        yield server
