"""An admin's own text is used where it is sound; where it is not, FILE:LINE says why and nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from binrelay.model import Language
from binrelay.templates.samples import samples
from tests.settings.good import GOOD, lines, load

FOOTER = """\
Dag buur. Dit komt van {{ sender }}, via {{ network }}.
Spoed: {{ urgent_number }}. Anders: {{ other_number }}.
Weg? {{ address }}
"""


def override(folder: Path, text: str, name: str = "nl/footer-bulletin.txt") -> None:
    file = folder / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())


def footer(folder: Path, language: Language = Language.NL) -> str:
    return load(folder).phrases("footer-bulletin", language, **samples("footer-bulletin")[0])


def test_an_own_text_stands_in_place_of_ours_in_its_language_only(tmp_path: Path) -> None:
    ours = footer(tmp_path, Language.EN)
    override(tmp_path, FOOTER)
    assert footer(tmp_path).startswith("Dag buur. Dit komt van Politie")
    assert footer(tmp_path, Language.EN) == ours


def test_a_text_written_on_windows_is_a_text(tmp_path: Path) -> None:
    override(tmp_path, FOOTER.replace("\n", "\r\n"))
    assert "\r" not in footer(tmp_path)


def test_one_line_of_phrases_is_enough_to_change_one(tmp_path: Path) -> None:
    override(tmp_path, 'via = "{{ name }} ({{ network }})"\n', "nl/phrases.toml")
    phrases = load(tmp_path).phrases
    assert phrases("via", Language.NL, name="Politie", network="BIN") == "Politie (BIN)"
    assert phrases("release-nothing", Language.NL)


def test_a_file_that_is_added_later_is_seen(tmp_path: Path) -> None:
    assert tmp_path / "templates" in load(tmp_path).files
    override(tmp_path, FOOTER)
    watched = load(tmp_path).files
    assert tmp_path / "templates" / "nl" in watched
    assert tmp_path / "templates" / "nl" / "footer-bulletin.txt" in watched


BROKEN = [
    # file, old text, new text, place, a phrase of the message
    ("nl/footer-bulletin.txt", "{{ address }}", "", "1:1: footer-bulletin", "must show {{ address }}"),
    (
        "nl/footer-bulletin.txt",
        "{{ address }}",
        "{{ address }} {{ adres }}",
        "3:1: footer-bulletin",
        '"adres" is no value',
    ),
    ("nl/footer-bulletin.txt", "{{ address }}", "{{ address }", "3:1: footer-bulletin", "cannot be read"),
    ("nl/footer-bulletin.txt", "Weg?", "{% if network %}", "3:1: footer-bulletin", "cannot be read"),
    ("nl/footer-bulletin.txt", "Weg?", "{{ network.street }}", "3:1: footer-bulletin", "cannot be filled in"),
    ("nl/footer-bulletin.txt", "Weg?", "{{ 1 / 0 }}", "3:1: footer-bulletin", "cannot be filled in"),
    ("nl/footer-bulletin.txt", "Weg?", "{% include 'nl/niets' %}", "3:1: footer-bulletin", "cannot be filled in"),
    ("nl/footer-buletin.txt", "", "", "1:1: footer-buletin", 'did you mean "footer-bulletin"?'),
    ("nl/footer-bulletin.md", "", "", "", "call it NAME.txt"),
]


@pytest.mark.parametrize(("file", "old", "new", "place", "phrase"), BROKEN)
def test_a_slip_in_a_text_is_told_by_file_and_line(
    tmp_path: Path, *, file: str, old: str, new: str, place: str, phrase: str
) -> None:
    override(tmp_path, FOOTER.replace(old, new, 1) if old else FOOTER, file)
    (line,) = lines(tmp_path, GOOD)
    assert line.startswith(f"templates/{file}:{place}")
    assert phrase in line


def test_a_phrase_that_is_no_text_is_told_at_its_line(tmp_path: Path) -> None:
    override(tmp_path, 'via = "{{ name }}, {{ network }}"\nmember-named = 7\n', "fr/phrases.toml")
    (line,) = lines(tmp_path, GOOD)
    assert line.startswith("templates/fr/phrases.toml:2:1: member-named: must be a text in quotes")


def test_toml_that_cannot_be_read_is_told_at_its_line(tmp_path: Path) -> None:
    override(tmp_path, 'via = "{{ name }}, {{ network }}"\nmember-named = \n', "fr/phrases.toml")
    (line,) = lines(tmp_path, GOOD)
    assert line.startswith("templates/fr/phrases.toml:2:1: cannot be read")


def test_a_text_in_latin_1_is_refused_with_the_cure(tmp_path: Path) -> None:
    override(tmp_path, FOOTER)
    (tmp_path / "templates/nl/footer-bulletin.txt").write_bytes("coördinator".encode("latin-1"))
    assert "save it as UTF-8" in lines(tmp_path, GOOD)[0]


def test_an_own_text_cannot_reach_into_the_program(tmp_path: Path) -> None:
    override(tmp_path, FOOTER + "{{ network.__class__.__mro__ }}\n")
    assert "cannot be filled in" in lines(tmp_path, GOOD)[0]
