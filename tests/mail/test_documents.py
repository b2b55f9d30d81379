"""Documents as programs really write them, with everything in them that tells who wrote them; read back by other readers."""

from __future__ import annotations

import contextlib
import zipfile
from base64 import b64encode
from io import BytesIO
from time import process_time

import docx
import openpyxl
import pikepdf
import pytest
from openpyxl.comments import Comment
from PIL import Image

from binrelay.mail.gate import find_exposures
from binrelay.mail.office import UnsafeDocumentError
from binrelay.mail.people import People
from binrelay.mail.scrub import redactor
from binrelay.mail.scrub_files import scrub_file, scrub_links
from tests.mail.outgoing import PIET, mail

TRACES = ("piet", "jansen", "gehem-bv", "5204-08-NL")
KNOWN = People([each.key for each in PIET.addresses], [PIET.name])


def scrub(data: bytes, kind: str = "application/octet-stream") -> bytes:
    return scrub_file(data, redactor(PIET, "BIN-lid K7"), declared=kind)


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "Piet Jansen"
    out = BytesIO()
    Image.new("RGB", (8, 8), "yellow").save(out, "JPEG", exif=exif, comment=b"piet@mail.example")
    return out.getvalue()


def text_document() -> bytes:
    document = docx.Document()
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Pietje de Boer"
    properties.comments = "Gehem-BV"
    paragraph = document.add_paragraph("Ik zag de Polo. Groet, ")
    paragraph.add_run("Piet ").bold = True
    paragraph.add_run("Jansen, piet@mail")
    paragraph.add_run(".example")
    document.add_comment(paragraph.runs, text="Klopt dit?", author="Pietje de Boer", initials="PdB")
    document.add_picture(BytesIO(photo()))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def table() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = "Pietje de Boer"
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B2"] = "Piet Jansen", "piet@mail.example"
    sheet["C3"] = "gele Polo"
    sheet["C3"].comment = Comment("gezien", "Pietje de Boer")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def open_document() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            "<o:t xmlns:o='u:o'><dc:creator xmlns:dc='u:dc'>Pietje</dc:creator>Polo, Piet <o:b>Jansen</o:b></o:t>",
        )
        archive.writestr("meta.xml", "<m><dc:creator>Pietje</dc:creator></m>")
        archive.writestr("Thumbnails/thumbnail.png", b"x")
        archive.writestr(
            "META-INF/manifest.xml", '<m xmlns:manifest="u:m"><manifest:file-entry p="Thumbnails/thumbnail.png"/></m>'
        )
    return out.getvalue()


def pdf(*, packed: bool, text: bytes = b"(gele Polo) Tj") -> bytes:
    made = pikepdf.new()
    page = made.add_blank_page()
    page.Contents = made.make_stream(b"BT " + text + b" ET")
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, T="Pietje de Boer", Contents="hier", Rect=[0, 0, 9, 9]
    )
    page.Annots = pikepdf.Array([made.make_indirect(note)])
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Foto=_image(made)))
    made.docinfo["/Author"], made.docinfo["/Title"] = "Pietje de Boer", "Klacht van Piet"
    made.docinfo["/Producer"] = "Gehem-BV"
    with made.open_metadata() as metadata:
        metadata["dc:creator"] = ["Pietje de Boer"]
    out = BytesIO()
    modes = pikepdf.ObjectStreamMode
    made.save(out, object_stream_mode=modes.generate if packed else modes.disable, compress_streams=packed)
    return out.getvalue()


def _image(made: pikepdf.Pdf) -> pikepdf.Object:
    stream = made.make_stream(photo())
    stream.Type, stream.Subtype, stream.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
    stream.Width = stream.Height = 8
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
    return stream


def unpacked(data: bytes) -> str:
    """Every file of a zip, or every stream of a PDF, as text in lower case."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(data)) as archive:
            assert archive.testzip() is None
            return "\n".join(f"{name}\n{archive.read(name).decode('latin-1')}" for name in archive.namelist()).lower()
    with pikepdf.open(BytesIO(data)) as opened:
        streams = [each for each in opened.objects if isinstance(each, pikepdf.Stream)]
        raw = [
            each.read_raw_bytes() if "/Filter" in each and each.Filter == "/DCTDecode" else each.read_bytes()
            for each in streams
        ]
        return "\n".join([*(repr(each) for each in opened.objects), *(each.decode("latin-1") for each in raw)]).lower()


DOCUMENTS = {
    "a text": text_document(),
    "a table": table(),
    "an open document": open_document(),
    "a pdf": pdf(packed=False),
    "a packed pdf": pdf(packed=True),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_does_not_tell_who_wrote_it_and_still_says_what_it_said(kind: str) -> None:
    assert "piet" in unpacked(DOCUMENTS[kind])
    shown = unpacked(scrub(DOCUMENTS[kind]))
    assert not [trace for trace in TRACES if trace in shown]
    assert "polo" in shown


def test_what_was_written_opens_in_the_programs_that_read_such_documents() -> None:
    document = docx.Document(BytesIO(scrub(DOCUMENTS["a text"])))
    assert document.paragraphs[0].text == "Ik zag de Polo. Groet, BIN-lid K7, BIN-lid K7"
    assert len(document.inline_shapes) == 1
    assert (document.core_properties.author, [each.author for each in document.comments]) == ("", ["-"])
    sheet = openpyxl.load_workbook(BytesIO(scrub(DOCUMENTS["a table"]))).active
    assert sheet is not None
    assert [sheet[cell].value for cell in ("A1", "B2", "C3")] == ["BIN-lid K7", "BIN-lid K7", "gele Polo"]


@pytest.mark.parametrize("kind", ["a pdf", "a packed pdf"])
def test_a_pdf_keeps_its_pages_pictures_and_length(kind: str) -> None:
    new = scrub(DOCUMENTS[kind])
    assert len(new) == len(DOCUMENTS[kind])
    with pikepdf.open(BytesIO(new)) as opened:
        assert opened.check_pdf_syntax() == []
        assert str(opened.docinfo.get("/Author", "")).strip() == ""
        stream = opened.pages[0].Resources.XObject.Foto
        assert isinstance(stream, pikepdf.Stream)
        assert pikepdf.PdfImage(stream).as_pil_image().size == (8, 8)


def test_a_pdf_without_an_author_keeps_every_byte() -> None:
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page()
    made.save(out)
    assert scrub(out.getvalue()) == out.getvalue()


def test_a_pdf_whose_page_names_the_member_is_stopped_by_the_final_check() -> None:
    raw = mail(
        b64encode(scrub(pdf(packed=True, text=b"(Groet, Piet Jansen) Tj"))),
        "Content-Type: application/pdf",
        "Content-Transfer-Encoding: base64",
    )
    assert {each.key for each in find_exposures(raw, People(), hidden=[KNOWN])} >= {"piet jansen"}


def encrypted() -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(DOCUMENTS["a pdf"])) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted(), "locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old form"),
        (b"{\\rtf1{\\info{\\author Piet}}}", "old form"),
        (zipped(foto=photo()), "not looked into"),
        (b"ID3\x04\0\0", "not looked into"),
        (DOCUMENTS["a text"][:-40], "locked or damaged"),
        (zipped(**{"[Content_Types].xml": b"<x/>", "word/vbaProject.bin": b"\0x"}), "kind that is not looked into"),
        (zipped(**{"[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "not read"),
        (zipped(**{"[Content_Types].xml": b" " * 9_000_000}), "too large"),
        (zipped(**{"[Content_Types].xml": b" " * 70_000_000}), "damaged"),
        (zipped(**{"[Content_Types].xml": b"<x/>", "_xmlsignatures/sig1.xml": b"<x/>"}), "signed"),
        (DOCUMENTS["a pdf"].replace(b"/Contents", b"/PieceInfo", 1), "remembers"),
    ],
)
def test_a_document_that_cannot_be_made_safe_is_held_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnsafeDocumentError, match=reason):
        scrub(data)


@pytest.mark.parametrize(
    "bomb",
    [
        b"<Relationship " + b"thumbnail" * 200_000,
        b"<Relationship thumbnail" * 80_000,
        b'<author x="' * 150_000,
        b"C:/" + b"/" * 1_000_000,
        b"userId=" * 200_000,
    ],
)
def test_no_document_takes_long(bomb: bytes) -> None:
    began = process_time()
    with contextlib.suppress(UnsafeDocumentError):
        scrub(zipped(**{"[Content_Types].xml": bomb}))
    assert process_time() - began < 5


@pytest.mark.parametrize(
    "bomb", [b"/T(", b"/Author<", b"stream\n", b"1 0 obj ", b"/Author 1 0 R ", b"/T(" + b"a" * 1000, b"endobj"]
)
def test_no_pdf_takes_long(bomb: bytes) -> None:
    began = process_time()
    with contextlib.suppress(UnsafeDocumentError):
        scrub(b"%PDF-1.7\n/Annot " + bomb * (2_000_000 // len(bomb)))
    assert process_time() - began < 5


def test_a_photo_pasted_into_a_page_loses_what_its_camera_wrote() -> None:
    page = f'<img src="data:image/jpeg;base64,{b64encode(photo()).decode()}">'
    new = scrub_links(page, redactor(PIET, "LID"))
    assert new.startswith('<img src="data:image/jpeg;base64,')
    assert len(new) < len(page)
    assert scrub_links(new, redactor(PIET, "LID")) == new


def test_a_text_called_something_else_is_a_text() -> None:
    assert scrub(b"Groet, Piet Jansen\r\n", "application/octet-stream") == b"Groet, BIN-lid K7\r\n"
    assert scrub(b"niets\r\n") == b"niets\r\n"
