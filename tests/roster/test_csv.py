"""Tables as people have them: Excel's, Outlook's, a treasurer's; and what is said of the lines that are wrong."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail.address import Address
from binrelay.model import Identity, Language, Member
from binrelay.roster.csv_read import Findings, read_members
from binrelay.roster.csv_text import NoTable, read_table
from binrelay.roster.csv_write import write_table
from binrelay.roster.entry import Entry
from tests.roster.test_edits import address

JAN, ZOE = "jan@mail.example", "zoe@mail.example"
DUTCH = "Naam;E-mailadres;Taal\r\nJan Jansen;jan@mail.example;nl\r\nZoë de Wit;zoe@mail.example;Engels\r\n"
PEOPLE = [
    Entry(address(JAN), "Jan Jansen", language=Language.NL),
    Entry(address(ZOE), "Zoë de Wit", language=Language.EN),
]


def read(raw: bytes | str) -> Findings:
    return read_members(read_table(raw.encode() if isinstance(raw, str) else raw))


def found(raw: bytes | str) -> list[Entry]:
    findings = read(raw)
    assert findings.faults == []
    return [entry for _, entry in findings.entries]


def faults(raw: bytes | str) -> list[tuple[int, str]]:
    return [(remark.line, remark.text) for remark in read(raw).faults]


@pytest.mark.parametrize(
    "raw",
    [
        DUTCH.encode(),
        codecs.BOM_UTF8 + DUTCH.encode(),
        codecs.BOM_UTF16_LE + DUTCH.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + DUTCH.encode("utf-16-be"),
        DUTCH.encode("utf-16-le"),
        DUTCH.encode("utf-16-be"),
        DUTCH.encode("cp1252"),
        DUTCH.replace(";", ",").encode(),
        DUTCH.replace(";", "\t").encode(),
        DUTCH.replace("\r\n", "\n").encode(),
        DUTCH.replace("\r\n", "\r").encode(),
        ("sep=;\r\n" + DUTCH).encode(),
        DUTCH.replace("\r\n", "\r\n;;\r\n").encode(),
        DUTCH.replace("Jan Jansen", '"Jan Jansen"').encode(),
    ],
)
def test_the_same_table_from_every_program(raw: bytes) -> None:
    assert found(raw) == PEOPLE


@pytest.mark.parametrize(
    "heading",
    ["Naam;E-mail;Taal", "name;E-Mail Address;language", "Nom complet;Courriel;Langue", "NAME;e-mail-adresse;Sprache",
     '"Naam";"email";"taal"', " naam ; E_mail ; TAAL "],
)  # fmt: skip
def test_headings_are_known_in_four_languages(heading: str) -> None:
    assert found(DUTCH.replace("Naam;E-mailadres;Taal", heading)) == PEOPLE


def test_columns_come_in_any_order_and_strange_ones_are_left_out() -> None:
    findings = read(
        "Adres;Telefoon;E-mail;Opmerking;Voornaam;Tussenvoegsel;Achternaam\nPark 1;030-1;jan@mail.example;;Jan;de;Wit\n"
    )
    assert [entry for _, entry in findings.entries] == [Entry(address(JAN), "Jan de Wit")]
    assert findings.unused == ("Adres", "Telefoon", "Opmerking")


def test_a_family_name_called_name_stands_behind_the_first_name() -> None:
    assert found("Prénom;Nom;E-mail\nJean;Dupont;jan@mail.example\n")[0].name == "Jean Dupont"
    assert found("Voornaam;Naam;E-mail\nJan;Jan de Wit;jan@mail.example\n")[0].name == "Jan de Wit"


@pytest.mark.parametrize(
    "raw",
    ["Jan Jansen <jan@mail.example>\nZoë de Wit <zoe@mail.example>\n",
     "jan@mail.example;Jan Jansen\nzoe@mail.example;Zoë de Wit\n",
     '"Jansen, Jan" <jan@mail.example>\nzoe@mail.example\n', '"Jan Jansen",jan@mail.example\n"Zoë de Wit",zoe@mail.example',
     "mailto:jan@mail.example\nzoe@mail.example"],
)  # fmt: skip
def test_a_table_without_heading_is_understood(raw: str) -> None:
    assert [entry.address.spelled for entry in found(raw)] == [JAN, ZOE]


def test_names_without_heading_are_taken_where_only_one_column_can_hold_them() -> None:
    assert found("Jan Jansen;jan@mail.example\n")[0].name == "Jan Jansen"
    assert found("Jan;Park 1;jan@mail.example\n")[0].name is None


def test_everything_a_member_can_have_is_read() -> None:
    heading = "E-mailadres;Naam;Ook;Taal;Zichtbaar als;Pauze\n"
    row = "jan@mail.example;Jan;j@work.example, jj@work.example;Frans;met naam;ja\n"
    also = (address("j@work.example"), address("jj@work.example"))
    assert found(heading + row) == [Entry(address(JAN), "Jan", also, Language.FR, Identity.NAMED, paused=True)]


def test_a_second_column_of_addresses_holds_further_ones() -> None:
    assert found("Name,E-mail 1 - Value,E-mail 2 - Value\nJan,jan@mail.example,j@work.example\n") == [
        Entry(address(JAN), "Jan", (address("j@work.example"),))
    ]


def test_what_stands_twice_is_taken_once_and_named() -> None:
    findings = read("E-mail\njan@mail.example\nzoe@mail.example\nJAN@mail.example\n")
    assert [line for line, _ in findings.entries] == [2, 3]
    assert [(remark.line, remark.text) for remark in findings.doubles] == [
        (4, "JAN@mail.example stands on line 2 already")
    ]


def test_an_open_quote_swallows_nobody() -> None:
    loose = '"Jansen, Jan" <jan@mail.example>\n"Zoë <zoe@mail.example>\nels@mail.example\n'
    assert [line for line, _ in faults(loose)] == [2]


HEADING = "E-mail;Naam;Ook;Taal;Zichtbaar als;Pauze\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";Jan;;;;", "there is no mail address on this line"),
        ("jan;Jan;;;;", '"jan" is no mail address'),
        ("jan@mail.example zoe@mail.example;Jan;;;;", "more than one mail address in one cell"),
        ("jan@mail.example;Jan;work;;;", 'also: "work" is no mail address'),
        ("jan@mail.example;Jan;;Zweeds;;", '"Zweeds" is no language known here'),
        ("jan@mail.example;Jan;;;half;", '"half" is neither pseudonym nor named'),
        ("jan@mail.example;Jan;;;;misschien", '"misschien" is neither yes nor no'),
        ("jan@mail.example;Jan;jan@mail.example;;;", "is written twice on this line"),
        (f"jan@mail.example;{'J' * 101};;;;", "at most 100 characters"),
        ("Jan <jan@mail.example> <x@y.example>;;;;;", "more than one mail address"),
    ],
)
def test_a_wrong_line_is_named_by_its_number_with_the_cure(row: str, said: str) -> None:
    told = faults(f"{HEADING}zoe@mail.example;;;;;\n\n{row}\n")
    assert [line for line, _ in told] == [4]
    assert said in told[0][1]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert faults(f'sep=;\n{HEADING}zoe@mail.example;"Zoë\nde Wit";;;;\nx;;;;;\n')[0][0] == 5


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "holds no lines"),
        (b"PK\x03\x04rest", "workbook of Excel"),
        (b"\xd0\xcf\x11\xe0rest", "workbook of Excel"),
        (b'E-mail;Naam\njan@mail.example;"Jan\nzoe@mail.example;Zoe\n', "line 2: the quote"),
        (b"x" * 6_000_000, "larger than 5 MB"),
    ],
)
def test_what_is_no_table_is_refused_with_the_cure(raw: bytes, said: str) -> None:
    with pytest.raises(NoTable, match=said):
        read_table(raw)


NAMES = st.text(max_size=100).map(str.strip).filter(lambda text: bool(text) and text.isprintable())
LOCALS = st.from_regex(r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,20}", fullmatch=True)


@st.composite
def members(draw: st.DrawFn) -> list[Member]:
    locals_ = draw(st.lists(LOCALS, unique_by=str.lower, min_size=1, max_size=12))
    people = iter([address(f"{local}@mail.example") for local in locals_])
    made: list[Member] = []
    for first in people:
        also: tuple[Address, ...] = tuple(next(people, first) for _ in range(draw(st.integers(0, 2))))
        made.append(
            Member(
                address=first,
                name=draw(st.none() | NAMES),
                also=tuple(each for each in dict.fromkeys(also) if each != first),
                language=draw(st.sampled_from(Language)),
                identity=draw(st.sampled_from(Identity)),
                paused=draw(st.booleans()),
            )
        )
    return made


@settings(max_examples=200, deadline=None)
@given(members(), st.sampled_from(Language))
def test_an_exported_table_is_read_without_loss(people: list[Member], language: Language) -> None:
    entries = found(write_table(people, language))
    expected = [Entry(m.address, m.name, m.also, m.language, m.identity, m.paused) for m in people]
    assert entries == expected
    assert [entry.address.spelled for entry in entries] == [member.address.spelled for member in people]


def test_no_spreadsheet_calculates_with_a_name() -> None:
    names = ["=HYPERLINK(1)", "+31", "-1", "@sum", "'=x"]
    people = [Member(address(f"m{n}@x.example"), name, (), Language.NL, Identity.NAMED) for n, name in enumerate(names)]
    lines = write_table(people, Language.NL).decode("utf-8-sig").splitlines()[1:]
    assert [line.split(";")[1][0] for line in lines] == ["'"] * 5


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(alphabet=";,\t\"'\n\r@<>ab.=", max_size=200).map(str.encode))
def test_whatever_the_file_holds_each_line_ends_somewhere(raw: bytes) -> None:
    try:
        table = read_table(raw)
    except NoTable:
        return
    findings = read_members(table)
    told = len(findings.entries) + len(findings.doubles) + len(findings.faults)
    assert len(table.rows) - told in {0, 1}
