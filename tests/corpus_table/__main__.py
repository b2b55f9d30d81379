"""`make corpus`: one table over the mails that nobody here wrote. Exit code 1 where a goal is missed."""

from __future__ import annotations

import sys

from tests.corpus_table.table import WANTED, Figures, measure
from tests.mail.corpora import CORPORA

LABELS = ("bounce", "automatic", "list", "ordinary")
BOUNCES, AUTOMATIC, MISTAKEN = 0.97, 0.95, 0.005


def show(figures: Figures) -> None:
    print(f"{'class':<16}{'mails':>6}  taken for: " + "".join(f"{label:>10}" for label in LABELS) + f"{'recall':>9}")
    for kind, counted in sorted(figures.labels.items()):
        recall = f"{figures.share(kind, WANTED[kind]):>8.1%}" if kind in WANTED else f"{'–':>8}"
        cells = "".join(f"{counted[label]:>10}" for label in LABELS)
        print(f"{kind:<16}{sum(counted.values()):>6}{'':>13}{cells} {recall}")
    for label in ("bounce", "automatic", "ordinary"):
        print(f"precision, {label}: {figures.precision(label):.1%}")
    for what in ("recipients", "statuses"):
        right, asked = figures.named[f"{what} right"], figures.named[f"{what} asked"]
        print(f"bounces, {what} right: {right} of {asked}, {right / max(asked, 1):.1%}")
    print(f"composed as bulletins: {sum(figures.relayed.values())}")


def goals(figures: Figures) -> dict[str, bool]:
    right = figures.named["recipients right"] / max(figures.named["recipients asked"], 1)
    return {
        f"bounces recognised, at least {BOUNCES:.0%}": figures.share("bounce", "bounce") >= BOUNCES,
        f"bounces with the right recipient, at least {BOUNCES:.0%}": right >= BOUNCES,
        f"automatic mail recognised, at least {AUTOMATIC:.0%}": figures.share("auto-reply", "automatic") >= AUTOMATIC,
        f"people taken for machines, at most {MISTAKEN:.1%}": figures.share("human", "automatic") <= MISTAKEN,
        "people taken for bounces: none": figures.labels["human"]["bounce"] == 0,
        f"forged mails believed: none {figures.believed or ''}": not figures.believed,
        f"crashes: none {figures.crashes or ''}": not figures.crashes,
        f"mails whose relayed parts differ: none {figures.differing or ''}": not figures.differing,
    }


def main() -> int:
    if not CORPORA.is_dir():
        print(f"the mail corpora are absent: {CORPORA}")
        return 66
    figures = measure()
    show(figures)
    kept = goals(figures)
    for goal, held in kept.items():
        print(f"{'kept  ' if held else 'MISSED'}  {goal}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
