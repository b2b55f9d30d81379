"""`binrelay member …` as an admin types it: what changes, what is said, the code it ends with."""

from __future__ import annotations

import json

import pytest

from tests.roster.terminal import Terminal
from tests.settings.good import GOOD, write

SECOND = GOOD[GOOD.index("  - id: park") : GOOD.index("retry:")]
SECOND = SECOND.replace("park", "plein").replace("BIN Park", "BIN Plein")
MORE = "# the list of the association\n- els@mail.example   # treasurer\n- {address: kees@mail.example, paused: true}\n"


def test_a_member_comes_pauses_resumes_and_goes(terminal: Terminal) -> None:
    before = terminal.config.read_text()
    assert terminal("member", "add", "Kim de Wit <kim@x.example>", "--also", "k@work.example", "--language", "en") == 0
    assert "kim@x.example is a member of BIN Park now" in terminal.out
    assert "3 members" in terminal.out
    line = "      - {address: kim@x.example, name: Kim de Wit, also: [k@work.example], language: en}\n"
    assert terminal.config.read_text().replace(line, "") == before
    assert terminal("member", "pause", "k@work.example") == 0
    assert terminal.config.read_text().replace(line.replace("}", ", paused: true}"), "") == before
    assert terminal("member", "pause", "kim@x.example") == 0
    assert "as before" in terminal.out
    assert terminal("member", "resume", "KIM@x.example") == 0
    assert terminal("member", "remove", "kim@x.example") == 0
    assert "(also k@work.example)" in terminal.out
    assert terminal.config.read_text() == before


def test_the_list_shows_who_gets_bulletins_and_why_not(terminal: Terminal) -> None:
    terminal("member", "pause", "jan@mail.example")
    assert terminal("member", "list") == 0
    assert "2 members, 1 of them gets" in terminal.out
    assert "paused in the YAML" in terminal.out
    assert terminal("member", "list", "--json") == 0
    jan, piet = (json.loads(line) for line in terminal.out.splitlines())
    assert (jan["address"], jan["active"], jan["why"]) == ("jan@mail.example", False, "paused in the YAML")
    assert (piet["name"], piet["also"], piet["active"]) == ("Piet Jansen", ["piet@work.example"], True)


def test_a_members_file_takes_new_members_and_gives_up_old_ones(terminal: Terminal) -> None:
    write(terminal.config.parent, MORE, "more.yaml")
    text = GOOD.replace("    folders:", "    members_file: more.yaml\n    folders:")
    write(terminal.config.parent, text)
    file = terminal.config.with_name("more.yaml")
    assert terminal("member", "add", "kim@x.example") == 0
    assert str(file) in terminal.out
    assert file.read_text() == MORE + "- kim@x.example\n"
    assert terminal("member", "remove", "els@mail.example", "jan@mail.example") == 0
    assert file.read_text() == MORE.replace("- els@mail.example   # treasurer\n", "") + "- kim@x.example\n"
    assert terminal.config.read_text() == text.replace("      - jan@mail.example\n", "")
    assert terminal("member", "resume", "kees@mail.example") == 0
    assert "- kees@mail.example\n" in file.read_text()


def test_with_several_networks_one_must_be_named(terminal: Terminal) -> None:
    write(terminal.config.parent, GOOD.replace("retry:", SECOND + "retry:"))
    before = terminal.config.read_text()
    for words in (["add", "kim@x.example"], ["remove", "jan@mail.example"], ["pause", "jan@mail.example"]):
        assert terminal("member", *words) == 64
        assert "Known are: park, plein" in terminal.error
    assert terminal("member", "add", "kim@x.example", "--network", "straat") == 64
    assert terminal.config.read_text() == before
    assert terminal("member", "add", "kim@x.example", "--network", "plein") == 0
    at = terminal.config.read_text().index("kim@x.example")
    assert at > terminal.config.read_text().index("id: plein")
    assert terminal("member", "list", "--json") == 0
    assert [json.loads(line)["network"] for line in terminal.out.splitlines()] == ["park"] * 2 + ["plein"] * 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "anna@home.example"], 78, ":27:9: networks.0.members.2: this address is already a coordinator"),
        (["add", "nieuw@mail.example", "jan@mail.example"], 65, "jan@mail.example is a member of"),
        (["add", "kim@x.example", "--also", "agent@politie.example"], 78, "already a sender of partner politie"),
        (["add", "kim"], 65, "kim: address: is no mail address"),
        (["add", "kim@x.example", "--language", "sv"], 65, '"sv" is not one of nl, en, fr, de'),
        (["add", "kim@x.example", "els@x.example", "--name", "Kim"], 64, "Details belong to one member"),
        (["remove", "jan@mail.example", "nobody@x.example"], 67, "nobody@x.example is no member of BIN Park"),
        (["pause", "nobody@x.example"], 67, "Nothing was changed"),
    ],
)
def test_what_cannot_be_changes_nothing_and_says_why(
    terminal: Terminal, words: list[str], code: int, said: str
) -> None:
    assert terminal("member", *words) == code
    assert said in terminal.error
    assert terminal.config.read_text() == GOOD


def test_a_configuration_that_is_broken_already_is_told_by_its_line(terminal: Terminal) -> None:
    write(terminal.config.parent, GOOD.replace("senders:", "sendrs:", 1))
    assert terminal("member", "add", "kim@x.example") == 78
    assert f"{terminal.config}:17:9: networks.0.partners.0.sendrs: unknown key" in terminal.error
