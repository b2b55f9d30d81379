"""One hostile mail through everything that the daemon does with it, in a process of its own: `one NAME ROLE BYTES`."""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from collections.abc import Callable

from binrelay.mail.authentication import SignatureResult
from binrelay.ports import Arrival
from binrelay.records import Query, Recall
from binrelay.rules.plan import make_plan
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
    """Judged and composed as in the intake: what was decided, and why."""
    now = time.time()
    case = await Judge(nothing, NoVerifier()).judge(Arrival(content, None, now, len(content)), NETWORK, now=now)
    plan = await asyncio.to_thread(make_plan, case, desk())
    return f"{plan.arrival.decision} ({plan.arrival.why})"


async def worst_stall(stop: asyncio.Event) -> float:
    """The longest time in which the loop did nothing else, in seconds."""
    worst, last = 0.0, time.perf_counter()
    while not stop.is_set():
        await asyncio.sleep(BEAT)
        now = time.perf_counter()
        worst, last = max(worst, now - last - BEAT), now
    return worst


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def measure(content: bytes) -> dict[str, object]:
    stop = asyncio.Event()
    beating = asyncio.create_task(worst_stall(stop))
    await asyncio.sleep(4 * BEAT)
    before, began = peak(), time.perf_counter()
    outcome = await take_in(content)
    seconds, more = time.perf_counter() - began, peak() - before
    stop.set()
    return {"outcome": outcome, "ms": seconds * 1000, "stall": await beating * 1000, "mb": more / 1e6}


async def main() -> None:
    name, role, size = sys.argv[1], ROLES[sys.argv[2]], int(sys.argv[3])
    await take_in(SAMPLES["at signs"](role, 10_000))  # what is loaded at first use is not the mail's
    content = SAMPLES[name](role, size)
    gc.collect()
    print(json.dumps({"bytes": len(content), **await measure(content)}))


if __name__ == "__main__":
    asyncio.run(main())
