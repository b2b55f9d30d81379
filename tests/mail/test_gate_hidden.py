"""Where an address or a name hides that a receiver's programs bring to light again: packed, wrapped, encoded twice."""

from __future__ import annotations

import gzip
import zlib
from base64 import b64encode
from io import BytesIO
from os import urandom
from time import process_time
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from binrelay.mail.gate import find_exposures, shows_anybody
from binrelay.mail.people import People
from tests.mail.outgoing import mail

JAN = "jan@mail.example"
MEMBERS = People([JAN, "j.de.vries@gmail.com", "berg@xn--mnchen-3ya.example"])
UTF8 = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"
B64 = "Content-Transfer-Encoding: base64"


def found(raw: bytes, *names: str) -> set[str]:
    return {each.key for each in find_exposures(raw, MEMBERS, hidden=[People(names=names)])}


def attached(data: bytes, kind: str = "application/octet-stream") -> bytes:
    return mail(b64encode(data), f"Content-Type: {kind}", B64)


def zipped(*files: tuple[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


SHEET = b"<sst><si><t>Jan</t></si><si><t>jan@mail.example</t></si></sst>"
SPLIT = b"<w:p><w:r><w:t>jan@ma</w:t></w:r><w:r><w:rPr/><w:t>il.example</w:t></w:r></w:p>"
PDF = (
    b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode/Length 9>>\nstream\n"
    + zlib.compress(b"(jan@mail.example) Tj")
    + b"\nendstream"
)
FILE = b64encode(SHEET).decode()
UU = b"begin 644 leden.txt\r\n0:F%N0&UA:6PN97AA;7!L90``\r\n`\r\nend\r\n"

HIDDEN = {
    "a table of members": attached(zipped(("xl/sharedStrings.xml", SHEET))),
    "a text document, split by its styles": attached(zipped(("word/document.xml", SPLIT))),
    "stored": attached(zipped(("a.txt", JAN.encode()), method=ZIP_STORED)),
    "a zip in a zip": attached(zipped(("inner.zip", zipped(("leden.csv", JAN.encode()))))),
    "the name of a packed file": attached(zipped((f"{JAN}.txt", b"x"))),
    "behind a picture": attached(zipped(("a.jpg", b"\xff\xd8\xff\0" + urandom(5000)), ("b.xml", SPLIT))),
    "over the edge of a piece": attached(zipped(("a.txt", b" " * ((1 << 20) - 8) + JAN.encode()))),
    "gzip": attached(gzip.compress(JAN.encode())),
    "a PDF stream": attached(PDF, "application/pdf"),
    "a data link": mail(f'<a href="data:text/xml;base64,{FILE}">'.encode(), HTML),
    "a packed data link": mail(f'<a href="data:;base64,{b64encode(zipped(("a", SHEET))).decode()}">'.encode(), HTML),
    "uuencode": mail(UU),
    "a wrapped quotation": mail(b"> mail naar jan@mail.\r\n> example en niet\r\n"),
    "wrapped twice": mail(b"> > mail naar jan@\r\n>  > mail.example en niet\r\n"),
    "wide letters": mail("ｊａｎ＠ｍａｉｌ．example".encode(), UTF8),
    "a joiner in it": mail("j\u200dan@mail.ex\u200bample".encode(), UTF8),
    "joiner as entity": mail(b"jan&zwj;@mail&shy;.example", HTML),
    "percent twice": mail(b"https://scan.example/?u=https%3A%2F%2Fx.example%2F%3Fm%3Djan%2540mail.example"),
    "utf-16 big endian": attached("jan@mail.example".encode("utf-16-be")),
    "an encoded word in the middle": mail(b"", "Subject: =?utf-8?Q?van_jan=40ma?= =?utf-8?Q?il=2Eexample?="),
    "a file name in pieces": mail(
        b"", "Content-Disposition: attachment; filename*0*=utf-8''jan%40ma; filename*1*=il%2Eexample.pdf"
    ),
    "a file name in encoded words": mail(b"", 'Content-Type: application/pdf; name="=?utf-8?Q?jan=40mail=2Eexample?="'),
    "html called text": attached(b"<p>jan&#64;mail.example</p>"),
    "a sub-address": mail(b"jan+bin@mail.example"),
}  # fmt: skip


@pytest.mark.parametrize("way", HIDDEN)
def test_a_members_address_is_found_where_programs_bring_it_to_light(way: str) -> None:
    assert JAN in found(HIDDEN[way])


@pytest.mark.parametrize("text", ["j.de.vries@gmail.com", "jdevries@gmail.com", "J.Devries+bin@googlemail.com"])
def test_an_address_is_known_with_the_dots_its_provider_does_not_mind(text: str) -> None:
    assert found(mail(text.encode())) == {"j.de.vries@gmail.com"}


def test_dots_count_everywhere_else() -> None:
    assert found(mail(b"j.an@mail.example")) == set()


@pytest.mark.parametrize(
    "text",
    ["Piet van den Berg", "PIET VAN DEN BERG", "Berg, Piet van den", "van den Berg, Piet", "PietvandenBerg",
     "> Piet van\r\n> den Berg", "Piet_van_den_Berg.pdf", "Piet\u00a0van\u00a0den\u00a0Berg", "pi\u200bet van den berg"],
)  # fmt: skip
def test_a_whole_name_is_known_in_every_order_and_across_lines(text: str) -> None:
    assert found(mail(text.encode(), UTF8), "Piet van den Berg") == {"piet van den berg"}


@pytest.mark.parametrize(
    "data",
    [b"\0\0/Author(Piet Jansen)", zipped(("docProps/core.xml", b"<dc:creator>Piet Jansen</dc:creator>")),
     "\0\0Piet Jansen\0".encode("utf-16-le"), b"\0\0pietjansen\0"],
    ids=["plain", "packed", "two bytes", "together"],
)  # fmt: skip
def test_a_name_inside_a_file_is_found(data: bytes) -> None:
    assert found(attached(data), "Piet Jansen") == {"piet jansen"}


def test_a_short_name_is_no_alarm_inside_a_picture() -> None:
    assert found(attached(b"\0jan\0" + urandom(300_000)), "Jan") == set()


def test_other_peoples_names_may_stand_in_what_a_member_writes() -> None:
    assert found(mail(b"Fatima Bakir zag het ook"), "Piet Jansen") == set()


def test_a_line_is_searched_for_everybody_in_one_pass() -> None:
    people = People((), [f"Voornaam{number} Achternaam{number}" for number in range(50_000)])
    assert not shows_anybody("Gele Polo", people)
    start = process_time()
    assert shows_anybody("Foto van Achternaam49999, Voornaam49999", people)
    assert not any(shows_anybody(f"Gele Polo {number} van Voornaam7", people) for number in range(500))
    assert process_time() - start < 1


def test_a_small_file_that_unpacks_to_gigabytes_does_not_go_out_and_takes_no_time() -> None:
    bomb = attached(zipped(("a", bytes(300_000_000))))
    start = process_time()
    assert found(bomb) == {"cannot be read to the end"}
    assert process_time() - start < 4


def test_an_archive_in_an_archive_without_end_does_not_go_out() -> None:
    data = b"x"
    for _ in range(6):
        data = zipped(("inner.zip", data))
    assert found(attached(data)) == {"cannot be read to the end"}


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18, zipped(("a", b"b"))[:-30], b"\x1f\x8b\x08", PDF[:80]],
    ids=["begun", "no directory", "cut", "gzip", "pdf"],
)
def test_a_broken_file_is_looked_at_as_far_as_it_goes(data: bytes) -> None:
    assert found(attached(data + b" jan@mail.example")) == {JAN}


@pytest.mark.parametrize("page", ["<b>j</b>an@mail.example<br>Groet", "<p>Van: j<i>an@mail</i>.example</p><p>Dag"])
def test_an_address_in_pieces_at_the_end_of_a_line_of_a_page_is_found(page: str) -> None:
    content = f"Content-Type: text/html\r\n\r\n{page}".encode()
    assert find_exposures(content, People({"jan@mail.example"}))
