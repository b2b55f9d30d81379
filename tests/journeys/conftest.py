"""One Dovecot for all journeys; each has a mailbox, a provider and a daemon of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.neighbourhood import Neighbourhood
from tests.support.dovecot import Dovecot, Options


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(Options(lmtp=True)) as server:
        yield server


@pytest.fixture
def hood(dovecot: Dovecot, tmp_path: Path) -> Iterator[Neighbourhood]:
    with Neighbourhood(dovecot, tmp_path) as neighbourhood:
        yield neighbourhood
