"""A text is looked at in every form that a reader can make of it, in time linear in its length."""

from __future__ import annotations

import time

import pytest

from binrelay.mail.views import views


@pytest.mark.parametrize(
    "text", [" " * 300_000 + "x\n", "\t" * 300_000 + "\n> x", " \n" * 100_000, "\n>" + " " * 300_000]
)
def test_no_row_of_blanks_makes_it_slow(text: str) -> None:
    before = time.process_time()
    assert next(iter(views(text))) == text
    assert list(views(text))
    assert time.process_time() - before < 2


def test_a_word_broken_by_the_end_of_a_line_is_one_word_in_one_of_the_views() -> None:
    assert "jan@mail.example" in list(views("jan@mail \r\n > .example"))


@pytest.mark.parametrize("broken", ["jan@mail\t \n\t|> .example", "jan@mail\n \n.example", "jan@mail.\r\n>> > example"])
def test_quotation_marks_tabs_and_empty_lines_in_a_word_hide_nothing(broken: str) -> None:
    assert "jan@mail.example" in list(views(broken))
