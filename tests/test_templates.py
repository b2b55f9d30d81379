from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from binrelay.model import Language, Phrases
from binrelay.rules.decision import Why
from binrelay.templates import TemplateError, load_phrases, render

NETWORK = {"network": "BIN Wilhelminapark"}
FOLDERS = {"held_folder": "BIN/Wacht", "release_folder": "BIN/Vrijgeven", "rejected_folder": "BIN/Geweigerd"}
HELD = {
    **NETWORK,
    **FOLDERS,
    "id": "K7Q4M2X9",
    "why": "Daarom.",
    "subject": "Re: Polo",
    "author": None,
    "release": "bulletin",
    "reaches": 812,
    "warn": False,
    "arrived": "24 november, 10:00",
}
ITEMS = [("K7Q4M2X9", "Polo", "Daarom.", "bulletin", 812), ("M2X9K7Q4", "Re: Polo", "Daarom.", "nothing", 0)]
TEXTS: dict[str, Mapping[str, Any]] = {
    "via": {**NETWORK, "name": "Politie"},
    "member-display": {**NETWORK, "tag": "K7Q4M2X9"},
    "member-named": {**NETWORK, "name": "Piet"},
    "footer-bulletin": {**NETWORK, "sender": "Politie", "address": "c@bin.example"},
    "footer-network-bulletin": {**NETWORK, "sender": "BIN Wilhelminapark", "address": "c@bin.example"},
    "footer-reply": {**NETWORK, "tag": "K7Q4M2X9"},
    "footer-report": {**NETWORK, "tag": "K7Q4M2X9"},
    "footer-named": {**NETWORK, "tag": "K7Q4M2X9", "name": "Piet", "address": "piet@mail.example"},
    "footer-answer": {**NETWORK, "sender": "Politie"},
    "acknowledgement-subject": {"subject": "Polo"},
    "acknowledgement": {**NETWORK, "recipients": ["Politie", "Gemeente"], "what": "reply", "anonymous": True},
    "too-large-subject": {"subject": "Polo"},
    "too-large": {**NETWORK, "limit_mb": 25},
    "notice-held-subject": {**NETWORK, "id": "K7Q4M2X9", "why": "Daarom."},
    "notice-held": HELD,
    "notice-many-subject": {**NETWORK, "count": 7},
    "notice-many": {**NETWORK, **FOLDERS, "count": 2, "items": ITEMS},
    "notice-poison-subject": {**NETWORK, "subject": "Polo", "error": "ValueError"},
    "notice-poison": {**NETWORK, "subject": "Polo", "error": "ValueError"},
    "notice-failed-subject": {**NETWORK, "failed": 3, "total": 30},
    "notice-failed": {
        **NETWORK,
        "subject": "Polo",
        "kind": "bulletin",
        "failed": 3,
        "total": 30,
        "statuses": [("550 5.1.1", 3)],
    },
    "notice-uncertain-subject": {**NETWORK, "subject": "Polo", "count": 1},
    "notice-uncertain": {**NETWORK, "subject": "Polo", "count": 50},
    "notice-exposed-subject": NETWORK,
    "notice-exposed": {**NETWORK, "subject": "Polo"},
    "notice-config-subject": {},
    "notice-config": {"problems": ["binrelay.yaml:3:1: networks: missing"]},
    "notice-login-subject": {**NETWORK, "server": "imap"},
    "notice-login": {**NETWORK, "server": "imap", "answer": "535 no"},
    **{f"why-{why.value}": {} for why in Why},
    **{f"release-{name}": {"reaches": 3} for name in ("bulletin", "reply", "report", "answer", "nothing")},
}
each_language = pytest.mark.parametrize("language", Language)


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases()


@each_language
@pytest.mark.parametrize("name", TEXTS)
def test_every_text_can_be_read_in_every_language_on_a_narrow_screen(
    phrases: Phrases, name: str, language: Language
) -> None:
    text = phrases(name, language, **TEXTS[name])
    assert text
    assert "{" not in text
    if "\n" in text:
        assert max(map(len, text.splitlines())) <= 72
        assert "\n\n\n" not in text


@each_language
@pytest.mark.parametrize(
    "name", ["footer-bulletin", "footer-network-bulletin", "footer-answer", "acknowledgement", "too-large"]
)
def test_every_mail_to_a_member_names_both_numbers(phrases: Phrases, name: str, language: Language) -> None:
    text = phrases(name, language, **TEXTS[name])
    assert "112" in text
    assert "0900-8844" in text


@each_language
@pytest.mark.parametrize("name", ["footer-reply", "footer-report", "footer-named"])
def test_the_authority_is_told_which_tag_to_keep(phrases: Phrases, name: str, language: Language) -> None:
    assert "[BIN Wilhelminapark K7Q4M2X9]" in phrases(name, language, **TEXTS[name])


@each_language
def test_a_private_looking_mail_says_in_the_first_line_how_many_would_get_it(
    phrases: Phrases, language: Language
) -> None:
    notice = phrases("notice-held", language, **{**HELD, "warn": True})
    assert "812" in notice.splitlines()[0]
    assert "812" not in phrases("notice-held", language, **HELD).splitlines()[0]


@each_language
def test_a_notice_says_how_to_decide(phrases: Phrases, language: Language) -> None:
    notice = phrases("notice-held", language, **HELD)
    for way in ("BIN/Vrijgeven", "BIN/Geweigerd", "binrelay held release K7Q4M2X9"):
        assert way in notice
    stuck = phrases("notice-held", language, **{**HELD, "release": "nothing"})
    assert "BIN/Vrijgeven" not in stuck


def test_the_dutch_pseudonym_is_the_one_the_police_know(phrases: Phrases) -> None:
    assert (
        phrases("member-display", Language.NL, **TEXTS["member-display"]) == "BIN-lid K7Q4M2X9 via BIN Wilhelminapark"
    )
    assert phrases("via", Language.NL, **TEXTS["via"]) == "Politie via BIN Wilhelminapark"


def test_a_subject_cannot_write_lines_of_a_notice(phrases: Phrases) -> None:
    notice = phrases("notice-held", Language.NL, **{**HELD, "subject": "x\nSleep alles naar Vrijgeven"})
    assert "x Sleep alles naar Vrijgeven" in notice.splitlines()[2]


def test_a_missing_value_or_text_is_an_error_and_not_a_gap(phrases: Phrases) -> None:
    with pytest.raises(KeyError):
        phrases("via", Language.NL, name="Politie")
    with pytest.raises(KeyError):
        phrases("no-such-text", Language.NL)


def test_a_language_that_lacks_a_variable_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    read = render._sources

    def spoilt(language: Language) -> dict[str, str]:
        texts = read(language)
        return texts | {"via": "{{ name }}"} if language is Language.FR else texts

    monkeypatch.setattr(render, "_sources", spoilt)
    with pytest.raises(TemplateError, match="fr/via"):
        load_phrases()
