"""What membership, failing mail and the breaker ask of the store. `store` keeps these promises."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from binrelay.mail.address import Address
from binrelay.records import Mail
from binrelay.records.dossier import Dossier
from binrelay.records.members import Failure, Ledger, Standing


class MembersStore(Protocol):
    """A part of `ports.Store`: every call is one transaction."""

    key: bytes  # the installation's secret, made once

    async def standings(self, network: str | None = None) -> Sequence[Standing]:
        """What members wish, what failing mail did, and what a coordinator decided, beside the YAML."""
        ...

    async def stand(self, standings: Sequence[Standing], mails: Sequence[Mail] = ()) -> None:
        """Keeps each in place of an earlier one of the same member and queues `mails`, which tell of it.

        `State.AS_LISTED` keeps nothing. What failed before speaks no more against who is not paused.
        """
        ...

    async def dossiers(self, person: Sequence[Address], network: str | None = None) -> Sequence[Dossier]:
        """Everything that is kept about a person with those addresses, one value a network."""
        ...

    async def acquainted(self, network: str) -> frozenset[str] | None:
        """Marks of everybody who is no newcomer; None: the network was never looked at."""
        ...

    async def acquaint(self, network: str, marks: Collection[str], mails: Sequence[Mail] = ()) -> None:
        """Remembers them and queues their words of welcome."""
        ...

    async def failures(self, network: str, since: float) -> Sequence[Failure]:
        """Every mail that did not reach a recipient for good, oldest first."""
        ...

    async def proofs(self, network: str, addresses: Sequence[Address], quiet_since: float) -> Mapping[str, float]:
        """Address keys and when each was last seen to work: it wrote, or a mail before `quiet_since` never came back."""
        ...

    async def broken_off(self, network: str) -> str | None:
        """Why nothing of that network may be sent."""
        ...

    async def break_off(self, network: str, why: str) -> bool:
        """Until `restart`. False: it is stopped already."""
        ...

    async def restart(self, network: str) -> bool: ...

    async def ledger(self, network: str, since: float, *, members: int) -> Ledger:
        """What was sent since, and how it is explained."""
        ...
