"""The whole demo, as a volunteer starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from binrelay.demo import tell_story
from binrelay.demo.run import Play, play
from binrelay.demo.stories import words_in
from binrelay.model import Language

ROOT = Path(__file__).parent.parent.parent


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(folder, *options)` starts a demo; none outlives the test."""
    running: list[subprocess.Popen[str]] = []
    # A job in the background ignores the interrupt, and so would its children; what is caught here is not ignored there.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def starts(folder: Path, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "binrelay", "demo", "--folder", str(folder), *options]
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, encoding="utf-8", **pipes)  # type: ignore[call-overload]
        running.append(process)
        return process  # type: ignore[no-any-return]

    yield starts
    signal.signal(signal.SIGINT, before)
    for process in running:
        for child in children_of(process.pid) if process.poll() is None else ():
            os.kill(int(child), signal.SIGKILL)
        with process:
            process.kill()


def test_the_story_is_told_to_its_end_in_every_language(start: Start, tmp_path: Path) -> None:
    started = {language: start(tmp_path / language, "--language", language) for language in Language}
    for language, process in started.items():
        told, _ = process.communicate(timeout=150)
        lines = told.splitlines()
        held, expected = re.fullmatch(r"(\d+) of (\d+) expectations held", lines[-1]).groups()  # type: ignore[union-attr]
        assert (process.returncode, held) == (0, expected), told
        assert int(expected) >= 15
        assert str(tmp_path / language) in lines[-2]
        assert max(map(len, lines[:-2])) <= 80
        assert "\x1b" not in told
        assert len(list((tmp_path / language).rglob("*.eml"))) > 20


def test_an_expectation_that_is_not_met_is_shown_and_ends_with_another_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The swindler's link is taken to be a word that the notice does use."""
    words = replace(words_in(Language.EN), lure="waits for you")
    assert play(Play(Language.EN, words, serve=False, folder=tmp_path)) == 1
    told = capsys.readouterr().out
    assert words.claims.forged_words in told
    assert "seen: waits for you" in told
    held, expected = re.findall(r"(\d+) of (\d+) expectations held\n\Z", told)[0]
    assert int(held) == int(expected) - 1


def test_a_story_that_comes_to_no_end_is_broken_off_with_the_daemons_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play_it = Play(Language.EN, words_in(Language.EN), serve=False, folder=tmp_path, patience=0.01)
    assert play(play_it) == 1
    assert "binrelay is up" in capsys.readouterr().out


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_serving_ends_well_when_it_is_asked_to_and_the_daemon_with_it(
    start: Start, tmp_path: Path, end: signal.Signals
) -> None:
    process = start(tmp_path, "--serve", "--language", "en")
    assert process.stdout is not None
    told = ""
    while "Ctrl-C" not in told:
        line = process.stdout.readline()
        assert line, told
        told += line
    ports = [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", told)]
    assert len(ports) == 2
    assert "wijkagent.oost@politie.example" in told
    children = children_of(process.pid)
    assert children
    process.send_signal(end)
    rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def children_of(process: int) -> list[str]:
    """The process ids of the daemon, while it runs."""
    return Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()


def test_a_language_that_is_not_told_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_story(language="es", serve=False, folder=tmp_path) == 64
    assert "nl, en, fr or de" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_said_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mails").write_text("a file")
    assert tell_story(language="en", serve=False, folder=tmp_path / "mails") == 73
    assert str(tmp_path.name) in capsys.readouterr().out.replace("\n", "")
