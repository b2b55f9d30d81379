"""Thirty and more ways in which a reply could tell the authority who wrote it. None does."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from quopri import encodestring

import pytest
from PIL import Image

from binrelay.mail.content import Content, pseudonymous
from binrelay.mail.gate import find_exposures
from binrelay.mail.message import read_message
from binrelay.mail.people import People
from tests.mail.outgoing import BOUNDARY, FOOTER, PIET, PSEUDONYM, disguise, leaves, mail, parsed, refusal, sample

FORBIDDEN = People([each.key for each in PIET.addresses])
TEXT = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"
QP = "Content-Transfer-Encoding: quoted-printable"
B64 = "Content-Transfer-Encoding: base64"


def parts(*each: str, boundary: str = "m", subtype: str = "mixed") -> bytes:
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in each) + f"--{boundary}--\r\n"
    return mail(body.encode(), f'Content-Type: multipart/{subtype}; boundary="{boundary}"')


def attached(media_type: str, data: bytes, extra: str = "") -> bytes:
    payload = b64encode(data).decode()
    return parts(
        "\r\nhallo", f"Content-Type: {media_type}\r\n{extra}Content-Transfer-Encoding: base64\r\n\r\n{payload}"
    )


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "Piet Jansen"
    out = BytesIO()
    Image.new("RGB", (8, 8), "yellow").save(out, "JPEG", exif=exif, comment=b"piet@mail.example")
    return out.getvalue()


PGP = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nhoi\r\n"
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\npiet@mail.example\r\n-----END PGP SIGNATURE-----\r\n"
)
SPLIT_NAME = "Content-Disposition: attachment; filename*0*=utf-8''Piet; filename*1*=%20Jansen.pdf"
PREAMBLE = b"Piet Jansen\r\n--m\r\n\r\nx\r\n--m--\r\npiet@mail.example\r\n"

LEAKS = {
    "text": mail(b"Ik ben piet@mail.example\r\n"),
    "name": mail(b"Ik ben Piet Jansen\r\n"),
    "other address": mail(b"p.jansen@work.example\r\n"),
    "upper case": mail(b"PIET@MAIL.EXAMPLE PIET JANSEN\r\n"),
    "text without type": mail("Groet, Piet Jansen é\r\n".encode("latin-1")),
    "soft line break": mail(b"ik ben piet@ma=\r\nil.example, Piet Jan=\r\nsen\r\n", TEXT, QP),
    "every letter encoded": mail(b"".join(b"=%02X" % byte for byte in b"piet@mail.example") + b"\r\n", TEXT, QP),
    "base64": mail(b64encode(b"Piet Jansen piet@mail.example") + b"\r\n", TEXT, B64),
    "broken base64": mail(b"cGll dEBt\r\n*YWlsLmV4YW1wbGU=\r\n", TEXT, B64),
    "utf-16": mail(b64encode("piet@mail.example".encode("utf-16")), "Content-Type: text/plain; charset=utf-16", B64),
    "utf-7": mail(b"piet+AEA-mail.example\r\n", "Content-Type: text/plain; charset=utf-7"),
    "windows-1252": mail(b"\x93Piet Jansen\x94 \x80\r\n", "Content-Type: text/plain; charset=windows-1252"),
    "false charset": mail(b"Piet Jansen\xff\r\n", TEXT),
    "entity": mail(b"<p>piet&#64;mail.example &#80;iet Jansen</p>\r\n", HTML),
    "split tags": mail(b"<b>Piet</b> <i>Jan</i>sen piet<span>@mail.example</span>\r\n", HTML),
    "mailto": mail(b'<a href="mailto:Piet%20Jansen%20%3Cpiet%40mail.example%3E">x</a>\r\n', HTML),
    "comment": mail(b"<!-- piet@mail.example --><p>x</p>\r\n", HTML),
    "encoded html": mail(encodestring(b'<img alt="Piet Jansen" title=piet@mail.example>'), HTML, QP),
    "quoted header": mail(b"> Van: Piet Jansen <piet@mail.example>\r\n> Aan: x\r\n"),
    "attribution": mail(b"Op 3 nov 2026 schreef Piet\r\nJansen <piet@mail.example>:\r\n> x\r\n"),
    "file name": parts("\r\nx", 'Content-Disposition: attachment; filename="Piet Jansen - klacht.pdf"\r\n\r\ny'),
    "file name rfc 2231": parts("\r\nx", f"{SPLIT_NAME}\r\n\r\ny"),
    "file name rfc 2047": parts(
        "\r\nx", 'Content-Type: application/pdf; name="=?utf-8?Q?Piet=20Jansen.pdf?="\r\n\r\ny'
    ),
    "file name address": parts("\r\nx", "Content-Type: application/pdf; name=piet@mail.example.pdf\r\n\r\ny"),
    "content-id": parts(
        "Content-ID: <piet@mail.example>\r\n\r\nx", 'Content-Type: text/html\r\n\r\n<img src="cid:piet@mail.example">'
    ),
    "content-description": parts("Content-Description: Piet Jansen\r\n\r\nx", "\r\ny"),
    "content-location": parts("Content-Location: http://piet@mail.example/\r\nX-Mine: Piet Jansen\r\n\r\nx", "\r\ny"),
    "boundary": parts("\r\nx", "\r\ny", boundary="piet@mail.example"),
    "preamble": mail(PREAMBLE, "Content-Type: multipart/mixed; boundary=m"),
    "charset": mail(b"x\r\n", 'Content-Type: text/plain; charset="piet@mail.example"'),
    "media type": mail(b"x\r\n", "Content-Type: text/piet@mail.example"),
    "own fields": mail(
        b"x\r\n", "X-Sender: piet@mail.example", "Content-Description: Piet Jansen", "Organization: Piet Jansen"
    ),
    "vcard": parts("\r\nx", "Content-Type: text/vcard\r\n\r\nBEGIN:VCARD\r\nFN:Piet Jansen\r\nEMAIL:piet@mail.example"),
    "vcard as a file": attached("application/octet-stream; name=piet.vcf", b"FN:Piet Jansen"),
    "calendar": parts("\r\nx", "Content-Type: text/calendar\r\n\r\nORGANIZER:mailto:piet@mail.example"),
    "embedded mail": parts(
        "\r\nx", "Content-Type: message/rfc822\r\n\r\nFrom: Piet Jansen <piet@mail.example>\r\n\r\ny"
    ),
    "s/mime signature": attached("application/pkcs7-signature", b"CN=Piet Jansen piet@mail.example"),
    "signed": parts(
        "\r\nPiet Jansen", "Content-Type: application/pgp-signature\r\n\r\npiet@mail.example", subtype="signed"
    ),
    "key": attached("application/pgp-keys", b"piet@mail.example"),
    "key as a file": attached("application/octet-stream; name=0xABC.asc", b"piet@mail.example"),
    "pgp in the text": mail(PGP),
    "photo": attached("image/jpeg", photo()),
    "photo as a file": attached("application/octet-stream; name=foto", photo()),
    "svg": attached("image/svg+xml", b"<svg><text>Piet Jansen</text><!-- piet@mail.example --></svg>"),
    "csv": attached("text/csv; name=a.csv", b"naam;mail\nPiet Jansen;piet@mail.example\n"),
}


@pytest.mark.parametrize("way", LEAKS)
def test_the_authority_cannot_tell_who_wrote(way: str) -> None:
    raw = disguise(LEAKS[way])
    everything = [
        raw,
        *(data for _, data in leaves(raw)),
        "".join(part.as_string() for part in parsed(raw).walk()).encode(),
    ]
    for data in everything:
        for trace in (b"piet@mail", b"p.jansen@", b"piet jansen", b"X-Mine"):
            assert trace.lower() not in data.lower()
    assert find_exposures(raw, FORBIDDEN, hidden=[People(names=["Piet Jansen"])]) == ()


@pytest.mark.parametrize("way", LEAKS)
def test_what_the_member_wanted_to_say_still_arrives(way: str) -> None:
    raw = disguise(LEAKS[way])
    assert parsed(raw).get_content_type() in ("text/plain", "multipart/mixed")
    assert b"Bel 112" in b"".join(data for _, data in leaves(raw))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (parts("Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", subtype="encrypted"), "encrypted"),
        (attached("application/pkcs7-mime; smime-type=enveloped-data", b"x"), "S/MIME"),
        (attached("application/octet-stream; name=smime.p7m", b"x"), "S/MIME"),
        (mail(b"-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n"), "encrypted"),
        (attached("application/ms-tnef", b"x"), "winmail"),
        (attached("application/octet-stream; name=WINMAIL.DAT", b"x"), "winmail"),
        (attached("image/heic", b"\0\0\0\x18ftypheic"), "picture"),
        (attached("image/tiff", b"II*\0"), "picture"),
        (attached("video/quicktime; name=film.mov", b"\0\0\0\x14ftypqt  "), "film"),
        (attached("image/jpeg", b"no picture"), "picture"),
        (attached("image/jpeg", photo()[:30]), "picture"),
        (mail(b"begin 644 foto.jpg\r\nM_]C\r\nend\r\n"), "uuencode"),
        (mail(b"x", "Content-Type: message/partial; id=1; number=1"), "split"),
    ],
)
def test_what_cannot_be_made_safe_is_held_with_a_reason(source: bytes, reason: str) -> None:
    assert reason in refusal(source)


def test_pictures_pdfs_and_their_places_in_the_text_stay() -> None:
    source = sample()
    html = source.get_payload(0).get_payload(1).get_payload(1)  # type: ignore[union-attr]
    picture = BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    html.set_payload(b64encode(picture.getvalue()).decode())  # type: ignore[union-attr]
    raw = disguise(bytes(source))
    assert [kind for kind, _ in leaves(raw)] == [
        "text/plain",
        "text/html",
        "image/png",
        "application/pdf",
        "text/plain",
    ]
    found = dict(leaves(raw))
    cid = next(part["Content-ID"] for part in parsed(raw).walk() if part.get_content_type() == "image/png")
    assert f"cid:{cid.strip('<>')}".encode() in found["text/html"]
    assert found["image/png"] == picture.getvalue()
    assert found["application/pdf"] == b"%PDF-1.7 \x00\xff pdf"
    assert b'filename="verklaring.pdf"' in raw


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8"])
def test_a_text_without_the_member_keeps_its_charset_and_bytes(charset: str) -> None:
    body = "Gele Polo bij café Zoé\r\n".encode(charset)
    raw = disguise(mail(body, f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit"))
    assert body in raw
    assert parsed(raw).get_content_charset() == charset


def test_a_text_with_the_member_keeps_its_charset_where_that_can_hold_it() -> None:
    raw = disguise(mail("Piet Jansen, café\r\n".encode("latin-1"), "Content-Type: text/plain; charset=iso-8859-1"))
    assert parsed(raw).get_content().startswith("BIN-lid K7Q4M2X9, café")
    assert parsed(raw).get_content_charset() == "iso-8859-1"


def test_what_was_dropped_is_told_by_kind_and_not_by_name() -> None:
    source = LEAKS["vcard as a file"]
    content = pseudonymous(read_message(source), FOOTER, person=PIET, pseudonym=PSEUDONYM, boundary=BOUNDARY)
    assert isinstance(content, Content)
    assert content.dropped == ("a contact card",)
