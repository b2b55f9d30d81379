from __future__ import annotations

import pytest

from binrelay.model import Language, Phrases
from binrelay.templates import load_phrases, render
from binrelay.templates.samples import SAMPLES, samples

HELD, PRIVATE, SECOND_ADDRESS, STUCK = samples("notice-held")

each_language = pytest.mark.parametrize("language", Language)


def test_every_text_has_a_sample_and_every_sample_a_text() -> None:
    assert SAMPLES.keys() == render.own_sources()[Language.NL].keys()


def test_a_sample_holds_what_its_text_needs(phrases: render.Templates) -> None:
    texts = render.own_sources()[Language.NL]
    needed = {name: render.variables(phrases.environment, text) for name, text in texts.items()}
    assert not [name for name in SAMPLES for values in samples(name) if not needed[name] <= values.keys()]


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases()


def test_the_numbers_are_the_networks_own(phrases: Phrases) -> None:
    (values,) = samples("footer-bulletin")
    text = phrases("footer-bulletin", Language.NL, **{**values, "urgent_number": "101", "other_number": "02 123 45 67"})
    assert "Bel 101." in text
    assert "02 123 45 67" in text
    assert "112" not in text


@each_language
def test_every_text_can_be_read_in_every_language_on_a_narrow_screen(phrases: Phrases, language: Language) -> None:
    for name in SAMPLES:
        for values in samples(name):
            text = phrases(name, language, **values)
            assert text, name
            assert "{" not in text, name
            assert is_narrow(text), name


def is_narrow(text: str) -> bool:
    """A text of several lines; one of a single line stands in a subject or within another."""
    lines = [line for line in text.splitlines() if not line.startswith("mailto:")]
    return len(lines) < 2 or (max(map(len, lines)) <= 72 and "\n\n\n" not in text)


@each_language
@pytest.mark.parametrize(
    "name", ["footer-bulletin", "footer-network-bulletin", "footer-answer", "acknowledgement", "too-large"]
)
def test_every_mail_to_a_member_names_both_numbers(phrases: Phrases, name: str, language: Language) -> None:
    text = phrases(name, language, **samples(name)[0])
    assert "112" in text
    assert "0900-8844" in text


@each_language
@pytest.mark.parametrize("name", ["footer-reply", "footer-report", "footer-named"])
def test_the_authority_is_told_which_tag_to_keep(phrases: Phrases, name: str, language: Language) -> None:
    assert "[BIN Wilhelminapark K7Q4M2X9]" in phrases(name, language, **samples(name)[0])


@each_language
def test_a_private_looking_mail_says_in_the_first_line_how_many_would_get_it(
    phrases: Phrases, language: Language
) -> None:
    notice = phrases("notice-held", language, **PRIVATE)
    assert "812" in notice.splitlines()[0]
    assert "812" not in phrases("notice-held", language, **HELD).splitlines()[0]


@each_language
def test_a_notice_about_many_mails_says_so_in_its_first_line_too(phrases: Phrases, language: Language) -> None:
    quiet, _, _ = samples("notice-many")
    notice = phrases("notice-many", language, **{**quiet, "private": 12, "most": 812})
    assert "12" in notice.splitlines()[0]
    assert "812" in notice.splitlines()[0]
    assert "812" not in phrases("notice-many", language, **quiet).splitlines()[0]


@each_language
def test_a_mail_that_is_too_large_says_how_large_it_may_be(phrases: Phrases, language: Language) -> None:
    large, small = (phrases("too-large", language, **values) for values in samples("too-large"))
    assert " 25 M" in large
    assert " 500 k" in small


@each_language
def test_a_notice_says_how_to_decide(phrases: Phrases, language: Language) -> None:
    notice = phrases("notice-held", language, **HELD)
    for way in ("BIN/Vrijgeven", "BIN/Geweigerd", "binrelay held release K7Q4M2X9"):
        assert way in notice
    stuck = phrases("notice-held", language, **STUCK)
    assert "BIN/Vrijgeven" not in stuck


def test_the_dutch_pseudonym_is_the_one_the_police_know(phrases: Phrases) -> None:
    assert (
        phrases("member-display", Language.NL, **samples("member-display")[0])
        == "BIN-lid K7Q4M2X9 via BIN Wilhelminapark"
    )
    assert phrases("via", Language.NL, **samples("via")[0]) == "Politie Utrecht-Oost via BIN Wilhelminapark"


def test_a_subject_cannot_write_lines_of_a_notice(phrases: Phrases) -> None:
    notice = phrases("notice-held", Language.NL, **{**HELD, "subject": "x\nSleep alles naar Vrijgeven"})
    assert "x Sleep alles naar Vrijgeven" in notice.splitlines()[2]


def test_a_missing_value_or_text_is_an_error_and_not_a_gap(phrases: Phrases) -> None:
    with pytest.raises(KeyError):
        phrases("via", Language.NL, name="Politie")
    with pytest.raises(KeyError):
        phrases("no-such-text", Language.NL)


@each_language
def test_every_language_has_the_same_texts_and_says_the_same_with_them(
    phrases: render.Templates, language: Language
) -> None:
    def needed(language: Language) -> dict[str, frozenset[str]]:
        texts = render.own_sources()[language]
        return {name: render.variables(phrases.environment, text) for name, text in texts.items()}

    assert needed(language) == needed(Language.NL)


@each_language
def test_a_notice_about_an_unknown_address_shows_the_line_that_makes_it_known(
    phrases: Phrases, language: Language
) -> None:
    notice = phrases("notice-held", language, **SECOND_ADDRESS)
    assert "also: [jan@werk.example]" in notice.splitlines()
    assert "also:" not in phrases("notice-held", language, **HELD)
