"""One mail as a page that shows it as a mail program would, and an index of all of them.

Invariant: nothing in a page is fetched from anywhere, and a mail's own HTML runs no script.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from binrelay.cli.preview_mails import Shown

TITLES = {"bulletin": "Bulletins", "reply": "To the authorities", "report": "To the authorities"}
TITLES |= {"answer": "To one member", "acknowledgement": "To one member", "notice": "To the coordinators"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a mail as it is seen."""

    kind: str  # "text", "html", "image", "mail" or "file"
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """`file` is unique in its folder."""

    file: str
    name: str
    group: str
    sender: str
    to: str
    subject: str
    pieces: Sequence[Piece]


def read(shown: Shown, language: str = "") -> Page:
    message = message_from_bytes(shown.mail.content, policy=default)
    return Page(
        file=f"{language}-{shown.name}.html",
        name=shown.name,
        group=TITLES[shown.mail.kind],
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        pieces=tuple(_pieces(message)),
    )


def write_pages(folder: Path, pages: Sequence[Page]) -> Path:
    """Every page and the index; the index's path. Raises OSError."""
    environment = Environment(
        loader=PackageLoader("binrelay.cli", "pages"), autoescape=select_autoescape(), undefined=StrictUndefined
    )
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        (folder / page.file).write_text(environment.get_template("mail.html").render(page=page), encoding="utf-8")
    groups = {title: [page for page in pages if page.group == title] for title in dict.fromkeys(TITLES.values())}
    index = folder / "index.html"
    index.write_text(environment.get_template("index.html").render(groups=groups), encoding="utf-8")
    return index


def _pieces(message: Any) -> Iterator[Piece]:
    """What a mail program shows: of alternatives the last, pictures where the HTML places them."""
    if message.get_content_type() == "multipart/alternative":
        *others, best = message.iter_parts()
        yield from _pieces(best)
        yield from (Piece("text", str(other.get_content())) for other in others)
    elif message.get_content_type() == "multipart/related":
        root, *around = message.iter_parts()
        html = str(root.get_content())
        for part in around:
            html = html.replace(f"cid:{str(part['Content-ID']).strip('<>')}", _data(part))
        yield Piece("html", html)
    elif message.get_content_type() == "message/rfc822":
        yield Piece("mail", str(message.get_payload(0)["Subject"]))
        yield from _pieces(message.get_payload(0))
    elif message.is_multipart():
        for part in message.iter_parts():
            yield from _pieces(part)
    else:
        yield _leaf(message)


def _leaf(part: Any) -> Piece:
    match part.get_content_maintype(), part.get_content_subtype():
        case "text", "html":
            return Piece("html", str(part.get_content()))
        case "text", _:
            return Piece("text", str(part.get_content()))
        case "image", _:
            return Piece("image", _data(part))
        case _:
            return Piece("file", part.get_filename() or part.get_content_type())


def _data(part: Any) -> str:
    return f"data:{part.get_content_type()};base64,{b64encode(part.get_payload(decode=True)).decode()}"
