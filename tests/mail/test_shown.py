"""A long text is looked through page by page, and nobody stands between two pages."""

from __future__ import annotations

import pytest

from binrelay.mail.scrub import Redactor, redactor
from binrelay.mail.scrub_html import scrub_html
from binrelay.mail.shown import applied, as_it_is, edits
from tests.mail.outgoing import PIET, PSEUDONYM

PAGE = 8_192
FAR = range(PAGE - 400, PAGE + 2_900, 61)


@pytest.fixture(scope="module")
def piet() -> Redactor:
    return redactor(PIET, PSEUDONYM)


@pytest.mark.parametrize(
    "written", ["piet@mail.example", "pi\u200bet@mail.example", "piet@mail.\r\nexample", "Piet Jansen"]
)
def test_whoever_stands_at_the_border_of_a_page_is_taken_out_once(written: str, piet: Redactor) -> None:
    for at in FAR:
        text = "x" * at + " " + written + " " + "y" * PAGE
        clean = piet.text(text).replace("\u200b", "").replace("\r\n", "")
        assert clean == f"{'x' * at} {PSEUDONYM} {'y' * PAGE}", at


def test_whoever_stands_at_the_border_of_a_page_is_taken_out_of_html_too(piet: Redactor) -> None:
    for at in FAR:
        page = "<p>" + "&amp;" * at + " pi<b>et</b>&#64;mail.example " + "y" * PAGE
        clean = scrub_html(page, piet)
        assert "mail.example" not in clean, at
        assert clean.count(PSEUDONYM) == 1, at


def test_a_first_name_in_the_middle_of_a_long_line_signs_nothing(piet: Redactor) -> None:
    for at in FAR:
        line = "zag " * (at // 4) + "Piet loopt " + "met de hond " * 900
        assert piet.text(line) == line, at


def test_somebody_who_stands_there_a_thousand_times_is_gone_a_thousand_times(piet: Redactor) -> None:
    assert piet.text("piet@mail.example, " * 5_000) == f"{PSEUDONYM}, " * 5_000


def test_where_two_finds_overlap_all_under_both_goes_and_one_stands_in() -> None:
    assert applied("abcdefgh", [(1, 4, "X"), (2, 6, "Y"), (6, 7, "Z")]) == "aXZh"
    assert applied("abc", []) == "abc"


def test_finds_come_in_the_order_of_the_text_and_once() -> None:
    text = "0123456789" * 5_000
    found = list(edits(as_it_is(text), lambda page: [(at, at + 1) for at, each in enumerate(page) if each == "7"], ""))
    assert found == [(at, at + 1, "") for at in range(7, len(text), 10)]
