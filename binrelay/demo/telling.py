"""The story on the terminal. Colours help and are not needed; eighty columns are enough.

Invariant: it shows values it is given and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Line

from binrelay.demo.cast import ANNA, NETWORK, person_at
from binrelay.demo.checks import Expectation
from binrelay.demo.letters import read, text_of
from binrelay.demo.scene import PARTNERS, Scene
from binrelay.demo.servers import Delivery
from binrelay.demo.stories import Words
from binrelay.model import Language, Phrases

_COLUMN = 10  # of the labels
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
        message = read(scene.arrived)
        subject = Line(f"\n{message['Subject']}", "bold")
        self.row(self._words.labels.arrives, Line(str(message["From"]), PLACE).append(subject))
        sender = message["From"].addresses[0].addr_spec
        if sender in PARTNERS:
            proven = "dmarc=pass" in str(message["Authentication-Results"])
            told = self._words.proven if proven else self._words.unproven
            self.row(
                self._words.labels.proof, Line(told.format(domain=sender.rpartition("@")[2]), GOOD if proven else BAD)
            )

    def decides(self, scene: Scene) -> None:
        """The decision as the daemon wrote it down, and its reason in the words of the notices."""
        labels, record = self._words.labels, scene.record
        self.row(labels.decides, Line(self._words.decisions[record.decision], BINRELAY))
        why = Line(self._phrases(f"why-{record.why}", self._language))
        self.row(labels.why, why.append(f" ({self._words.rule.format(rule=record.rule)})", "dim"))

    def drags(self, folder: str) -> None:
        self.row(ANNA.first_name, Line(self._words.dragged.format(folder=folder), BINRELAY))

    def receives(self, scene: Scene) -> None:
        if not scene.deliveries:
            self.row(self._words.labels.receives, Line(self._words.labels.nobody, f"bold {GOOD}"))
        for _, copies in groupby(scene.deliveries, key=lambda each: str(read(each.content)["Message-ID"])):
            self.row(self._words.labels.receives, self._received(list(copies)))

    def _received(self, copies: Sequence[Delivery]) -> RenderableType:
        """One mail: who got it, who it seems to come from, and how it begins."""
        message, labels = read(copies[0].content), self._words.labels
        people = ", ".join(_name(address, self._words) for each in copies for address in each.recipients)
        begins = [line.strip() for line in text_of(message).splitlines() if line.strip()][:_EXCERPT]
        head = Line(people, f"bold {GOOD}")
        head.append(Line(f"\n{labels.sender}: ", "not bold dim")).append(
            Line(message["From"].addresses[0].display_name, f"not bold {PLACE}")
        )
        head.append(Line(f"\n{labels.subject}: ", "not bold dim")).append(Line(str(message["Subject"]), "not bold default"))
        return Group(head, Padding(Line("\n".join(begins), "italic"), (0, 0, 0, 2)))

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
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        grid.add_column(justify="right", width=_COLUMN, style="dim" if isinstance(label, str) else "")
        grid.add_column(ratio=1, overflow="fold")
        grid.add_row(label, told)
        self.console.print(grid)


def _name(address: str, words: Words) -> str:
    """Members and Anna by their first names, authorities by what they are."""
    person = person_at(address)
    if person is None:
        return address
    return words.authorities.get(person.key, person.first_name)
