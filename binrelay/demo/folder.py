"""Writes every mail that was delivered as a file, a folder for each receiver, with names that speak.

Invariant: nothing is deleted but what an earlier demo wrote there, as its own list says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from binrelay.demo.cast import COORDINATOR, NETWORK, person_at
from binrelay.demo.scene import Scene, kind_of
from binrelay.demo.stories import Words
from binrelay.mail.message import read_message
from binrelay.mail.subject import read_subject

_LIST = ".binrelay-demo"  # the files of the last demo, a line each


class MailFolder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: list[str] = []

    def clear(self) -> None:
        """Makes the folder, or takes an earlier demo's mails out of it. Raises OSError."""
        self.path.mkdir(parents=True, exist_ok=True)
        for file in self._listed():
            file.unlink(missing_ok=True)
        for emptied in {file.parent for file in self._listed()} - {self.path}:
            if emptied.is_dir() and not any(emptied.iterdir()):
                emptied.rmdir()
        self._remember()

    def keep(self, number: int, scene: Scene, words: Words) -> None:
        """What arrived in scene `number`, and what each receiver got of it."""
        subject = read_subject(read_message(scene.arrived).subject, NETWORK).bare
        self._write(number, (COORDINATOR.address, slug(subject)), scene.arrived, words=words)
        for each in scene.deliveries:
            for address in each.recipients:
                self._write(number, (address, words.files[kind_of(scene, address)]), each.content, words=words)
        self._remember()

    def _write(self, number: int, what: tuple[str, str], content: bytes, *, words: Words) -> None:
        """`what`: an address, and what it got."""
        person = person_at(what[0])
        receiver = words.receivers.get(person.key, person.key) if person else slug(what[0])
        name = f"{receiver}/{number:02}-{receiver}-{words.gets}-{what[1]}.eml"
        file = self.path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        self._written.append(name)

    def _remember(self) -> None:
        (self.path / _LIST).write_text("".join(f"{name}\n" for name in self._written), encoding="utf-8")

    def _listed(self) -> Iterable[Path]:
        """Of the earlier demo; a name that leads elsewhere is not ours, whoever wrote it there."""
        try:
            names = (self.path / _LIST).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        inside = self.path.resolve()
        files = [self.path / name for name in names if name.endswith(".eml")]
        return [file for file in files if file.parent.resolve().parent == inside]


def slug(text: str) -> str:
    """A file name out of a subject: small letters, digits, hyphens, at most forty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "mail"
