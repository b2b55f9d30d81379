"""Mails and readers for the tests of what goes out. The standard library reads here: it did not write the mails."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from binrelay.mail.address import Address, parse_address
from binrelay.mail.compose import format_date, write_message
from binrelay.mail.content import Content, Unsafe, pseudonymous, relayed
from binrelay.mail.message import Message, read_message
from binrelay.mail.mime import Part, transfer_decoded, walk
from binrelay.mail.scrub import Person

CORPUS = Path(__file__).parent.parent / "corpus"
BOUNDARY = "=_binrelay.K7Q4M2X9"
FOOTER = "Beantwoord deze mail gewoon.\nTelt elke seconde? Bel 112.\n"
PSEUDONYM = "BIN-lid K7Q4M2X9"
FIELDS = (
    ("From", "BIN Wilhelminapark <coordinator@bin.example>"),
    ("To", "coordinator@bin.example"),
    ("Date", format_date(1_795_492_800)),
    ("Message-ID", "<k7q4m2x9@bin.example>"),
    ("Subject", "Gele Polo"),
)


def address(text: str) -> Address:
    found = parse_address(text)
    assert found
    return found


PIET = Person((address("piet@mail.example"), address("p.jansen@work.example")), "Piet Jansen")


def mail(body: bytes, *headers: str) -> bytes:
    return "".join(f"{line}\r\n" for line in ("From: piet@mail.example", *headers)).encode() + b"\r\n" + body


def written(content: Content) -> bytes:
    return write_message(FIELDS, content)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def relay(raw: bytes, footer: str = FOOTER) -> bytes:
    return written(relayed(read_message(raw)).above(footer, boundary=BOUNDARY))


def disguise(raw: bytes, person: Person = PIET) -> bytes:
    content = pseudonymous(read_message(raw), FOOTER, person=person, pseudonym=PSEUDONYM, boundary=BOUNDARY)
    assert isinstance(content, Content)
    return written(content)


def refusal(raw: bytes) -> str:
    content = pseudonymous(read_message(raw), FOOTER, person=PIET, pseudonym=PSEUDONYM, boundary=BOUNDARY)
    assert isinstance(content, Unsafe)
    return content.reason


def root_of(message: Message) -> Part:
    assert message.root
    return message.root


def leaves(raw: bytes) -> list[tuple[str, bytes]]:
    """Media type and decoded bytes of every part that is no multipart."""
    message = read_message(raw)
    parts = (part for part in walk(root_of(message)) if not part.children)
    return [(part.media_type, transfer_decoded(part, raw)) for part in parts]


def sample() -> EmailMessage:
    """A mail as a phone writes it: text and HTML, a picture in the HTML, a PDF."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Piet Jansen <piet@mail.example>"
    message["Subject"] = "Foto"
    message.set_content("Zie de foto.\n")
    message.add_alternative('<p>Zie <img src="cid:foto@home"></p>\n', subtype="html")
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG-no-picture-yet", "image", "png", cid="<foto@home>")
    message.add_attachment(b"%PDF-1.7 \x00\xff pdf", maintype="application", subtype="pdf", filename="verklaring.pdf")
    return message
