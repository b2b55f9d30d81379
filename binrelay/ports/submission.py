"""Sending: what the workers may ask of an SMTP account, and what it asks and tells them while mail is under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from binrelay.errors import LoginRefused, SubmissionFailed, SubmissionUncertain
from binrelay.mail.address import Address
from binrelay.mail.envelope import Envelope, SmtpReply

# What became of one transaction: a reply for each recipient (of its RCPT where that was refused, else of the final
# dot), or why there is none. Only SubmissionUncertain leaves open whether the server has the mail.
Result = Mapping[Address, SmtpReply] | SubmissionFailed | SubmissionUncertain | LoginRefused


class Passage(Protocol):
    """Whoever sends transactions is asked before they leave and told when they end. A place is an index."""

    async def depart(self, places: Sequence[int]) -> frozenset[int]:
        """Their final dot is about to be written: returns once that is on record. Those not given back must not go."""
        ...

    def ended(self, place: int, result: Result) -> None:
        """Once for each place, as soon as it is known."""
        ...


class Submitter(Protocol):
    """One SMTP account. Safe for as many concurrent calls as the account has connections."""

    @property
    def window(self) -> int:
        """How many transactions one call should bring: the server has earned that many in a row."""
        ...

    async def submit(self, envelopes: Sequence[Envelope], content: bytes, passage: Passage) -> None:
        """The same content in one transaction an envelope. Whatever happens is told to `passage`.

        `content` has CRLF line ends only and is not dot-stuffed.
        """
        ...

    async def close(self) -> None: ...
