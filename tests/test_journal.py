"""The log tells what happened and where, never of whom: also when libraries, warnings and unseen errors speak."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from io import StringIO

import pytest

from binrelay.cli.exits import Exit, guarded
from binrelay.errors import MailboxLost, StoreError
from binrelay.journal import LogJournal

JAN = "jan@mail.example"
IN_A_PROCESS = """
import asyncio, gc, logging, warnings
from binrelay.journal import LogJournal
LogJournal().take_over()
class Dying:
    def __del__(self): raise ValueError("jan@mail.example, Jan de Vries")
async def lost(): raise ValueError("jan@mail.example, Jan de Vries")
async def main():
    task = asyncio.create_task(lost())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
asyncio.run(main())
warnings.warn("jan@mail.example, Jan de Vries")
logging.getLogger("some.library").error("jan@mail.example %s", "Jan de Vries")
Dying()
"""


def test_an_address_that_gets_as_far_as_the_log_stops_there() -> None:
    stream = StringIO()
    LogJournal(stream, json=True).event("mailbox-down", detail=f"NO <{JAN}> is not here", retry_in=3)
    told = json.loads(stream.getvalue())
    assert (told["detail"], told["retry_in"]) == ("NO <…> is not here", 3)


def test_what_libraries_warnings_lost_tasks_and_dying_objects_say_is_told_by_kind_and_place() -> None:
    command = [sys.executable, "-W", "default", "-c", IN_A_PROCESS]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    events = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [event["event"] for event in events] == ["library", "library", "library", "unraisable"]
    assert [event.get("logger") for event in events] == ["asyncio", "py.warnings", "some.library", None]
    assert events[0]["error"] == events[3]["error"] == "ValueError"
    assert "mail.example" not in ran.stderr
    assert "Vries" not in ran.stderr


def failing(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ValueError(f"{JAN}: Gele Polo"), Exit.SOFTWARE, "ValueError at"),
        (StoreError(f"key {JAN}"), Exit.TEMPORARY, "binrelay: key …"),
        (ExceptionGroup("x", [MailboxLost(JAN), KeyError(JAN)]), Exit.SOFTWARE, "KeyError at"),
        (ExceptionGroup("x", [ExceptionGroup("y", [MailboxLost(JAN)])]), Exit.TEMPORARY, "binrelay: …"),
    ],
)
def test_a_command_that_breaks_says_where_and_of_nobody(
    error: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: failing(error)) == code
    printed = capsys.readouterr().err
    assert told in printed
    assert JAN not in printed
    assert "Polo" not in printed


def test_a_file_that_only_root_may_see_is_named_with_the_cure(capsys: pytest.CaptureFixture[str]) -> None:
    closed = PermissionError(errno.EACCES, "Permission denied", "/etc/binrelay/binrelay.yaml")
    assert guarded(lambda: failing(closed)) == Exit.NO_PERMISSION
    told = "binrelay: /etc/binrelay/binrelay.yaml: Permission denied; try it as root: sudo binrelay …\n"
    assert capsys.readouterr().err == told


def test_what_led_to_an_error_is_told_by_place_too(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        try:
            failing(KeyError(JAN))
        except KeyError as error:
            raise RuntimeError(JAN) from error
        return 0

    assert guarded(work) == Exit.SOFTWARE
    printed = capsys.readouterr().err
    assert printed.index("KeyError at") < printed.index("RuntimeError at")
    assert "in failing" in printed
    assert JAN not in printed
