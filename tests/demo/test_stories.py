"""The words of the story fit the terminal and the program, in every language."""

from __future__ import annotations

from dataclasses import astuple, fields

import pytest

from binrelay.demo.cast import toms_language
from binrelay.demo.stories import Words, words_in
from binrelay.model import Language

DECISIONS = {"bulletin", "reply", "answer", "report", "hold", "ignore", "bounce", "leave"}
KINDS = {"bulletin", "reply", "answer", "report", "thanks", "notice"}


@pytest.fixture(params=list(Language))
def words(request: pytest.FixtureRequest) -> Words:
    return words_in(request.param)


def test_every_scene_decision_and_kind_of_mail_has_its_words(words: Words) -> None:
    assert len(words.scenes) == 7
    assert set(words.decisions) == DECISIONS
    assert set(words.files) == KINDS
    assert all(name.isascii() and " " not in name for name in (*words.files.values(), words.gets))


def test_labels_fit_their_column_and_sentences_are_short(words: Words) -> None:
    labels = [getattr(words.labels, field.name) for field in fields(words.labels) if field.name != "nobody"]
    assert max(map(len, labels)) <= 13
    assert max(map(len, astuple(words.claims))) <= 90


def test_the_lure_stands_in_the_forged_mail_and_jans_name_in_his_reply(words: Words) -> None:
    assert words.lure in words.forged.body
    assert "Jan de Wit" in words.saw


def test_tom_never_reads_the_language_of_his_neighbours() -> None:
    assert all(toms_language(language) is not language for language in Language)
