"""A large bulletin to a large neighbourhood: complete for everybody, and silent about everybody else."""

from __future__ import annotations

from email.message import EmailMessage

from tests.journeys.neighbourhood import COORDINATOR, OFFICER, PROVEN, Neighbourhood, read, until
from tests.support.illustrated import HTML, illustrated, pdf, picture

MEMBERS = 500
ATTACHMENT = 3_000_000
ADDRESSES = tuple(f"buur{number:03}@straat{number % 7}.example" for number in range(MEMBERS))
NAMES = tuple(f"Voornaam{number:03} van Achternaam{number:03}" for number in range(MEMBERS))


def everything(message: EmailMessage) -> bytes:
    """The header and every part as a reader decodes it."""
    texts = [f"{name}: {value}" for part in message.walk() for name, value in part.items()]
    bodies = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    return "\n".join(texts).encode() + b"\n".join(body for body in bodies if isinstance(body, bytes))


def parts(message: EmailMessage, media_type: str) -> list[bytes]:
    found = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == media_type]
    return [body for body in found if isinstance(body, bytes)]


def test_five_hundred_neighbours_each_get_the_whole_bulletin_once_and_nobody_is_named(hood: Neighbourhood) -> None:
    hood.members = [f"{{address: {each}, name: {name}}}" for each, name in zip(ADDRESSES, NAMES, strict=True)]
    hood.configure(smtp=", connections: 4, max_recipients: 50")
    hood.start()
    hood.arrives(
        PROVEN.format(domain="politie.example").encode() + illustrated(OFFICER, COORDINATOR, attachment=ATTACHMENT)
    )
    until(lambda: len(hood.provider.recipients) >= MEMBERS, "everybody has it")
    hood.quiet()
    assert sorted(hood.provider.recipients) == sorted(ADDRESSES)
    assert len({delivery.content for delivery in hood.provider.deliveries}) == 1
    sent = hood.provider.deliveries[0].content
    message = read(sent)
    shown = (sent + everything(message)).lower()
    assert not [each for each in ADDRESSES if each.encode() in shown]
    assert not [name for name in NAMES if name.lower().encode() in shown]
    assert parts(message, "application/pdf") == [pdf(ATTACHMENT)]
    assert parts(message, "image/jpeg") == [picture()]
    assert HTML.encode() in b"".join(parts(message, "text/html"))
    assert b"0900-8844" in b"".join(parts(message, "text/plain"))
