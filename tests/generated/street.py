"""A street with everybody in it, whose mail is decided upon by the real rules and remembered by the real tables.

Between the two stands nothing but SQLite in memory; each history is rolled back at its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine, create_engine

from binrelay.mail.authentication import SignatureResult
from binrelay.model import Coordinator, Identity, Language, Member, Network
from binrelay.ports import Arrival
from binrelay.records import Mail, Plan, Query, Recall
from binrelay.rules.decision import Bulletin, Released, Why
from binrelay.rules.desk import Desk
from binrelay.rules.notice import held_notices
from binrelay.rules.plan import make_plan
from binrelay.store import arrivals, recall
from binrelay.store.schema import METADATA
from binrelay.workers.judge import Judge
from tests.rules.good import COUNCIL, NETWORK, POLICE, address, member, partner
from tests.rules.letters import PHRASES, token

SARA = replace(member("sara@home.example", "Sara Öztürk-Bakker"), identity=Identity.NAMED)
NEIGHBOURS: tuple[Member, ...] = (
    member("jan@mail.example", "Jan de Vries"),
    member("piet@mail.example", "Piet Jansen", "piet@work.example"),
    member("fatima.elidrissi@post.example", "Fatima el Idrissi", language=Language.EN),
    member("zonder.naam@mail.example"),
    SARA,
)
WIM = Coordinator(address("wim@home.example"), "Wim Coördinator")
STRANGER = "tante@elders.example"
STREET: Network = replace(
    NETWORK,
    coordinators=(WIM,),
    members=NEIGHBOURS,
    reports_to=("politie", "gemeente", "park"),
    roster={each.key: neighbour for neighbour in NEIGHBOURS for each in neighbour.addresses},
    partners=(POLICE, replace(COUNCIL, bulletins_per_hour=3), partner("park", "Parkbeheer", "park.example")),
)


class _NoSignatures:
    async def signatures(self, content: bytes, *_: object) -> tuple[SignatureResult, ...]:
        return ()


@dataclass
class Street:
    """One history: what was posted, what came of it."""

    connection: Connection
    now: float = 1_000_600.0
    mails: list[Mail] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)
    held: list[tuple[bytes, Plan]] = field(default_factory=list)

    async def post(self, content: bytes) -> Plan:
        """A mail arrives; what it makes is remembered."""
        self.now += 400.0
        case = await self._judge().judge(Arrival(content, None, self.now, len(content)), STREET, now=self.now)
        plan = make_plan(case, self._desk())
        if case.recall.seen is None:
            self._remember(plan)
        if plan.arrival.decision == "hold":
            self.held.append((content, plan))
        self.posted.append(content)
        return plan

    async def release(self, content: bytes, held: Plan) -> Plan | None:
        """A coordinator drags it to *release*. None: it stays held."""
        arrival = Arrival(content, None, self.now, len(content))
        case = await self._judge().judge(arrival, STREET, now=self.now, approved=True)
        plan = make_plan(replace(case, record_id=held.arrival.id), self._desk())
        if plan.arrival.decision == "hold" or not self._remember(replace(plan, settles=held.arrival.id)):
            return None
        return plan

    async def drag_from_inbox(self, content: bytes) -> Plan:
        """What is dragged from INBOX goes out as the coordinator's own bulletin, whoever wrote it."""
        arrival = Arrival(content, None, self.now, len(content))
        case = await self._judge().judge(arrival, STREET, now=self.now, approved=True)
        decision = Bulletin(18, Why.RELEASED, None) if isinstance(case.decision, Released) else case.decision
        plan = make_plan(replace(case, decision=decision), self._desk())
        self._remember(plan)
        return plan

    def notices(self, plan: Plan) -> tuple[Mail, ...]:
        return held_notices([plan.arrival], self._desk()) if plan.arrival.decision == "hold" else ()

    def _remember(self, plan: Plan) -> bool:
        written = arrivals.enqueue(self.connection, plan)
        self.mails += plan.mails if written else ()
        return written

    def _judge(self) -> Judge:
        return Judge(self._recall, _NoSignatures())

    async def _recall(self, query: Query) -> Recall:
        return recall.recall(self.connection, query)

    def _desk(self) -> Desk:
        return Desk(STREET, PHRASES, self.now, token)


class _Here(ThreadPoolExecutor):
    """Does at once, in this thread, what is handed over: a hundred thousand hand-overs take longer than the work."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **values: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*args, **values))
        return done


def one_thread() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_default_executor(_Here())
    return loop


def empty_memory() -> Engine:
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    return engine


@contextmanager
def history(engine: Engine) -> Iterator[Street]:
    with engine.connect() as connection:
        yield Street(connection)
        connection.rollback()
