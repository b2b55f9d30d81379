"""What sending asks of the store. `store` keeps these promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from binrelay.records import Batch, Claim, Departure, Dispatch, Kind, Outcome, Overdue, Results


class OutboxStore(Protocol):
    """A part of `ports.Store`: every call is one transaction."""

    async def claim(self, wanted: Claim) -> Batch | None:
        """Takes due recipients of one mail: most urgent kind first; mails of one kind take turns."""
        ...

    async def urgent(self, networks: Sequence[str], now: float) -> Sequence[str]:
        """Those of the networks with something due: most urgent first, else in the order given."""
        ...

    async def record(
        self, outcomes: Sequence[Outcome], departures: Sequence[Departure] = (), *, owner: str
    ) -> frozenset[int]:
        """Many transactions' results and departures in one commit; the ids whose dot may leave.

        Not among them: what was stopped, erased or taken over meanwhile.
        """
        ...

    async def unclaim(self, *, wait: float, owner: str | None = None) -> int:
        """Gives back what a daemon that died had under way (None: any; at start, under the store's lock).

        What was at its dot is uncertain: due in `wait` seconds, the second time held.
        """
        ...

    async def hold(self, mail_key: str, why: str) -> int:
        """What of the mail has not left waits for a person; how many recipients."""
        ...

    async def resume(self, network: str, arrival: str) -> int:
        """Whatever of that arrival's mails is held goes out after all; how many recipients."""
        ...

    async def tell_once(self, mail_key: str, what: str) -> bool:
        """True the first time: the coordinators are to hear `what` of this mail."""
        ...

    async def overdue(self, network: str, since: float) -> Sequence[Overdue]:
        """Mails with recipients still queued that were due first before `since`."""
        ...

    async def unspoken(self, network: str, since: float) -> Sequence[tuple[str, Kind]]:
        """Keys and kinds of mails that failed for somebody since then, or may have, without a word to the coordinators."""
        ...

    async def unexplained(self, network: str) -> Sequence[tuple[str, Kind, str]]:
        """Keys and kinds of mails that wait for a person, and why, without a word to the coordinators."""
        ...

    async def spent(self, account: str, *, since: float, after: int) -> Sequence[Dispatch]:
        """What the account sent, oldest first; those with a number over `after`."""
        ...

    async def most_recipients(self, account: str, since: float) -> tuple[int, float] | None:
        """The server's limit a transaction as it showed it since then, and when; None: it took whatever we gave."""
        ...

    async def learn(self, account: str, limit: int, *, moment: float) -> None: ...

    async def next_due(self, *networks: str) -> float | None: ...

    async def results(self, network: str, mail_key: str) -> Results:
        """What has become of a mail's recipients so far."""
        ...

    async def freeze(self, mail_key: str) -> int:
        """Ends every recipient that is not final yet: the mail would name a member. How many."""
        ...

    async def queue(self, network: str | None = None) -> Sequence[Mapping[str, object]]:
        """A row a mail with recipients that are not final: key, kind, queued, deferred, held, next due, last reply."""
        ...
