"""Mails as bytes, and what the rules make of them; everything between is the product's own."""

from __future__ import annotations

from collections.abc import Mapping

from binrelay.mail.authentication import Evidence
from binrelay.mail.marks import read_marks
from binrelay.mail.message import read_message
from binrelay.model import Network
from binrelay.records import Plan, Recall
from binrelay.rules.desk import Desk
from binrelay.rules.facts import Circumstances, gather
from binrelay.rules.intake import decide
from binrelay.rules.plan import Case, make_plan
from binrelay.templates import load_phrases
from tests.rules.good import NETWORK, PROVEN

PHRASES = load_phrases()
OFFICER = "Wijkagent <wijkagent@politie.example>"
NOW = 1_000_600.0
_count = iter(range(10**9))


def token(length: int) -> str:
    """Dice that never fall the same way twice, and the same way in every run."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number, digits = next(_count) * 7919 + 12345, ""
    while len(digits) < length:
        number, digit = divmod(number * 31 + 17, 32)
        digits += alphabet[digit]
        number = number or len(digits) * 104729
    return digits


def letter(
    sender: str,
    subject: str,
    text: str = "Dag.\n",
    *,
    fields: Mapping[str, str] | None = None,
    kind: str = "text/plain",
) -> bytes:
    """Raw on purpose: a subject stands in it as the test wrote it."""
    lines = [
        f"From: {sender}",
        f"To: {NETWORK.address}",
        f"Subject: {subject}",
        "Date: Tue, 24 Nov 2026 09:00:00 +0100",
        "Message-ID: <this@mail.example>",
        "MIME-Version: 1.0",
        f"Content-Type: {kind}; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        *(f"{name}: {value}" for name, value in (fields or {}).items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n")).encode()


def desk(network: Network = NETWORK) -> Desk:
    return Desk(network, PHRASES, NOW, token)


def plan_for(
    content: bytes, *, recall: Recall | None = None, evidence: Evidence = PROVEN, network: Network = NETWORK
) -> Plan:
    """From bytes to everything that would be written and sent."""
    message = read_message(content)
    marks = read_marks(message, own=network.address, network_name=network.name, subaddress=network.subaddress)
    memory = recall or Recall()
    facts = gather(message, marks, recall=memory, network=network, around=Circumstances(evidence))
    case = Case(message, facts, memory, decide(facts, network), NOW, len(content))
    return make_plan(case, desk(network))
