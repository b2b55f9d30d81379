"""A large mail costs its size once, and ten thousand members cost seconds."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from binrelay.mail.envelope import Envelope
from binrelay.transport.smtp import SmtpSubmitter
from tests.support.passage import submit_one
from tests.support.proxy import Proxy
from tests.support.sink import RecordingSink
from tests.support.smtp_peer import account_for, address, envelope_for

CONTENT = b"Subject: Gele Polo\r\n\r\n" + b"Let op: een gele Polo rijdt rond in de wijk.\r\n" * 200


def submitter_for(port: int, *, connections: int) -> SmtpSubmitter:
    return SmtpSubmitter(replace(account_for(port), connections=connections), ehlo_name="bin.example")


async def test_a_thousand_members_behind_a_slow_line_wait_for_a_few_round_trips_only() -> None:
    """Twenty batches over four connections: five transactions in a row, of two round trips of 100 ms each."""
    members = [address(f"m{number}@home.example") for number in range(1000)]
    batches = [Envelope(None, tuple(members[start : start + 50])) for start in range(0, 1000, 50)]
    async with RecordingSink() as sink, Proxy(sink.port, delay=0.05) as proxy:
        submitter = submitter_for(proxy.port, connections=4)
        begin = asyncio.get_running_loop().time()
        await asyncio.gather(*(submit_one(submitter, batch, CONTENT) for batch in batches))
        took = asyncio.get_running_loop().time() - begin
        await submitter.close()
    assert sorted(sink.recipients) == sorted(map(str, members))
    assert took < 20  # one round trip a command would be at least 26 s


async def test_twenty_six_megabytes_cost_their_size_once() -> None:
    """Peak memory is a high-water mark, so it is read in a child: the sink stays in this process."""
    async with RecordingSink() as sink, Proxy(sink.port) as proxy:
        script = "import tests.transport.test_smtp_load as case; case.send_large()"
        environment = {**os.environ, "SINK_PORT": str(proxy.port)}
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, env=environment, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await child.communicate()
    grown, stalled = map(float, output.split())
    assert [len(mail.content) for mail in sink.deliveries[1:]] == [78 * 333_333] * 2
    assert grown < 60  # MB above the content itself
    assert stalled < 0.1  # seconds of its own


def send_large() -> None:
    print(*asyncio.run(_send_large(int(os.environ["SINK_PORT"]))))  # noqa: T201


async def _send_large(port: int) -> tuple[float, float]:
    submitter = submitter_for(port, connections=2)
    await submit_one(submitter, envelope_for("warm@home.example"), CONTENT)
    content = (b"x" * 76 + b"\r\n") * 333_333
    before, worst = _peak(), 0.0
    members = [f"m{number}@home.example" for number in range(2)]
    work = asyncio.gather(*(submit_one(submitter, envelope_for(member), content) for member in members))
    while not work.done():
        begin = time.process_time()
        await asyncio.sleep(0.001)
        worst = max(worst, time.process_time() - begin)
    await work
    await submitter.close()
    return _peak() - before, worst


def _peak() -> float:
    """MB. Of this program alone: getrusage() would count the process it was forked from too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
