"""Somebody who sends: lets everything leave, unless told otherwise, and notes what became of it. For tests only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope, SmtpReply
from binrelay.ports.submission import Result, Submitter


class Sender:
    """`ports.submission.Passage`. `log` tells departures and ends in the order they came."""

    def __init__(self, *, stopped: Sequence[int] = ()) -> None:
        self.results: dict[int, Result] = {}
        self.log: list[str] = []
        self._stopped = frozenset(stopped)

    async def depart(self, places: Sequence[int]) -> frozenset[int]:
        self.log.append(f"depart {' '.join(map(str, places))}")
        return frozenset(places) - self._stopped

    def ended(self, place: int, result: Result) -> None:
        assert place not in self.results, f"place {place} ended twice"
        self.results[place] = result
        self.log.append(f"ended {place}")

    def replies(self, place: int = 0) -> Mapping[Address, SmtpReply]:
        """Raises what came in place of replies."""
        result = self.results[place]
        if isinstance(result, Exception):
            raise result
        return result

    def codes(self) -> list[list[int] | str]:
        """Of each place: the reply codes, or the name of what came in their place."""
        return [
            type(result).__name__ if isinstance(result, Exception) else [reply.code for reply in result.values()]
            for _, result in sorted(self.results.items())
        ]


async def submit_one(submitter: Submitter, envelope: Envelope, content: bytes) -> Mapping[Address, SmtpReply]:
    """One transaction: its replies, or what came in their place raised."""
    sender = Sender()
    await submitter.submit((envelope,), content, sender)
    return sender.replies()


async def submit_train(submitter: Submitter, envelopes: Sequence[Envelope], content: bytes) -> Sender:
    sender = Sender()
    await submitter.submit(envelopes, content, sender)
    return sender
