"""What became of one mail: the value that is told, checked and kept. Pure.

Invariant: `deliveries` are what the SMTP server took, never what the daemon says it sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from binrelay.demo.cast import ANNA, COUNCIL, NEIGHBOURS, POLICE
from binrelay.demo.servers import Delivery
from binrelay.records import ArrivalRecord

PARTNERS = (POLICE.address, COUNCIL.address)
MEMBERS = tuple(person.address for person in NEIGHBOURS)


@dataclass(frozen=True, slots=True)
class Scene:
    arrived: bytes  # as it lay in the coordinator's mailbox
    record: ArrivalRecord  # the decision, as the daemon wrote it down
    deliveries: tuple[Delivery, ...]  # everything that left the daemon because of it, in order
    folders: tuple[str, ...]  # where the mail lies now: one folder

    @property
    def recipients(self) -> tuple[str, ...]:
        """Sorted; who got two mails stands there twice."""
        return tuple(sorted(address for each in self.deliveries for address in each.recipients))

    def to(self, address: str) -> tuple[bytes, ...]:
        """What that address got."""
        return tuple(each.content for each in self.deliveries if address in each.recipients)


def kind_of(scene: Scene, address: str) -> str:
    """What a recipient got: bulletin, reply, answer, report, thanks or notice."""
    if address == ANNA.address:
        return "notice"
    if scene.record.decision in ("reply", "report") and address not in PARTNERS:
        return "thanks"
    return "bulletin" if scene.record.decision == "hold" else scene.record.decision
