"""The recording server can be believed: what it advertises it copes with."""

from __future__ import annotations

import asyncio
import json
import smtplib
import sys
from pathlib import Path

from tests.support.sink import Habits, RecordingSink

CONTENT = b"Subject: x\r\n\r\n..two dots\r\n"
FLIGHT = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<%d@b.example>\r\nDATA\r\n"


async def test_commands_written_behind_a_final_dot_are_not_lost() -> None:
    async with RecordingSink() as sink:
        reader, writer = await asyncio.open_connection("127.0.0.1", sink.port)
        writer.write(b"EHLO me.example\r\n" + FLIGHT % 1)
        await reader.readuntil(b"354 End data with <CR><LF>.<CR><LF>\r\n")
        writer.write(CONTENT + b".\r\n" + FLIGHT % 2)
        await reader.readuntil(b"354 End data with <CR><LF>.<CR><LF>\r\n")
        writer.write(CONTENT + b".\r\nQUIT\r\n")
        await reader.readuntil(b"221 Bye\r\n")
        writer.close()
        await writer.wait_closed()
    assert sink.recipients == ["1@b.example", "2@b.example"]
    assert [mail.content for mail in sink.deliveries] == [b"Subject: x\r\n\r\n.two dots\r\n"] * 2


def test_a_test_without_an_event_loop_can_use_it_too() -> None:
    with RecordingSink() as sink, smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("", ["anna@home.example"], b"Subject: x\r\n\r\n" + b"x" * 5000 + b"\r\n")
    assert sink.deliveries[0].mail_from == ""
    assert len(sink.deliveries[0].content) == 14 + 5002


async def test_a_fault_of_the_sink_is_temporary_and_tells_nothing(tmp_path: Path) -> None:
    async with RecordingSink(Habits(folder=tmp_path / "gone")) as sink:
        reader, writer = await asyncio.open_connection("127.0.0.1", sink.port)
        writer.write(b"EHLO me.example\r\n" + FLIGHT % 1)
        await reader.readuntil(b"354 End data with <CR><LF>.<CR><LF>\r\n")
        writer.write(CONTENT + b".\r\n")
        assert await reader.readline() == b"451 4.3.0 FileNotFoundError\r\n"
        writer.close()
        await writer.wait_closed()


async def test_as_a_process_it_writes_each_mail_into_a_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.sink", "--folder", str(tmp_path / "mails")]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    port = int((await process.stdout.readline()).split()[1])
    await asyncio.to_thread(_send, port)
    process.terminate()
    await process.communicate()
    envelope = json.loads((tmp_path / "mails/000001.json").read_text())
    assert envelope == {"mail_from": "a@b.example", "rcpt_tos": ["anna@home.example"]}
    assert (tmp_path / "mails/000001.eml").read_bytes() == b"Subject: x\r\n\r\n.text\r\n"


def _send(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("a@b.example", ["anna@home.example"], b"Subject: x\r\n\r\n.text\r\n")
