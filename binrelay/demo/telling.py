"""The story on the terminal. Colours help and are not needed; eighty columns are enough.

Invariant: it shows values it is given and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Line

from binrelay.demo.cast import ANNA, EVERYBODY, NETWORK, TOM, person_at
from binrelay.demo.checks import Expectation
from binrelay.demo.letters import read, text_of
from binrelay.demo.scene import PARTNERS, Scene
from binrelay.demo.servers import Delivery
from binrelay.demo.stories import Words
from binrelay.mail.header import decode_words
from binrelay.mail.message import read_message
from binrelay.model import Language, Phrases

_COLUMN = 13  # of the labels
_EXCERPT = 2  # lines of a mail
GOOD, BAD, PLACE, BINRELAY, HIDDEN = "green", "bold red", "cyan", "bold yellow", "magenta"


class Telling:
    def __init__(self, console: Console, words: Words, *, language: Language, phrases: Phrases) -> None:
        self.console = console
        self._words = words
        self._language = language
        self._phrases = phrases
        self._unicode = console.encoding.startswith("utf")

    def opens(self) -> None:
        title = Line(f" binrelay demo · {self._words.title} · {NETWORK} ", BINRELAY)
        self.console.print(Panel(self._words.intro, title=title, box=box.ROUNDED, border_style="yellow"))

    def starting(self) -> AbstractContextManager[object]:
        """Something that moves while the servers start; nothing where nobody watches."""
        return self.console.status(self._words.starting) if self.console.is_terminal else nullcontext()

    def title(self, number: int) -> None:
        self.heading(f"{number}  {self._words.scenes[number - 1].title}")

    def heading(self, text: str) -> None:
        self.console.print()
        characters = "─" if self._unicode else "-"
        self.console.print(Rule(Line(text, "bold"), align="left", style="yellow", characters=characters))

    def arrives(self, scene: Scene) -> None:
        """Who writes about what, and what the provider says of the sender; a member's mail needs no proof."""
        message = read_message(scene.arrived)
        sender = decode_words(message.header.first("from") or "")
        self.row(self._words.labels.arrives, Line.assemble((sender, PLACE), "\n", (message.subject, "bold")))
        if message.author is not None and message.author.key in PARTNERS:
            proven = "dmarc=pass" in (message.header.first("authentication-results") or "")
            told = self._words.proven if proven else self._words.unproven
            self.row(self._words.labels.proof, Line(told.format(domain=message.author.domain), GOOD if proven else BAD))

    def decides(self, scene: Scene) -> None:
        """The decision as the daemon wrote it down, and its reason in the words of the notices."""
        labels, record = self._words.labels, scene.record
        self.row(labels.decides, Line(self._words.decisions[record.decision], BINRELAY))
        why = Line(self._phrases(f"why-{record.why}", self._language))
        self.row(labels.why, why.append(f" ({self._words.rule.format(rule=record.rule)})", "dim"))

    def drags(self, folder: str) -> None:
        self.row(ANNA.first_name, Line(self._words.dragged.format(folder=folder), BINRELAY))

    def receives(self, deliveries: Sequence[Delivery]) -> None:
        """Each mail once, with everybody who got it; copies that differ in the footer alone are told as one."""
        if not deliveries:
            self.row(self._words.labels.receives, Line(self._words.labels.nobody, f"bold {GOOD}"))
        readers: dict[_Shown, list[str]] = {}
        for each in deliveries:
            readers.setdefault(_shown(each), []).extend(each.recipients)
        for shown, addresses in readers.items():
            self.row(self._words.labels.receives, self._received(shown, addresses))

    def _received(self, shown: _Shown, addresses: Sequence[str]) -> RenderableType:
        labels, bar = self._words.labels, "│" if self._unicode else "|"
        people = sorted(addresses, key=_seat)
        names = ", ".join(_name(address, self._words, several=len(people) > 1) for address in people)
        head = Table.grid(padding=(0, 1, 0, 0))
        for label, value in ((labels.sender, Line(shown.sender, PLACE)), (labels.subject, Line(shown.subject))):
            head.add_row(Line(f"{label}:", "dim"), value)
        begins = (Line(f"{bar} {line}", "italic", no_wrap=True, overflow="ellipsis") for line in shown.begins)
        return Group(Line(names, f"bold {GOOD}"), head, *begins)

    def unknown(self, number: int) -> None:
        self.row(self._words.labels.unknown, Line(self._words.scenes[number - 1].unknown, HIDDEN))

    def expectations(self, expectations: Sequence[Expectation]) -> None:
        for each in expectations:
            good, bad = "✓✗" if self._unicode else "+x"
            told = Line(each.sentence, "" if each.held else BAD)
            if not each.held:
                told.append(f"\n{self._words.seen.format(seen=each.seen)}", "red")
            self.row(Line(good if each.held else bad, f"bold {GOOD}" if each.held else BAD), told)

    def failed(self, error: str, log: str) -> None:
        self.console.print()
        self.console.print(Line(error, BAD))
        if log:
            self.console.print(Line(f"{self._words.daemon_said}\n{log}"))

    def ends(self, expectations: Sequence[Expectation], folder: Path) -> None:
        """The last line is the same in every language, for scripts."""
        held = sum(each.held for each in expectations)
        self.console.print()
        self.console.print(Line(self._words.mails_in.format(folder=folder)), soft_wrap=True)
        colour = f"bold {GOOD}" if held == len(expectations) else BAD
        self.console.print(Line(f"{held} of {len(expectations)} expectations held", colour))

    def row(self, label: str | Line, told: RenderableType) -> None:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(justify="right", width=_COLUMN, style="dim" if isinstance(label, str) else "")
        grid.add_column(overflow="fold")
        grid.add_row(label, told)
        self.console.print(grid)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a reader sees of a mail before opening it."""

    sender: str
    subject: str
    begins: tuple[str, ...]


def _shown(delivery: Delivery) -> _Shown:
    message = read(delivery.content)
    lines = (line.strip() for line in text_of(message).splitlines())
    begins = tuple(line for line in lines if line.strip("_"))[:_EXCERPT]
    return _Shown(message["From"].addresses[0].display_name, str(message["Subject"]), begins)


def _seat(address: str) -> int:
    """People in the order of the cast."""
    person = person_at(address)
    return EVERYBODY.index(person) if person else len(EVERYBODY)


def _name(address: str, words: Words, *, several: bool) -> str:
    """Neighbours and Anna by their first names, authorities by what they are."""
    person = person_at(address)
    if person is None:
        return address
    if person is TOM and several:
        return words.tom
    return words.authorities.get(person.key, person.first_name)
