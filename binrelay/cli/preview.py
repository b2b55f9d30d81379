"""`preview`: every mail the daemon can send, as text on the terminal or as pages for a browser. Sends nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from binrelay.cli.exits import Exit, complain
from binrelay.cli.load import load
from binrelay.cli.preview_mails import every_mail, sample_network
from binrelay.cli.preview_page import Page, read, write_pages
from binrelay.config.values import suggestion
from binrelay.model import Language, Settings
from binrelay.templates import own_phrases


def preview(path: Path | None, name: str | None, *, language: str | None, folder: Path | None) -> None:
    """With a configuration: its texts, its network's name, numbers and folders. Without one: ours."""
    settings = load(path, secrets=False, warn=False) if path else None
    pages = _chosen(list(_pages(settings, language)), name)
    if folder is None:
        sys.stdout.write("\n".join(map(_as_text, pages)))
        return
    index = write_pages(folder, pages)
    sys.stdout.write(f"{len(pages)} mails. Open {index} in a browser.\n")


def _pages(settings: Settings | None, language: str | None) -> Iterator[Page]:
    real = settings.networks[0] if settings else None
    phrases = settings.phrases if settings else own_phrases
    chosen = _language(language) if language else real.language if real else Language.NL
    for shown in every_mail(sample_network(chosen, real), phrases):
        yield read(shown, chosen)


def _language(text: str) -> Language:
    if text not in list(Language):
        complain(f"{text} is not one of {', '.join(Language)}.")
        sys.exit(Exit.USAGE)
    return Language(text)


def _chosen(pages: Sequence[Page], name: str | None) -> Sequence[Page]:
    if name is None:
        return pages
    names = [page.name for page in pages]
    found = [page for page in pages if page.name == name] or [page for page in pages if page.name.startswith(name)]
    if not found:
        complain(f'There is no mail "{name}"{suggestion(name, names)} They are: {", ".join(dict.fromkeys(names))}.')
        sys.exit(Exit.USAGE)
    return found


def _as_text(page: Page) -> str:
    """As a mail program that shows no HTML: the first text of each part."""
    head = f"--- {page.name} {'-' * max(3, 68 - len(page.name))}\nFrom: {page.sender}\nTo: {page.to}\nSubject: {page.subject}\n\n"
    marks = {"mail": "[attached mail] ", "file": "[attached] "}
    body = [
        f"{marks.get(piece.kind, '')}{piece.text.rstrip()}\n" for piece in page.pieces if piece.kind in ("text", *marks)
    ]
    return head + "\n".join(body)
