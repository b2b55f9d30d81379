"""Runs the demo from beginning to end and says with its exit code whether all went as it should.

Invariant: it ends by itself within a minute, and leaves nothing behind but the folder of mails.
"""

from __future__ import annotations

import asyncio
import imaplib
import logging
import signal
import sys
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from rich.console import Console

from binrelay.demo.cast import folders
from binrelay.demo.checks import Expectation
from binrelay.demo.folder import MailFolder
from binrelay.demo.serving import serve_on
from binrelay.demo.stage import PORTS, Stage, open_stage
from binrelay.demo.stories import Words, words_in
from binrelay.demo.story import Teller
from binrelay.demo.telling import Telling
from binrelay.errors import BinrelayError
from binrelay.model import Language
from binrelay.templates import load_phrases

PATIENCE = 60.0  # seconds for the whole story, which takes a tenth of it
WIDEST = 92  # columns; longer lines tire the eye
OK, BROKEN, USAGE, CANNOT_WRITE, INTERRUPTED = 0, 1, 64, 73, 130  # sysexits.h, and what shells say after Ctrl-C


@dataclass(frozen=True, slots=True)
class Play:
    """What was asked for."""

    language: Language
    words: Words
    serve: bool
    folder: Path
    patience: float = PATIENCE


def run_demo(*, language: str, serve: bool, folder: Path) -> int:
    """The exit code."""
    if language not in set(Language):
        sys.stderr.write(f'--language: "{language}" is not told here; write nl, en, fr or de\n')
        return USAGE
    chosen = Language(language)
    return play(Play(chosen, words_in(chosen), serve, folder))


def play(asked: Play) -> int:
    """The exit code: 0, 1 where an expectation was not met or the story came to no end, 73, 130."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without accents shows the story without accents
    for library in ("mail.log", "pymap"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    console = Console(highlight=False)
    console.width = min(console.width, WIDEST)
    telling = Telling(console, asked.words, language=asked.language, phrases=load_phrases())
    kept = MailFolder(asked.folder)
    try:
        kept.clear()
    except OSError as error:
        telling.failed(f"{asked.folder}: {error.strerror}", "")
        return CANNOT_WRITE
    try:
        return asyncio.run(_Run(asked, telling, kept).run())
    except (KeyboardInterrupt, asyncio.CancelledError):
        telling.failed(asked.words.interrupted, "")
        return INTERRUPTED


class _Run:
    def __init__(self, asked: Play, telling: Telling, kept: MailFolder) -> None:
        self._asked, self._telling, self._kept = asked, telling, kept
        self._expectations: list[Expectation] = []

    async def run(self) -> int:
        task = asyncio.current_task()
        if task is not None:
            # As Ctrl-C: the daemon and the temporary folder must not outlive us.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        self._telling.opens()
        async with open_stage(self._asked.language, ports=PORTS if self._asked.serve else (0, 0)) as stage:
            whole = await self._told(stage)
        return OK if whole and all(each.held for each in self._expectations) else BROKEN

    async def _told(self, stage: Stage) -> bool:
        """False: it came to no end."""
        asked = self._asked
        teller = Teller(stage, self._telling, asked.words, self._kept, folders(asked.language), self._expectations)
        try:
            async with asyncio.timeout(asked.patience):
                with self._telling.starting():
                    await stage.ready()
                await teller.tell()
            self._telling.ends(self._expectations, self._kept.path)
            if asked.serve:
                await serve_on(stage, self._telling, asked.words)
        except TimeoutError:
            error = asked.words.too_late.format(seconds=round(asked.patience), what=stage.waiting_for)
            self._telling.failed(error, stage.relay.log_tail())
            return False
        except (BinrelayError, OSError, imaplib.IMAP4.error) as error:
            self._telling.failed(asked.words.failed.format(error=error), stage.relay.log_tail())
            return False
        return True
