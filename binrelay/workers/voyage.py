"""What became of each transaction of one train, from the submitter's word to the recipients' outcomes.

Invariant: each parcel ends once; trouble with the line or the account is told to the account and blames no recipient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, assert_never

from binrelay.errors import LoginRefused, SubmissionFailed, SubmissionUncertain
from binrelay.mail.address import Address
from binrelay.mail.envelope import SmtpReply
from binrelay.ports.submission import Result
from binrelay.records import Mail, Outcome, Parcel
from binrelay.rules.retry import (
    Attempt,
    after_failure,
    after_refusal,
    after_replies,
    after_uncertainty,
    given_back,
    is_refusal,
    refuses_mail,
)
from binrelay.workers.world import World

Note = Callable[[Mail, Sequence[Outcome]], None]


class Pacing(Protocol):
    """The account's side: it counts what leaves, and slows down when the server says so."""

    async def depart(self, parcels: Sequence[Parcel]) -> frozenset[int]:
        """Row ids that may leave."""
        ...

    def answered(self, parcel: Parcel, replies: Mapping[Address, SmtpReply]) -> None: ...

    def troubled(self, error: SubmissionFailed | LoginRefused) -> None: ...

    def unreserve(self, parcel: Parcel) -> None:
        """It is counted as departed by now, or has ended without."""
        ...


class Voyage:
    """`ports.submission.Passage` for the parcels of one mail."""

    def __init__(self, world: World, parcels: Sequence[Parcel], pacing: Pacing, *, note: Note) -> None:
        self._world = world
        self._parcels = parcels
        self._pacing = pacing
        self._note = note
        self._waiting = set(range(len(parcels)))  # neither departed nor ended
        self._open = set(range(len(parcels)))
        self._jitter = world.dice.jitter()  # the same for the whole train: together they failed
        self._troubled = False  # the account knows: what befell one line is told once, however many were to go over it
        self.refused = False  # the provider does not take this mail; a person decides

    async def depart(self, places: Sequence[int]) -> frozenset[int]:
        granted = await self._pacing.depart([self._parcels[place] for place in places])
        for place in self._waiting.intersection(places):  # not those that depart once more, over another line
            self._waiting.discard(place)
            self._pacing.unreserve(self._parcels[place])
        return frozenset(place for place in places if granted.issuperset(self._parcels[place].ids))

    def ended(self, place: int, result: Result) -> None:
        parcel = self._parcels[place]
        self._open.discard(place)
        if place in self._waiting:
            self._waiting.discard(place)
            self._pacing.unreserve(parcel)
        self._note(parcel.batch.mail, self._outcomes(parcel, result))

    def refuse(self, error: SubmissionFailed) -> None:
        for place in sorted(self._open):
            self.ended(place, error)

    def abandon(self) -> None:
        """The mail was stopped: nothing of it is tried any more."""
        self.refuse(SubmissionFailed("stopped"))

    def _outcomes(self, parcel: Parcel, result: Result) -> tuple[Outcome, ...]:
        world = self._world
        attempt = Attempt(world.clock.now(), world.retry, self._jitter)
        match result:
            case SubmissionUncertain():
                return after_uncertainty(parcel, attempt)
            case SubmissionFailed(phase="stopped"):
                return given_back(parcel, attempt.now)
            case SubmissionFailed() if is_refusal(result.phase, result.code, result.text):
                self.refused = True
                return after_refusal(parcel, attempt, code=result.code, text=result.text)
            case SubmissionFailed() | LoginRefused():
                self._tell_account(result)
                outcomes = after_failure(parcel, attempt, code=getattr(result, "code", 0), text=str(result))
                self.refused = self.refused or any(each.state == "held" for each in outcomes)
                return outcomes
            case Mapping():
                self._pacing.answered(parcel, result)
                self.refused = self.refused or refuses_mail(result.values())
                return after_replies(parcel, result, attempt)
            case _:
                assert_never(result)

    def _tell_account(self, error: SubmissionFailed | LoginRefused) -> None:
        if not self._troubled:
            self._troubled = True
            self._pacing.troubled(error)
