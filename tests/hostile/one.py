"""One hostile mail through everything that the daemon does with it, in a process of its own: `one FILE`.

From a file, for memory is measured by its peak, and building a sample takes more of it than the sample has.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from binrelay.mail.authentication import SignatureResult
from binrelay.ports import Arrival
from binrelay.records import Plan, Query, Recall
from binrelay.rules.plan import make_plan
from binrelay.transport.system import give_memory_back
from binrelay.workers.judge import Judge
from tests.hostile.samples import ROLES, SAMPLES
from tests.rules.good import NETWORK
from tests.rules.letters import desk

BEAT = 0.005  # seconds


class NoVerifier:
    async def signatures(self, content: bytes, wanted: Callable[[str], bool]) -> tuple[SignatureResult, ...]:
        return ()


async def nothing(query: Query) -> Recall:
    return Recall()


async def take_in(content: bytes) -> str:
    """Judged and composed as in the intake, and released by a coordinator where it waits: what was decided, and why."""
    plan = await judged(content, approved=False)
    said = f"{plan.arrival.decision} ({plan.arrival.why})"
    if plan.arrival.releases == "nothing":
        return said
    released = await judged(content, approved=True)
    return f"{said}, released: {released.arrival.decision} ({released.arrival.why})"


async def judged(content: bytes, *, approved: bool) -> Plan:
    now = time.time()
    arrival = Arrival(content, None, now, len(content))
    case = await Judge(nothing, NoVerifier()).judge(arrival, NETWORK, now=now, approved=approved)
    return await asyncio.to_thread(make_plan, case, desk())


async def worst_stall(stop: asyncio.Event) -> float:
    """The longest time in which the loop did nothing else, in seconds of our processor time: other programs work here, too."""
    worst, last = 0.0, time.process_time()
    while not stop.is_set():
        await asyncio.sleep(BEAT)
        now = time.process_time()
        worst, last = max(worst, now - last), now
    return worst


def resident(which: str) -> int:
    """Bytes, as Linux counts them: VmRSS now, VmHWM at the most. (`getrusage` counts what the parent had, too.)"""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{which}:"))


def forget_peak() -> int:
    """The peak begins anew. Returns bytes resident now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return resident("VmRSS")


async def measure(content: bytes, before: int) -> dict[str, object]:
    stop = asyncio.Event()
    beating = asyncio.create_task(worst_stall(stop))
    await asyncio.sleep(4 * BEAT)
    began = time.perf_counter()
    outcome = await take_in(content)
    seconds, more = time.perf_counter() - began, resident("VmHWM") - before
    stop.set()
    return {"outcome": outcome, "ms": seconds * 1000, "stall": await beating * 1000, "mb": more / 1e6}


async def main(content: bytes) -> None:
    give_memory_back()  # as the daemon does when it starts
    for role in ROLES.values():
        await take_in(SAMPLES["at signs"](role, 10_000))  # what is loaded at first use is not the mail's
    gc.collect()
    print(json.dumps({"bytes": len(content), **await measure(content, forget_peak())}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_bytes()))
