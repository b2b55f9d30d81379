"""The story on the terminal. Colours help and are not needed; eighty columns are enough.

Invariant: it shows values it is given and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

from binrelay.demo.cast import ANNA, COORDINATOR, MX, NEIGHBOURS, NETWORK, PASSWORD, Person, person_at
from binrelay.demo.checks import Expectation
from binrelay.demo.letters import read, text_of
from binrelay.demo.scene import MEMBERS, PARTNERS, Scene
from binrelay.demo.servers import LOOPBACK, Delivery
from binrelay.demo.stories import Words
from binrelay.mail.message import read_message
from binrelay.model import Language, Phrases

_WIDEST = 92  # columns; longer lines tire the eye
_COLUMN = 11  # of labels
_EXCERPT = 2  # lines
YELLOW, GREEN, RED, BLUE = "bold yellow", "green", "bold red", "cyan"


class Telling:
    def __init__(self, console: Console, words: Words, *, language: Language, phrases: Phrases) -> None:
        self._console = console
        self._words = words
        self._language = language
        self._phrases = phrases
        self._tick, self._cross, self._bar = "✓✗│" if console.encoding.startswith("utf") else "+x|"

    def opens(self) -> None:
        title = Line(f" binrelay demo · {NETWORK} · {self._words.title} ", YELLOW)
        self._print(Panel(self._words.intro, title=title, box=box.ROUNDED, border_style="yellow", padding=(0, 1)))

    def starting(self) -> AbstractContextManager[object]:
        """Something that moves while the servers start; nothing where nobody watches."""
        return self._console.status(self._words.starting) if self._console.is_terminal else nullcontext()

    def title(self, number: int) -> None:
        self._print("")
        name = f"[bold]{number}  {self._words.scenes[number - 1].title}[/]"
        self._print(Rule(name, align="left", style="yellow", characters="─" if self._bar == "│" else "-"))

    def arrives(self, scene: Scene) -> None:
        labels, message = self._words.labels, read(scene.arrived)
        rows = _Rows()
        sender = Line.assemble((str(message["From"]), BLUE), "\n", (str(message["Subject"]), "bold"))
        rows.add(labels.arrives, sender)
        proof = self._proof(scene)
        if proof:
            rows.add(labels.proof, proof)
        self._print(rows.table)

    def _proof(self, scene: Scene) -> Line | None:
        """What the provider says of who wrote it; a member's mail needs no proof."""
        message = read(scene.arrived)
        sender = message["From"].addresses[0].addr_spec
        if sender not in PARTNERS:
            return None
        proven = "dmarc=pass" in str(message["Authentication-Results"])
        told = self._words.proven if proven else self._words.unproven
        return Line(told.format(domain=sender.rpartition("@")[2], mx=MX), GREEN if proven else RED)

    def decides(self, scene: Scene) -> None:
        """The decision and its reason, in the words of the notices."""
        labels, record = self._words.labels, scene.record
        rows = _Rows()
        rows.add(labels.decides, Line(self._words.decisions[record.decision], YELLOW))
        why = Line(self._phrases(f"why-{record.why}", self._language))
        rows.add(labels.why, why.append(f"  ({self._words.rule.format(rule=record.rule)})", "dim"))
        self._print(rows.table)

    def drags(self, folder: str) -> None:
        rows = _Rows()
        rows.add(ANNA.first_name, Line(self._words.dragged.format(folder=folder), YELLOW))
        self._print(rows.table)

    def receives(self, scene: Scene) -> None:
        rows = _Rows()
        for _, copies in groupby(scene.deliveries, key=lambda each: read(each.content)["Message-ID"]):
            same = list(copies)
            rows.add(self._words.labels.receives, self._received(same))
        if not scene.deliveries:
            rows.add(self._words.labels.receives, Line(self._words.labels.nobody, "bold"))
        self._print(rows.table)

    def _received(self, copies: Sequence[Delivery]) -> RenderableType:
        """One mail: who got it, who it seems to come from, and how it begins."""
        message = read(copies[0].content)
        people = [address for each in copies for address in each.recipients]
        lines = [line.strip() for line in text_of(message).splitlines() if line.strip()][:_EXCERPT]
        head = Line(self._names(people), f"bold {GREEN}")
        head.append(f"\n{self._words.labels.sender}: ", "dim").append(message["From"].addresses[0].display_name, BLUE)
        head.append(f"\n{self._words.labels.subject}: ", "dim").append(str(message["Subject"]))
        excerpt = Line("\n".join(lines), "italic")
        return Group(head, Padding(excerpt, (0, 0, 0, 2)))

    def _names(self, addresses: Sequence[str]) -> str:
        people = [_name(address) for address in addresses]
        missing = [person.first_name for person in NEIGHBOURS if person.address not in addresses]
        if len(people) > 1 and set(addresses) < set(MEMBERS) and len(missing) == 1:
            return f"{self._words.everybody.format(names=missing[0])}"
        return ", ".join(people)

    def unknown(self, number: int) -> None:
        rows = _Rows()
        rows.add(self._words.labels.unknown, Line(self._words.scenes[number - 1].unknown, "magenta"))
        self._print(rows.table)

    def expectations(self, expectations: Sequence[Expectation]) -> None:
        rows = _Rows()
        for each in expectations:
            mark = Line(self._tick if each.held else self._cross, f"bold {GREEN}" if each.held else RED)
            told = Line(each.sentence, "" if each.held else RED)
            if not each.held:
                told.append(f"\n{self._words.seen.format(seen=each.seen)}", "red")
            rows.add(mark, told)
        self._print(rows.table)

    def ends(self, expectations: Sequence[Expectation]) -> None:
        self._print("")
        self._print(Rule(f"[bold]{self._words.summary}[/]", align="left", style="yellow", characters="─" if self._bar == "│" else "-"))
        self.expectations(expectations)

    def _print(self, what: RenderableType) -> None:
        self._console.print(what)
