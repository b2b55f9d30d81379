"""`binrelay member import` and `export`: the preview, five thousand members, and nothing written where a line is wrong."""

from __future__ import annotations

import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from binrelay.config import load_settings
from binrelay.mail.address import parse_address
from binrelay.model import Identity, Language, Member
from binrelay.roster.csv_write import write_table
from tests.roster.terminal import Terminal
from tests.settings.good import ENVIRON, GOOD, write

TABLE = (
    "E-mail;Naam;Telefoon\nkim@x.example;Kim de Wit;1\njan@mail.example;Jan;2\nlot@x.example;Lot;3\nKIM@x.example;;4\n"
)


def people(count: int) -> list[Member]:
    """Members of every kind."""
    made = []
    for number in range(count):
        address, also = parse_address(f"lid{number}@buurt.example"), parse_address(f"l{number}@werk.example")
        assert address is not None
        assert also is not None
        made.append(
            Member(
                address=address,
                name=f'Lid {number}: “Zoë”, d\'Été; "de {number}e"' if number % 3 else None,
                also=(also,) if number % 5 == 0 else (),
                language=list(Language)[number % 4],
                identity=Identity.NAMED if number % 7 == 0 else Identity.PSEUDONYM,
                paused=number % 11 == 0,
            )
        )
    return made


def table(folder: Path, content: str | bytes, name: str = "leden.csv") -> str:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def told(member: Member) -> tuple[object, ...]:
    also = tuple(each.spelled for each in member.also)
    return member.address.spelled, member.name, also, member.language, member.identity, member.paused


def test_five_thousand_members_come_in_and_go_out_without_loss(terminal: Terminal, tmp_path: Path) -> None:
    everybody = people(5000)
    file = table(tmp_path, write_table(everybody, Language.NL))
    began = time.monotonic()
    assert terminal("member", "import", file, "--yes") == 0
    took = time.monotonic() - began
    assert "Added 5000 members" in terminal.out
    members = load_settings(terminal.config, environ=ENVIRON).networks[0].members
    assert [told(member) for member in members[2:]] == [told(member) for member in everybody]
    out = tmp_path / "out.csv"
    assert terminal("member", "export", str(out)) == 0
    assert out.read_bytes() == write_table(members, Language.NL)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert took < 60, "seconds, on a machine that does other things as well"


def test_the_service_can_read_a_members_file_made_in_the_folder_that_it_shares(
    terminal: Terminal, tmp_path: Path
) -> None:
    tmp_path.chmod(0o2750)
    assert terminal("member", "import", table(tmp_path, TABLE), "--yes") == 0
    assert stat.S_IMODE((tmp_path / "park-members.yaml").stat().st_mode) == 0o640


def test_a_members_file_is_made_and_named_and_nothing_else_changes(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("member", "import", table(tmp_path, TABLE), "--yes") == 0
    file = tmp_path / "park-members.yaml"
    lines = file.read_text().splitlines()
    assert lines[1:] == ["- {address: kim@x.example, name: Kim de Wit}", "- {address: lot@x.example, name: Lot}"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before, after = GOOD.splitlines(), terminal.config.read_text().splitlines()
    assert [line for line in after if line not in before] == ["    members_file: park-members.yaml"]
    assert [line for line in before if line not in after] == []
    assert terminal("member", "import", table(tmp_path, "E-mail\nels@x.example\n"), "--yes") == 0
    assert file.read_text().splitlines()[-1] == "- els@x.example"


def test_the_preview_says_who_is_new_known_and_twice_in_the_table(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("member", "import", table(tmp_path, TABLE), "--dry-run") == 0
    assert "5 lines, semicolons, UTF-8" in terminal.out
    assert "Found: address, name; not used: Telefoon" in terminal.out
    assert "2 new\n  line    2  kim@x.example  Kim de Wit" in terminal.out
    assert "line    3  jan@mail.example is a member already" in terminal.out
    assert "line    5  KIM@x.example stands on line 2 already" in terminal.out
    assert "dry run" in terminal.out
    assert terminal.config.read_text() == GOOD
    assert not (tmp_path / "park-members.yaml").exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nobody;", '"nobody" is no mail address'),
        ("anna@home.example;", "anna@home.example is a coordinator; one address has one role"),
        ("agent@politie.example;", "of partner politie"),
        ("wie.dan.ook@oost.politie.example;", "is a sender of partner politie"),
        ("park@bin.example;", "the address of network park"),
        ("lot@x.example;piet@work.example", "piet@work.example belongs to a member already"),
    ],
)
def test_one_wrong_line_and_nothing_is_written(terminal: Terminal, tmp_path: Path, row: str, said: str) -> None:
    file = table(tmp_path, f"E-mail;Ook\nkim@x.example;\n{row}\n")
    assert terminal("member", "import", file, "--yes") == 65
    assert said in terminal.out
    assert "line    3" in terminal.out
    assert "Nothing was written. Mend 1 line" in terminal.error
    assert terminal.config.read_text() == GOOD
    assert not (tmp_path / "park-members.yaml").exists()


def test_nobody_to_ask_means_nothing_is_written(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert terminal("member", "import", table(tmp_path, TABLE)) == 64
    assert "--yes" in terminal.error
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert terminal("member", "import", table(tmp_path, TABLE)) == 0
    assert terminal.config.read_text() == GOOD
    monkeypatch.setattr("builtins.input", lambda _: "Ja")
    assert terminal("member", "import", table(tmp_path, TABLE)) == 0
    assert "Added 2 members" in terminal.out


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [(b'E-mail\n"kim@x.example\n', 65, ":2: the quote"), (b"PK\x03\x04", 65, "workbook"), (None, 66, "cannot be read")],
)
def test_a_file_that_is_no_table_is_said(
    terminal: Terminal, tmp_path: Path, content: bytes | None, code: int, said: str
) -> None:
    file = str(tmp_path / "gone.csv") if content is None else table(tmp_path, content)
    assert terminal("member", "import", file, "--yes") == code
    assert said in terminal.error


def test_a_members_file_that_nobody_named_is_not_overwritten(terminal: Terminal, tmp_path: Path) -> None:
    write(tmp_path, "- els@mail.example\n", "park-members.yaml")
    assert terminal("member", "import", table(tmp_path, TABLE), "--yes") == 65
    assert "name it under members_file" in terminal.error
    assert (tmp_path / "park-members.yaml").read_text() == "- els@mail.example\n"


def test_an_export_never_overwrites(terminal: Terminal, tmp_path: Path) -> None:
    file = table(tmp_path, "mine")
    assert terminal("member", "export", file) == 73
    assert Path(file).read_text() == "mine"


def test_an_export_without_a_file_is_printed(terminal: Terminal) -> None:
    assert terminal("member", "export") == 0
    assert terminal.out.splitlines()[0] == "\ufeffE-mailadres;Naam;Ook;Taal;Zichtbaar als;Pauze"
    assert "piet@mail.example;Piet Jansen;piet@work.example;nl;pseudonym;" in terminal.out


def test_a_table_means_the_same_where_the_defaults_differ() -> None:
    members = [replace(people(2)[1], language=Language.NL, identity=Identity.PSEUDONYM)]
    assert ";nl;pseudonym;" in write_table(members, Language.EN).decode()
