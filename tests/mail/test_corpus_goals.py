"""On mails that real systems and real attackers wrote: the goals, class by class. `make corpus` prints the whole table."""

from __future__ import annotations

import pytest

from tests.corpus_table.__main__ import goals
from tests.corpus_table.table import measure
from tests.mail.corpora import needs_corpora

pytestmark = needs_corpora
SHOWN = {
    ("bounce",): "bounces",
    ("auto-reply", "machine-report"): "automatic",
    ("human", "command"): "people",
    ("forged",): "forged",
}


@pytest.mark.parametrize("kinds", SHOWN)
def test_the_goals_of_a_class_are_kept(kinds: tuple[str, ...]) -> None:
    figures = measure(kinds)
    assert sum(figures.labels[kinds[0]].values()) > 0
    about = ("crashes", "mails whose relayed parts differ", SHOWN[kinds])
    assert [goal for goal, kept in goals(figures).items() if goal.startswith(about) and not kept] == []


@pytest.mark.parametrize("kinds", [("robust",), ("list", "notification", "spam", "body-text")])
def test_nothing_crashes_and_every_part_goes_out_as_it_came(kinds: tuple[str, ...]) -> None:
    figures = measure(kinds)
    assert sum(figures.relayed.values()) > 200
    assert (figures.crashes, figures.differing) == ([], [])
