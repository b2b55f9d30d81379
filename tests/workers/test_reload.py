"""An edit is taken into use whole before the next one, whoever asks for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from binrelay.errors import ConfigError
from binrelay.model import RetrySchedule, Settings
from binrelay.workers.configuration import Reload
from tests.rules.good import NETWORK
from tests.rules.letters import PHRASES
from tests.workers.fakes import Journal

SETTINGS = Settings(Path("x.yaml"), "sqlite:///x", (NETWORK,), RetrySchedule(60.0, 3600.0, 432000.0, 300.0), PHRASES)


async def test_a_file_that_is_saved_and_a_signal_in_the_same_moment_are_two_edits_one_after_the_other() -> None:
    steps: list[str] = []

    async def load() -> Settings:
        return SETTINGS

    async def apply(_: Settings) -> None:
        steps.append("begins")
        await asyncio.sleep(0)
        steps.append("ends")

    async def refuse(_: ConfigError) -> None:
        raise AssertionError("nothing is wrong")

    reload = Reload(load, apply, refuse, journal=Journal())
    await asyncio.gather(reload.again(), reload.again())
    assert steps == ["begins", "ends", "begins", "ends"]
