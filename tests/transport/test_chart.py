"""The weekly picture, drawn by a process of its own and read by an independent reader."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from binrelay.records.coordinator import Chart
from binrelay.transport import chart
from binrelay.transport.chart import ChartPainter

EIGHT = Chart(tuple(f"0{week}-11" for week in range(1, 9)), (2, 0, 1, 3, 0, 0, 1, 2), (5, 0, 3, 12, 0, 1, 0, 40))


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(io.BytesIO(png))


async def test_the_picture_has_its_own_paper_so_that_dark_mail_programs_show_it_alike() -> None:
    png = await ChartPainter().draw(EIGHT)
    image = opened(png)
    assert (image.format, image.size) == ("PNG", (chart.WIDTH, chart.HEIGHT))
    assert "transparency" not in image.info
    assert png is not None
    assert len(png) < 30_000
    colours = {colour for _, colour in image.convert("RGB").getcolors(10**6) or ()}
    assert (0x1F, 0x6F, 0xB2) in colours
    assert (0xD9, 0x82, 0x00) in colours


async def test_weeks_without_anything_are_drawn_too() -> None:
    assert opened(await ChartPainter().draw(replace(EIGHT, bulletins=(0,) * 8, replies=(0,) * 8)))


async def test_a_drawing_that_fails_or_hangs_leaves_the_letter_without_a_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await ChartPainter().draw(replace(EIGHT, replies=())) is None
    monkeypatch.setattr(chart, "PATIENCE", 0.0)
    assert await ChartPainter().draw(EIGHT) is None
