"""One good value of each kind; tests replace() one fact."""

from __future__ import annotations

from collections.abc import Sequence

from binrelay.mail.address import Address
from binrelay.model import BulletinRecord, Conversation
from binrelay.records import ArrivalRecord, Claim, Kind, Mail, Outcome, Plan, Query

NETWORK = "wilhelminapark"
NOW = 1_000_000.0
DAY = 86400.0
ME = "this daemon"


def an_address(text: str) -> Address:
    return Address(text.lower(), text)


def members(number: int) -> tuple[Address, ...]:
    return tuple(an_address(f"member{place}@mail.example") for place in range(number))


JAN = an_address("Jan@mail.example")
POLICE = an_address("wijkagent@politie.example")
COORDINATOR = an_address("coordinator@bin.example")

ARRIVAL = ArrivalRecord(
    id="AAAA0001",
    network=NETWORK,
    digest="digest-1",
    decision="bulletin",
    rule=10,
    why="partner-speaks",
    state="done",
    partner="politie",
    author=POLICE,
    message_id="original-1@politie.example",
    subject="Yellow Polo",
    arrived=NOW - 5,
    decided=NOW,
    size=1234,
    releases="nothing",
    reaches=3,
)
MAIL = Mail(
    key="mail-1",
    network=NETWORK,
    kind=Kind.BULLETIN,
    message_id="ours-1@bin.example",
    reverse_path=COORDINATOR,
    verp=False,
    content=b"Subject: Yellow Polo\r\n\r\nLook out.\r\n",
    recipients=members(3),
    bulletin="B1",
)
BULLETIN = BulletinRecord(
    id="B1",
    partner="politie",
    message_id="ours-1@bin.example",
    original_id="original-1@politie.example",
    subject="Yellow  Polo",
    sent_at=NOW,
    replied=False,
)
CONVERSATION = Conversation(
    tag="K7Q4M2X9",
    member=JAN,
    partner="politie",
    bulletin="B1",
    last_id="jan-1@mail.example",
    partner_last_id=None,
    acknowledged_at=None,
)
PLAN = Plan(arrival=ARRIVAL, mails=(MAIL,), bulletin=BULLETIN)
HELD = ArrivalRecord(
    id="HELD0001",
    network=NETWORK,
    digest="digest-held",
    decision="hold",
    rule=8,
    why="unmatched-reply",
    state="held",
    partner="politie",
    author=POLICE,
    message_id="held-1@politie.example",
    subject="Re: Yellow Polo",
    arrived=NOW - 5,
    decided=NOW,
    size=99,
    releases="bulletin",
    reaches=3,
    content=b"the held mail",
)
QUERY = Query(
    network=NETWORK,
    digest="another digest",
    own_ids=("new@mail.example",),
    ids=(),
    tags=(),
    subject="",
    author=None,
    partner=None,
    now=NOW + 60,
)


def outcomes(ids: Sequence[int], state: str = "sent", *, due: float = 0.0, status: str = "2.0.0") -> list[Outcome]:
    code = {"sent": 250, "failed": 550, "queued": 450, "held": 0}[state]
    return [Outcome((row,), state, due, code, status, f"{status} said the server") for row in ids]


def a_claim(limit: int = 50, *, now: float = NOW, network: str = NETWORK) -> Claim:
    return Claim(network, ME, now, recipients=limit, transactions=limit, per_transaction=limit)
