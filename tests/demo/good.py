"""A story that went well, made by hand: tests spoil one fact of it."""

from __future__ import annotations

from email.message import EmailMessage

from binrelay.demo.cast import COORDINATOR, JAN, NEIGHBOURS, NETWORK, NETWORK_ID, POLICE
from binrelay.demo.letters import bulletin
from binrelay.demo.scene import Scene
from binrelay.demo.servers import Delivery, stamp
from binrelay.demo.stories import words_in
from binrelay.mail.address import Address
from binrelay.model import Language
from binrelay.records import ArrivalRecord

WORDS = words_in(Language.NL)
TAG = "K7Q4M2X9"
MEMBERS = tuple(person.address for person in NEIGHBOURS)
ARRIVED = stamp(bulletin(WORDS).content, POLICE.address, login=POLICE.address)


def record(decision: str, why: str = "partner-speaks") -> ArrivalRecord:
    return ArrivalRecord(
        id="AAAAAAAA",
        network=NETWORK_ID,
        digest="0" * 64,
        decision=decision,
        rule=10,
        why=why,
        state="done",
        partner="politie",
        author=Address(POLICE.address, POLICE.address),
        message_id="1@politie.example",
        subject="Gele Polo",
        arrived=0.0,
        decided=0.0,
        size=1,
        releases="nothing",
        reaches=0,
    )


def mail(text: str, *, name: str = "Politie Utrecht-Oost", subject: str = "x", automatic: bool = False) -> bytes:
    """As the daemon sends it: From is the coordinator address."""
    message = EmailMessage()
    message["From"] = f'"{name}" <{COORDINATOR.address}>'
    message["Subject"] = subject
    message["Message-ID"] = f"<{abs(hash((text, name, subject)))}@bin-wilhelminapark.example>"
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
    message.set_content(text)
    return message.as_bytes()


def footed_bulletin() -> bytes:
    """The police's own mail, in the coordinator's name, with a footer."""
    content = bulletin(WORDS).content
    footer = b"112 en 0900-8844\r\n"
    body = content.partition(b"\r\n\r\n")[2].replace(b"Sanne de Boer, wijkagent\r\n", b"Sanne de Boer\r\n" + footer)
    kind = next(line for line in content.split(b"\r\n\r\n")[0].split(b"\r\nContent-Type:")[1:])
    head = f"From: Politie <{COORDINATOR.address}>\r\nMessage-ID: <b@bin.example>\r\nMIME-Version: 1.0\r\nContent-Type:"
    return head.encode() + kind.split(b"\r\nX-")[0] + b"\r\n\r\n" + body


BULLETIN = Scene(
    ARRIVED, record("bulletin"), (Delivery(COORDINATOR.address, MEMBERS, footed_bulletin()),), ("BIN/Verwerkt",)
)
REPLY = Scene(
    ARRIVED,
    record("reply"),
    (
        Delivery(
            COORDINATOR.address,
            (POLICE.address,),
            mail(WORDS.saw.splitlines()[0], name=f"BIN-lid {TAG} via {NETWORK}", subject=f"[{NETWORK} {TAG}] Re: Polo"),
        ),
        Delivery("", (JAN.address,), mail("Doorgegeven.", name=NETWORK, automatic=True)),
    ),
    ("BIN/Verwerkt",),
)
