"""Gathers what can be known about an arrival and lets the rules decide. The daemon and `explain` share it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from binrelay.mail.authentication import Evidence, Verdict, judge_signatures, read_evidence, speaks_for
from binrelay.mail.dsn import DeliveryReport
from binrelay.mail.marks import Marks, read_marks
from binrelay.mail.message import Message, read_message
from binrelay.mail.subject import subject_key
from binrelay.model import Coordinator, Member, Network, Partner
from binrelay.ports import Arrival
from binrelay.ports.verifier import Verifier
from binrelay.records import Query, Recall
from binrelay.rules.corrections import uncorrected
from binrelay.rules.facts import Circumstances, corrects, gather, speaker_of
from binrelay.rules.intake import decide
from binrelay.rules.plan import Case

Memory = Callable[[Query], Awaitable[Recall]]


class Judge:
    """`memory` answers from the store, or from nothing where there is none."""

    def __init__(self, memory: Memory, verifier: Verifier) -> None:
        self._memory = memory
        self._verifier = verifier

    async def judge(self, arrival: Arrival, network: Network, *, now: float, approved: bool = False) -> Case:
        """The case with its decision. Reading is done in a thread: 25 MB must not stop the other networks."""
        message = await asyncio.to_thread(read_message, arrival.content)
        marks = await asyncio.to_thread(
            read_marks, message, own=network.address, network_name=network.name, subaddress=network.subaddress
        )
        recall = await self._memory(query_for(message, marks, network, now=now))
        around = Circumstances(
            evidence=await self._evidence(message, network),
            whole=arrival.whole,
            age=now - arrival.arrived,
            approved=approved,
            now=now,
        )
        facts = await asyncio.to_thread(gather, message, marks, recall=recall, network=network, around=around)
        if facts.report is not None:
            recall = await self._memory(query_about(facts.report, message, network, now=now))
        return Case(message, facts, recall, decide(facts, network), arrival.arrived, arrival.size)

    async def _evidence(self, message: Message, network: Network) -> Evidence:
        author = message.author
        if author is None:
            return Evidence(Verdict.UNPROVEN, "there is no one author to prove")
        speaker = speaker_of(author, network)
        domain = speaker.dkim_domain if isinstance(speaker, Partner) else None
        pinned = read_evidence(message.header, author, trusted=network.trusted_authserv_ids, dkim_domain=domain)
        if pinned is not None:
            return pinned
        if not isinstance(speaker, Partner | Coordinator):
            return Evidence(Verdict.UNPROVEN, "not asked: nothing depends on it")
        signatures = await self._verifier.signatures(message.content, lambda signer: speaks_for(signer, author, domain))
        return judge_signatures(signatures, author, dkim_domain=domain)


def query_for(message: Message, marks: Marks, network: Network, *, now: float) -> Query:
    """What to ask of our memory about this mail."""
    speaker = speaker_of(message.author, network)
    author = speaker.address if isinstance(speaker, Member) else message.author
    ids = (*marks.in_reply_to, *marks.references, *marks.embedded_ids, *marks.quotes)
    tags = (*marks.address_tags, *marks.subject_tags, *marks.text_tags)
    correction = corrects(speaker, marks, message)
    return Query(
        network=network.id,
        digest=message.digest,
        own_ids=marks.own_ids,
        ids=tuple(dict.fromkeys(ids)),
        tags=tuple(dict.fromkeys(tags)),
        subject=uncorrected(marks.subject.bare) if correction else subject_key(marks.subject.bare),
        author=author,
        partner=speaker.id if isinstance(speaker, Partner) else None,
        now=now,
        corrects=correction,
        writer=message.author,
    )


def query_about(report: DeliveryReport, message: Message, network: Network, *, now: float) -> Query:
    """What to ask of our memory about a delivery report: which of our mails, to whom."""
    return Query(
        network=network.id,
        digest=message.digest,
        own_ids=() if message.message_id is None else (message.message_id,),
        ids=(),
        tags=(),
        subject="",
        author=None,
        partner=None,
        now=now,
        report=report.keys,
        failed=tuple(each.address for each in report.recipients),
    )
