"""A file that could harm a neighbour who opens it is seen: by name, by its first bytes, and inside an archive."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from base64 import encodebytes
from collections.abc import Iterable

import pytest

from binrelay.mail.danger import find_danger
from binrelay.mail.danger_names import Danger
from binrelay.mail.message import read_message
from tests.mail.corpora import corpus_files, needs_corpora

PDF = b"%PDF-1.7\nx"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def mail(content: bytes, *fields: str, text: str = "Zie bijlage.") -> bytes:
    part = "\r\n".join(("Content-Transfer-Encoding: base64", *fields))
    return (
        f'From: jan@mail.example\r\nSubject: Foto\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n{text}\r\n'
        f"--b\r\n{part}\r\n\r\n"
    ).encode() + encodebytes(content).replace(b"\n", b"\r\n") + b"--b--\r\n"  # fmt: skip


def attached(name: str, content: bytes = PDF, kind: str = "application/octet-stream") -> Danger | None:
    return find_danger(
        read_message(mail(content, f"Content-Type: {kind}", f'Content-Disposition: attachment; filename="{name}"'))
    )


def packed(names: Iterable[str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name in names:
            writer.writestr(name, b"x")
    return archive.getvalue()


@pytest.mark.parametrize(
    "name",
    ["foto.exe", "FOTO.EXE", "foto.jpg.scr", "foto.exe.", "foto.exe  ", "rekening.pdf.js", "a.vbs", "a.lnk", "a.hta",
     "a.ps1", "a.iso.exe", "a.jar", "a.apk", "a.msi", "a.xll", "a.one", "a.url", "foto.ｅｘｅ", "=?utf-8?q?foto=2Eexe?=",
     "fo\u202egpj.exe"],
)  # fmt: skip
def test_a_program_is_known_by_its_name(name: str) -> None:
    assert attached(name) is Danger.PROGRAM


@pytest.mark.parametrize(
    ("name", "danger"),
    [("verslag.docm", Danger.MACROS), ("lijst.xlsm", Danger.MACROS), ("lijst.xlsb", Danger.MACROS),
     ("alles.rar", Danger.ARCHIVE), ("alles.7z", Danger.ARCHIVE), ("schijf.img", Danger.ARCHIVE), ("a.tar.gz", Danger.ARCHIVE)],
)  # fmt: skip
def test_macros_and_archives_are_known_by_name(name: str, danger: Danger) -> None:
    assert attached(name) is danger


@pytest.mark.parametrize(
    ("content", "danger"),
    [(b"MZ\x90\0" + bytes(60), Danger.PROGRAM), (b"\x7fELF" + bytes(60), Danger.PROGRAM), (b"#!/bin/sh\n", Danger.PROGRAM),
     (b"L\0\0\0\x01\x14\x02\0" + bytes(60), Danger.PROGRAM), (b"\xca\xfe\xba\xbe" + bytes(9), Danger.PROGRAM),
     (b"Rar!\x1a\x07\0", Danger.ARCHIVE), (b"7z\xbc\xaf\x27\x1c", Danger.ARCHIVE), (b"\x1f\x8b\x08", Danger.ARCHIVE)],
)  # fmt: skip
@pytest.mark.parametrize("name", ["foto.jpg", "brief.pdf", "zonder"])
def test_a_false_name_hides_nothing(name: str, content: bytes, danger: Danger) -> None:
    assert attached(name, content, "image/jpeg") is danger


@pytest.mark.parametrize(
    ("names", "danger"),
    [(["brief.pdf", "map/foto.exe"], Danger.PROGRAM), (["word/document.xml", "word/vbaProject.bin"], Danger.MACROS),
     (["Basic/script-lc.xml", "content.xml"], Danger.MACROS), (["nog-een.zip"], Danger.ARCHIVE), (["a.xlsm"], Danger.MACROS),
     (["brief.pdf", "foto's/polo.jpg"], None), (["word/document.xml", "word/media/image1.png"], None)],
)  # fmt: skip
@pytest.mark.parametrize("name", ["alles.zip", "brief.docx", "brief"])
def test_the_names_in_an_archive_are_read(name: str, names: list[str], danger: Danger | None) -> None:
    assert attached(name, packed(names)) is danger


def test_a_name_that_only_one_of_two_directories_in_an_archive_shows_is_seen() -> None:
    archive = packed(["foto.exe"])
    assert attached("a.zip", archive[: archive.index(b"PK\x01\x02")]) is Danger.PROGRAM
    assert attached("a.zip", b"PK\x03\x04" + bytes(40) + archive[archive.index(b"PK\x01\x02") :]) is Danger.PROGRAM


def test_an_old_word_document_with_macros_is_known() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert attached("brief.doc", old) is None
    assert attached("brief.doc", old + "_VBA_PROJECT".encode("utf-16-le") + bytes(40)) is Danger.MACROS


def test_a_mail_passed_on_is_looked_into() -> None:
    inner = mail(PDF, 'Content-Type: application/octet-stream; name="foto.exe"')
    outer = b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="o"\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n'
    assert find_danger(read_message(outer + inner + b"\r\n--o--\r\n")) is Danger.PROGRAM


def test_of_two_names_the_worse_counts() -> None:
    fields = (
        'Content-Type: application/pdf; name="brief.exe"',
        'Content-Disposition: attachment; filename="brief.pdf"',
    )
    assert find_danger(read_message(mail(PDF, *fields))) is Danger.PROGRAM


def test_a_file_written_into_the_text_is_seen() -> None:
    assert find_danger(
        read_message(mail(PNG, "Content-Type: image/png", text="begin 644 foto.exe\r\nM...\r\nend"))
    ) is (Danger.PROGRAM)


@pytest.mark.parametrize(
    "name",
    ["foto.jpg", "brief.pdf", "lijst.xlsx", "brief.odt", "exe", "opname.mp4", "stem.m4a", "kaart.gpx", "a.heic", ""],
)
def test_what_neighbours_send_each_other_is_harmless(name: str) -> None:
    assert attached(name) is None


def test_a_neighbour_may_write_about_files() -> None:
    assert (
        find_danger(read_message(b"From: a@b.example\r\n\r\nMZ, #!/bin/sh en foto.exe\r\nbegin er maar aan\r\n"))
        is None
    )


def test_an_archive_with_a_hundred_thousand_names_is_not_read_to_the_end() -> None:
    content = mail(b"PK\x03\x04" + bytes(26) + (b"PK\x01\x02" + bytes(42)) * 100_000, "Content-Type: application/zip")
    message = read_message(content)
    tracemalloc.start()
    before = time.process_time()
    assert find_danger(message) is Danger.ARCHIVE
    assert time.process_time() - before < 2
    assert tracemalloc.get_traced_memory()[1] < 4 * len(content)
    tracemalloc.stop()


@needs_corpora
def test_ordinary_mail_of_real_people_is_harmless() -> None:
    kinds = ("human", "list", "notification", "bounce", "auto-reply")
    found = [find_danger(read_message(path.read_bytes())) for kind in kinds for path in corpus_files(kind)]
    assert len(found) > 600
    assert sum(danger is not None for danger in found) == 0
