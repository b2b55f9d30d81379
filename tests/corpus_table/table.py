"""The figures of the corpora by class: recognised, rightly named, held, relayed whole. Names of files at most."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from binrelay.mail.dsn import DeliveryReport, read_delivery_report
from tests.corpus_table.judging import as_forgery, held_or_stranger, is_relayed_whole, label, read, relayed
from tests.mail.corpora import CORPORA, expected, rows

_ENHANCED = re.compile(r"[245]\.\d+\.\d+")
NO_MAILS = ("imap", "address-test", "strings")
WANTED = {"bounce": "bounce", "auto-reply": "automatic", "machine-report": "automatic", "human": "ordinary"}


@dataclass(slots=True)
class Figures:
    labels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # class → what we take it for
    relayed: Counter[str] = field(default_factory=Counter)  # class → mails composed as a bulletin
    differing: list[str] = field(default_factory=list)
    believed: list[str] = field(default_factory=list)  # forged samples that anything was sent for
    crashes: list[str] = field(default_factory=list)
    named: Counter[str] = field(default_factory=Counter)  # of bounces: recipient and status, "right" and "asked"

    def share(self, kind: str, taken_for: str) -> float:
        counted = self.labels[kind]
        return counted[taken_for] / max(sum(counted.values()), 1)

    def precision(self, taken_for: str) -> float:
        """Of the labelled mails taken for it, how many are; a list's and a newsletter's own class are left out."""
        right = sum(self.labels[kind][taken_for] for kind, wanted in WANTED.items() if wanted == taken_for)
        wrong = sum(self.labels[kind][taken_for] for kind, wanted in WANTED.items() if wanted != taken_for)
        return right / max(right + wrong, 1)


def samples() -> Iterator[Mapping[str, str]]:
    return (row for row in rows() if row["expected_class"] not in NO_MAILS)


def measure(only: tuple[str, ...] = ()) -> Figures:
    """Every sample, or those of some classes."""
    figures = Figures()
    for row in samples():
        kind = row["expected_class"]
        if only and kind not in only:
            continue
        try:
            _one(figures, kind, CORPORA / row["file"])
        except Exception as error:  # counting what crashes is what this is for
            figures.crashes.append(f"{row['file']}: {type(error).__name__}")
    if not only or "bounce" in only:
        _name_recipients(figures)
        _name_statuses(figures)
    return figures


def _one(figures: Figures, kind: str, path: Path) -> None:
    message = read(path)
    figures.labels[kind][label(message)] += 1
    decision, before, after = relayed(message)
    if decision == "bulletin":
        figures.relayed[kind] += 1
        if not is_relayed_whole(before, after):
            figures.differing.append(path.name)
    if kind == "forged" and not all(map(held_or_stranger, as_forgery(message))):
        figures.believed.append(path.name)


def _name_recipients(figures: Figures) -> None:
    for path, wanted in expected("bounce", "rcpt", "temp", "final_rcpt", "orig_rcpt"):
        report = read_delivery_report(read(path))
        named = {each.address.key for each in report.recipients} if report else set()
        figures.named["recipients asked"] += 1
        figures.named["recipients right"] += bool(named and named <= wanted)


def _name_statuses(figures: Figures) -> None:
    """Only codes that stand in the mail itself: some labels are a library's own conclusions."""
    for path, wanted in expected("bounce", "dsn"):
        code = next(word for word in wanted if _ENHANCED.fullmatch(word))
        if code.encode() in path.read_bytes():
            figures.named["statuses asked"] += 1
            figures.named["statuses right"] += code in _statuses(read_delivery_report(read(path)))


def _statuses(report: DeliveryReport | None) -> set[str | None]:
    return {report.status, *(each.status for each in report.recipients)} if report else set()
