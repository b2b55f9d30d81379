"""Draws the weekly picture in a process of its own, so that the daemon stays small.

Invariant: whatever becomes of that process, the letter goes out; without a picture where there is none.
The picture has a background of its own: it reads the same in a light and in a dark mail program, and in Outlook, which puts white
behind what is transparent. It holds digits alone; the words stand beside it as text.
"""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import binrelay
from binrelay.records.coordinator import Chart
from binrelay.rules.page import BULLETIN_COLOUR, REPLY_COLOUR

PATIENCE = 60.0  # seconds; a Raspberry Pi takes two
LARGEST = 1_000_000  # bytes
WIDTH, HEIGHT = 1120, 480  # shown at half that size
_FINER = 2  # drawn larger and made smaller: smooth edges
_LEFT, _TOP, _BOTTOM = 20, 56, 60  # pixels around the bars
_PAPER, _INK, _LINE = "#ffffff", "#1b1f24", "#9aa4ae"


class ChartPainter:
    async def draw(self, chart: Chart) -> bytes | None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "binrelay.transport.chart"),
            cwd=Path(binrelay.__file__).parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                png, _ = await process.communicate(json.dumps(asdict(chart)).encode())
        except TimeoutError:
            process.kill()
            await process.wait()
            return None
        return png if process.returncode == 0 and 0 < len(png) <= LARGEST else None


def paint(chart: Chart) -> bytes:
    """The PNG, without metadata."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), _PAPER)
    _Bars(chart, ImageDraw.Draw(image), ImageFont.load_default(32 * _FINER)).draw()
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(64)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()


class _Bars:
    """Two bars a week side by side, their numbers on top, the week below."""

    def __init__(self, chart: Chart, pen: Any, font: Any) -> None:
        self._chart, self._pen, self._font = chart, pen, font
        self._highest = max((*chart.bulletins, *chart.replies, 1))
        self._slot = (WIDTH - 2 * _LEFT) / max(len(chart.labels), 1)

    def draw(self) -> None:
        for place, label in enumerate(self._chart.labels):
            left = _LEFT + place * self._slot
            self._bar(left + self._slot * 0.16, self._chart.bulletins[place], BULLETIN_COLOUR)
            self._bar(left + self._slot * 0.52, self._chart.replies[place], REPLY_COLOUR)
            self._text(left + self._slot / 2, HEIGHT - _BOTTOM + 34, label)
        self._box((_LEFT, HEIGHT - _BOTTOM, WIDTH - _LEFT, HEIGHT - _BOTTOM + 2), _LINE)

    def _bar(self, left: float, number: int, colour: str) -> None:
        tall = (HEIGHT - _TOP - _BOTTOM) * number / self._highest
        top = HEIGHT - _BOTTOM - tall
        if number:
            self._box((left, top, left + self._slot * 0.32, HEIGHT - _BOTTOM), colour)
        self._text(left + self._slot * 0.16, top - 20, str(number))

    def _box(self, corners: tuple[float, float, float, float], colour: str) -> None:
        self._pen.rectangle([round(each * _FINER) for each in corners], fill=colour)

    def _text(self, x: float, y: float, text: str) -> None:
        self._pen.text((x * _FINER, y * _FINER), text, fill=_INK, font=self._font, anchor="mm")


def main() -> None:
    """A chart as JSON comes in, a PNG goes out."""
    values = json.load(sys.stdin)
    sys.stdout.buffer.write(paint(Chart(**{name: tuple(each) for name, each in values.items()})))


if __name__ == "__main__":
    main()
