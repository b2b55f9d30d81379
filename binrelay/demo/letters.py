"""The mails that people write, byte for byte as their mail programs would send them.

Invariant: what is answered is a mail that was really received; nothing is known here that its author could not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, localtime, make_msgid
from html import escape
from typing import cast

from binrelay.demo.cast import COORDINATOR, COUNCIL, FATIMA, JAN, LUCIA, POLICE, Person
from binrelay.demo.picture import yellow_polo
from binrelay.demo.stories import Text, Words


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail on its way to the coordinator's mailbox."""

    content: bytes
    reverse_path: str
    login: str | None  # the mailbox that sends it; None: somebody out there, who proves nothing

    @property
    def message_id(self) -> str:
        return str(read(self.content)["Message-ID"])


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def text_of(message: EmailMessage) -> str:
    """All plain text of the mail, the footer included; empty where there is none."""
    return "\n".join(str(part.get_content()) for part in message.walk() if part.get_content_type() == "text/plain")


def bulletin(words: Words) -> Letter:
    """Text, HTML and a small picture inside it."""
    message = _new(POLICE, words.polo.subject)
    message.set_content(words.polo.body)
    picture = make_msgid(domain="politie.example")
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in words.polo.body.split("\n\n"))
    html = f'<html><body>{paragraphs}<img src="cid:{picture[1:-1]}" alt="{escape(words.picture)}"></body></html>'
    message.add_alternative(html, subtype="html")
    parts = cast(list[EmailMessage], message.get_payload())
    parts[1].add_related(
        yellow_polo(), "image", "png", cid=picture, filename=f"{words.picture}.png", disposition="inline"
    )
    return _letter(message, POLICE)


def reply(words: Words, received: bytes) -> Letter:
    """Jan hits reply; his name stands in From and in his signature."""
    return _letter(_answer(JAN, words.saw, received=received, words=words), JAN)


def answer(words: Words, received: bytes) -> Letter:
    return _letter(_answer(POLICE, words.thanks, received=received, words=words), POLICE)


def out_of_office(words: Words, received: bytes) -> Letter:
    """What a mail program sends by itself (RFC 3834), with the null reverse-path."""
    message = _new(LUCIA, words.away.subject)
    _thread(message, read(received))
    message["Auto-Submitted"] = "auto-replied"
    message.set_content(words.away.body)
    return Letter(message.as_bytes(), "", LUCIA.address)


def forgery(words: Words) -> Letter:
    """The police in From, and nothing behind it."""
    return Letter(_plain(POLICE, words.forged).as_bytes(), POLICE.address, None)


def council(words: Words) -> Letter:
    return _letter(_plain(COUNCIL, words.council), COUNCIL)


def news(words: Words) -> Letter:
    """Fatima writes from her work."""
    return _letter(_plain(FATIMA, words.news, address=FATIMA.also[0]), FATIMA)


def _letter(message: EmailMessage, author: Person) -> Letter:
    return Letter(message.as_bytes(), str(message["From"].addresses[0].addr_spec), author.address)


def _new(author: Person, subject: str, *, address: str = "") -> EmailMessage:
    address = address or author.address
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = formataddr((author.name, address))
    message["To"] = COORDINATOR.address
    message["Subject"] = subject
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    return message


def _plain(author: Person, text: Text, *, address: str = "") -> EmailMessage:
    message = _new(author, text.subject, address=address)
    message.set_content(text.body)
    return message


def _answer(author: Person, body: str, *, received: bytes, words: Words) -> EmailMessage:
    """As mail programs write it: a prefix, In-Reply-To, References, and the mail that is answered below it."""
    before = read(received)
    message = _new(author, f"Re: {before['Subject']}")
    _thread(message, before)
    body_before = before.get_body(("plain",))
    quoted = "".join(f"> {line}\n" for line in str(body_before.get_content() if body_before else "").splitlines())
    name = before["From"].addresses[0].display_name
    message.set_content(f"{body}\n\n{words.wrote.format(name=name)}\n{quoted}")
    return message


def _thread(message: EmailMessage, before: EmailMessage) -> None:
    earlier = f"{before['References']} " if before["References"] else ""
    message["In-Reply-To"] = str(before["Message-ID"])
    message["References"] = f"{earlier}{before['Message-ID']}"
