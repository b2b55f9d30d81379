"""`explain`: the same reading, judging and composing as the daemon's, with nothing sent and nothing written."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from binrelay.cli.exits import Exit, complain
from binrelay.cli.lines import write_line
from binrelay.cli.load import load
from binrelay.cli.wording import counted, releasing
from binrelay.errors import StoreMissing
from binrelay.mail.authentication import top_server
from binrelay.mail.header import read_header
from binrelay.mail.message import read_message
from binrelay.mail.read_addresses import find_addresses
from binrelay.mail.tokens import sub_address
from binrelay.model import Language, Network, Phrases, Settings
from binrelay.ports import Arrival
from binrelay.records import Kind, Plan, Query, Recall
from binrelay.rules.decision import Bounce, Hold, Why
from binrelay.rules.desk import Desk
from binrelay.rules.facts import speaker_of
from binrelay.rules.membership import overlay
from binrelay.rules.plan import Case, make_plan
from binrelay.transport.dkim import DkimVerifier
from binrelay.transport.system import SystemDice
from binrelay.workers.judge import Judge, Memory

if TYPE_CHECKING:
    from binrelay.store.store import SqlStore

ADDRESSED = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
STDIN = Path("-")
_EVERY_MAIL = ("from", "date", "subject", "to", "message-id", "received")
TO_PEOPLE = (Kind.BULLETIN, Kind.REPLY, Kind.REPORT, Kind.ANSWER)


@dataclass(frozen=True, slots=True)
class Explained:
    """One mail, one line."""

    file: Path
    case: Case
    plan: Plan
    reason: str
    unnamed: (
        str | None
    )  # the server that judged the mail, where the proof is missing and the configuration names another

    def as_json(self) -> dict[str, object]:
        plan, decision = self.plan, self.case.decision
        mails = [mail for mail in plan.mails if mail.kind in TO_PEOPLE]
        named = [str(address) for mail in mails if mail.kind is not Kind.BULLETIN for address in mail.recipients]
        bounces = decision.report.recipients if isinstance(decision, Bounce) else ()
        return {
            "file": str(self.file),
            "decision": plan.arrival.decision,
            "rule": plan.arrival.rule,
            "reason": self.reason,
            "partner": plan.arrival.partner,
            "recipients": sum(len(mail.recipients) for mail in mails),
            "to": named,
            "bounces": [
                {"address": str(each.address), "status": each.status, "action": each.action.value} for each in bounces
            ],
            "subject": self.case.message.subject,
            "authenticated": self.case.facts.authenticated,
            "releases": plan.arrival.releases,
            "evidence": self.case.facts.evidence.reason,
            "evidence_seen": list(self.case.facts.evidence.seen),
        }


def explain_files(path: Path, files: Sequence[Path], *, as_json: bool, with_store: bool) -> None:
    """Prints one object or one paragraph a file; exit 66 when one could not be read."""
    settings = load(path, secrets=False, warn=not as_json)
    unreadable = asyncio.run(_explain(settings, files, as_json=as_json, with_store=with_store))
    if unreadable:
        sys.exit(Exit.NO_INPUT)


async def _explain(settings: Settings, files: Sequence[Path], *, as_json: bool, with_store: bool) -> int:
    phrases, unreadable = settings.phrases, 0
    async with _memory(settings, with_store=with_store) as (memory, effective):
        judge = Judge(memory, DkimVerifier())
        for file in files:
            content = _read(file)
            if content is None:
                unreadable += 1
                continue
            explained = await _one(file, content, settings=effective, judge=judge, phrases=phrases)
            _show(explained, as_json=as_json)
    return unreadable


def _read(file: Path) -> bytes | None:
    """What it holds; None, and a line that says why, where it cannot be read."""
    try:
        content = sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
    except OSError as error:
        complain(f"{file}: {error.strerror}")
        return None
    header = read_message(content).header
    if not any(header.has(name) for name in _EVERY_MAIL):
        complain(f"warning: {file}: does not look like a mail, for it begins without the lines of one (From, Date, …)")
    return content


@asynccontextmanager
async def _memory(settings: Settings, *, with_store: bool) -> AsyncIterator[tuple[Memory, Settings]]:
    """What is remembered, and the networks as they are: the YAML alone, or with what the store lays over it."""
    store = await _open(settings) if with_store else None
    if store is None:
        yield _nothing, settings
        return
    try:
        networks = [overlay(each, await store.standings(each.id), time.time()) for each in settings.networks]
        yield store.recall, replace(settings, networks=tuple(networks))
    finally:
        await store.close()


async def _open(settings: Settings) -> SqlStore | None:
    """None, and a line that says so, where nothing was ever kept: that is a memory too, and an empty one."""
    from binrelay.store.store import open_store

    try:
        return await open_store(settings.store, readonly=True)
    except StoreMissing as missing:
        complain(f"warning: {missing}, so no earlier mail is known")
        return None


async def _nothing(query: Query) -> Recall:  # noqa: ARG001 - the shape of a memory; this one is empty
    return Recall()


async def _one(file: Path, content: bytes, *, settings: Settings, judge: Judge, phrases: Phrases) -> Explained:
    network = network_of(content, settings)
    now = time.time()
    case = await judge.judge(_arrival(content, network, now), network, now=now)
    plan = make_plan(case, Desk(network, phrases, now, SystemDice().token))
    reason = phrases(f"why-{plan.arrival.why}", Language.EN)
    return Explained(file, case, plan, reason, _unnamed(case, network))


def _unnamed(case: Case, network: Network) -> str | None:
    """A sender can write that line too, so it is told as a question, and never with an address in it."""
    server = top_server(case.message.header)
    known = server is None or "@" in server or server in network.trusted_authserv_ids
    waits = isinstance(case.decision, Hold) and case.decision.why is Why.UNAUTHENTICATED_PARTNER
    return server if waits and not known else None


def _arrival(content: bytes, network: Network, now: float) -> Arrival:
    if len(content) <= network.max_size:
        return Arrival(content, None, now, len(content))
    _, body_at, _ = read_header(content)
    return Arrival(content[:body_at], None, now, len(content), whole=False)


def network_of(content: bytes, settings: Settings) -> Network:
    """The network the mail is addressed to; else the one that knows its author; else the first."""
    message = read_message(content)
    values = [value for name in ADDRESSED for value in message.header.all(name)]
    addressed = {address for value in values for address in find_addresses(value)}
    for network in settings.networks:
        own, separator = network.address, network.subaddress or "+"
        if own in addressed or any(sub_address(each, own, separator) for each in addressed):
            return network
    known = (network for network in settings.networks if speaker_of(message.author, network) is not None)
    return next(known, settings.networks[0])


def _show(explained: Explained, *, as_json: bool) -> None:
    if as_json:
        write_line(explained.as_json())
        return
    from rich.console import Console
    from rich.markup import escape

    told = explained.as_json()
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(str(explained.file))}[/]")
    console.print(f"  [bold cyan]{told['decision']}[/] (rule {told['rule']}): {escape(explained.reason)}")
    console.print(f"  evidence: {escape(str(told['evidence']))}")
    for line in explained.case.facts.evidence.seen:
        console.print(f"    {escape(line)}")
    if explained.unnamed:
        server = escape(explained.unnamed)
        console.print(f"    judged by {server}; if that is your provider's server: trusted_authserv_ids: \\[{server}]")
    if told["decision"] == "hold":
        console.print(f"  {releasing(str(told['releases']), explained.plan.arrival.reaches)}")
    for mail in explained.plan.mails:
        console.print(f"  sends: {mail.kind.value} to {_whom(mail.kind, [str(each) for each in mail.recipients])}")


def _whom(kind: Kind, recipients: list[str]) -> str:
    return counted(len(recipients), "member") if kind is Kind.BULLETIN else ", ".join(recipients)
