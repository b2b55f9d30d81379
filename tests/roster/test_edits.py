"""The admin's YAML after each edit: the lines that were meant differ, and no other."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

from binrelay.mail.address import Address, parse_address
from binrelay.roster.draft import Draft, drafting
from binrelay.roster.entry import Entry
from tests.settings.good import GOOD, write

COMMENTED = """\
    members:                 # who receives bulletins
      # the park side
      - jan@mail.example     # number 4
      - "els@mail.example"
      # the water side
      -   address: piet@mail.example   # first he, then his wife
          name: 'Piet  Jansen'
          also: [ piet@work.example ,gea@work.example ]

      - {name: Zoë de Wit, address: zoe@mail.example}  # the bakery
      # no more on this side
"""
BRACKETS = "    members: [jan@mail.example, {address: els@mail.example}, piet@mail.example]  # all of them\n"
ROWS = """\
    members: [
      jan@mail.example,   # number 4
      els@mail.example,   # number 5
      {address: piet@mail.example, paused: true}   # number 6
    ]
"""
MEMBERS = GOOD[GOOD.index("    members:\n") : GOOD.index("    folders:")]
Work = Callable[[Draft], object]


def address(text: str) -> Address:
    parsed = parse_address(text)
    assert parsed is not None
    return parsed


def edit(path: Path, work: Work) -> list[str]:
    """What an edit changed: a line each, `-` as it was and `+` as it is."""
    before = path.read_bytes().decode()
    with drafting(path, {}) as draft:
        work(draft)
        draft.write()
    after = path.read_bytes().decode()
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line[0] + line[2:] for line in lines if line[0] in "+-"]


def yaml(folder: Path, members: str) -> Path:
    return write(folder, GOOD.replace(MEMBERS, members))


def new(*texts: str) -> Work:
    return lambda draft: draft.add("park", [Entry(address(text)) for text in texts])


def gone(*places: int) -> Work:
    return lambda draft: draft.remove("park", places)


def pause(place: int, *, on: bool = True) -> Work:
    return lambda draft: draft.pause("park", place, on=on)


EDITS: list[tuple[str, Work, list[str]]] = [
    (COMMENTED, new("kim@x.example"), ["+      - kim@x.example\n"]),
    (COMMENTED, gone(0), ["-      - jan@mail.example     # number 4\n"]),
    (
        COMMENTED,
        gone(2),
        [
            "-      -   address: piet@mail.example   # first he, then his wife\n",
            "-          name: 'Piet  Jansen'\n",
            "-          also: [ piet@work.example ,gea@work.example ]\n",
        ],
    ),
    (
        COMMENTED,
        pause(0),
        [
            "-      - jan@mail.example     # number 4\n",
            "+      - {address: jan@mail.example, paused: true}     # number 4\n",
        ],
    ),
    (
        COMMENTED,
        pause(1),
        ['-      - "els@mail.example"\n', '+      - {address: "els@mail.example", paused: true}\n'],
    ),
    (COMMENTED, pause(2), ["+          paused: true\n"]),
    (
        COMMENTED,
        pause(3),
        [
            "-      - {name: Zoë de Wit, address: zoe@mail.example}  # the bakery\n",
            "+      - {name: Zoë de Wit, address: zoe@mail.example, paused: true}  # the bakery\n",
        ],
    ),
    (
        BRACKETS,
        new("kim@x.example", "lot@x.example"),
        [
            "-    members: [jan@mail.example, {address: els@mail.example}, piet@mail.example]  # all of them\n",
            "+    members: [jan@mail.example, {address: els@mail.example}, piet@mail.example, kim@x.example, "
            "lot@x.example]  # all of them\n",
        ],
    ),
    (
        BRACKETS,
        gone(0, 1),
        [
            "-    members: [jan@mail.example, {address: els@mail.example}, piet@mail.example]  # all of them\n",
            "+    members: [piet@mail.example]  # all of them\n",
        ],
    ),
    (
        BRACKETS,
        gone(1, 2),
        [
            "-    members: [jan@mail.example, {address: els@mail.example}, piet@mail.example]  # all of them\n",
            "+    members: [jan@mail.example]  # all of them\n",
        ],
    ),
    (
        BRACKETS,
        gone(0, 1, 2),
        [
            "-    members: [jan@mail.example, {address: els@mail.example}, piet@mail.example]  # all of them\n",
            "+    members: []  # all of them\n",
        ],
    ),
    (
        BRACKETS,
        pause(0),
        [
            "-    members: [jan@mail.example, {address: els@mail.example}, piet@mail.example]  # all of them\n",
            "+    members: [{address: jan@mail.example, paused: true}, {address: els@mail.example}, "
            "piet@mail.example]  # all of them\n",
        ],
    ),
    (
        ROWS,
        new("kim@x.example"),
        [
            "-      {address: piet@mail.example, paused: true}   # number 6\n",
            "+      {address: piet@mail.example, paused: true},   # number 6\n",
            "+      kim@x.example\n",
        ],
    ),
    (ROWS, gone(1), ["-      els@mail.example,   # number 5\n"]),
    (ROWS, gone(2), ["-      {address: piet@mail.example, paused: true}   # number 6\n"]),
    (
        ROWS,
        pause(2, on=False),
        [
            "-      {address: piet@mail.example, paused: true}   # number 6\n",
            "+      piet@mail.example   # number 6\n",
        ],
    ),
    ("    members: []  # none yet\n", new("kim@x.example"), [
        "-    members: []  # none yet\n", "+    members:  # none yet\n", "+      - kim@x.example\n",
    ]),
    ("    members:\n      # - jan@mail.example\n", new("kim@x.example"), ["+      - kim@x.example\n"]),
    ("", new("kim@x.example"), ["+    members:\n", "+      - kim@x.example\n"]),
    ("    members:\n    - jan@mail.example\n", new("kim@x.example"), ["+    - kim@x.example\n"]),
    ("    members:\n      -\n        jan@mail.example\n      - els@mail.example\n", gone(0), [
        "-      -\n", "-        jan@mail.example\n",
    ]),
    ("    members:\n      - jan@mail.example\n", gone(0), ["-      - jan@mail.example\n"]),
]  # fmt: skip


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("members", "work", "difference"), EDITS)
def test_only_the_lines_that_were_meant_differ(
    tmp_path: Path, members: str, work: Work, difference: list[str], line_end: str
) -> None:
    path = yaml(tmp_path, members)
    path.write_bytes(path.read_bytes().replace(b"\n", line_end.encode()))
    changed = edit(path, work)
    assert changed == [line.replace("\n", line_end) for line in difference]


@pytest.mark.parametrize("members", [COMMENTED, BRACKETS])
def test_pausing_and_resuming_leaves_the_file_as_it_was(tmp_path: Path, members: str) -> None:
    path = yaml(tmp_path, members)
    before = path.read_bytes()
    for place in range(3):
        assert edit(path, pause(place))
        edit(path, pause(place, on=False))
        assert path.read_bytes().replace(b"{address: els@mail.example}", b"els@mail.example") == before.replace(
            b"{address: els@mail.example}", b"els@mail.example"
        )


def test_a_remark_beside_paused_stays(tmp_path: Path) -> None:
    path = yaml(tmp_path, "    members:\n      - address: jan@mail.example\n        paused: true  # until Easter\n")
    assert edit(path, pause(0, on=False)) == [
        "-        paused: true  # until Easter\n",
        "+        paused: false  # until Easter\n",
    ]


def test_a_file_that_does_not_end_in_a_line_end_is_continued(tmp_path: Path) -> None:
    moved = GOOD.replace(MEMBERS, "").replace("retry: {first: 1m, longest: 1h}\n", "") + MEMBERS.rstrip("\n")
    path = write(tmp_path, moved)
    assert edit(path, new("kim@x.example"))[-1] == "+      - kim@x.example"


def test_what_needs_quotes_is_quoted(tmp_path: Path) -> None:
    names = ["Jan: de Wit", "#1", "'t Hooft", "O’Neill, Sinéad", "null", "12", "- x", "a: {b}", "é", "Jan & Els", "@x"]
    path = yaml(tmp_path, "")
    with drafting(path, {}) as draft:
        draft.add("park", [Entry(address(f"m{n}@x.example"), name=name) for n, name in enumerate(names)])
        settings = draft.write()
    assert [member.name for member in settings.networks[0].members] == names
