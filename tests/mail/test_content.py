from __future__ import annotations

import re

import pytest

from binrelay.mail.content import plain, relayed
from binrelay.mail.footer import RULE
from binrelay.mail.message import read_message
from tests.mail.outgoing import BOUNDARY, CORPUS, FOOTER, leaves, mail, parsed, relay, sample

ACCENTS = "Één keer bellen.\n"
BODY = b"Gele Polo gezien.\r\nGroet\r\n"


def test_a_plain_bulletin_keeps_its_text_and_has_the_footer_below_a_line() -> None:
    raw = relay(mail(BODY, "Content-Type: text/plain; charset=utf-8"))
    text = parsed(raw).get_content()
    assert parsed(raw).get_content_type() == "text/plain"
    assert text.startswith("Gele Polo gezien.\r\nGroet\r\n\r\n" + RULE)
    assert "Bel 112." in text


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8", "ISO-8859-15"])
def test_an_officers_charset_is_kept_and_the_footer_written_in_it(charset: str) -> None:
    body = "Café “Zoé”\r\n".replace("“", "").replace("”", "").encode(charset)
    raw = relay(mail(body, f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit"), ACCENTS)
    assert parsed(raw).get_content_charset() == charset.lower()
    assert "Café Zoé" in parsed(raw).get_content()
    assert "Één keer bellen." in parsed(raw).get_content()


@pytest.mark.parametrize(
    ("body", "headers", "footer"),
    [
        (BODY, ["Content-Type: text/plain; charset=us-ascii"], ACCENTS),
        (BODY, ["Content-Type: text/plain; charset=utf-8"], ACCENTS),
        (BODY, ["Content-Type: text/plain; charset=utf-16"], FOOTER),
        (BODY, ["Content-Type: text/plain; charset=x-made-up"], FOOTER),
        (BODY, ["Content-Type: text/plain; format=flowed; delsp=yes"], FOOTER),
        (b"Dag\r\n-- \r\nWijkagent\r\n", [], FOOTER),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nx\r\n", [], FOOTER),
        (b"R2VsZSBQb2xv\r\n", ["Content-Type: text/plain", "Content-Transfer-Encoding: base64"], FOOTER),
        (b"Gele=20Polo\r\n", ["Content-Transfer-Encoding: quoted-printable"], FOOTER),
        (b"<p>Polo</p>\r\n", ["Content-Type: text/html; charset=utf-8"], FOOTER),
        (BODY, ["Content-Type: text/plain; name=notes.txt", "Content-Disposition: attachment"], FOOTER),
    ],
)
def test_where_a_footer_would_do_harm_it_stands_in_a_part_of_its_own(
    body: bytes, headers: list[str], footer: str
) -> None:
    raw = relay(mail(body, *headers), footer)
    _, last = parsed(raw).iter_parts()
    assert parsed(raw).get_content_type() == "multipart/mixed"
    assert body in raw
    assert leaves(raw)[0][1] == leaves(mail(body, *headers))[0][1]
    assert all(f"{line}\r\n".encode() in raw for line in headers)
    assert last.get_content().startswith(RULE)
    assert last.get_content_disposition() == "inline"


def test_attachments_and_inline_pictures_arrive_bit_by_bit() -> None:
    source = bytes(sample())
    raw = relay(source)
    body = source.partition(b"\r\n\r\n")[2]
    assert body in raw
    assert leaves(raw)[:-1] == leaves(source)
    assert b'src="cid:foto@home"' in raw
    assert b"Content-ID: <foto@home>" in raw
    assert b'filename="verklaring.pdf"' in raw


def test_a_signed_bulletin_keeps_every_signed_byte() -> None:
    source = (CORPUS / "out-smime-signed.eml").read_bytes()
    raw = relay(source)
    body = source.partition(b"\r\n\r\n")[2]
    declared = re.search(rb"Content-Type: multipart/signed.*\r\n", source)
    assert body in raw
    assert declared
    assert declared[0] in raw
    assert b"X-Odd:a\r\n" in raw
    assert parsed(raw).get_content_type() == "multipart/mixed"


def test_an_odd_boundary_of_the_author_survives() -> None:
    body = b"--m\r\n\r\none\r\n--mm\r\n--m \t\r\n\r\ntwo\r\n"
    raw = relay(mail(body, 'Content-Type: multipart/mixed; boundary="m"'))
    assert body in raw
    assert leaves(raw)[:-1] == [("text/plain", b"one\r\n--mm"), ("text/plain", b"two\r\n")]


def test_a_body_that_knows_our_boundary_cannot_end_our_part() -> None:
    body = f"--{BOUNDARY}--\r\nReclame\r\n".encode()
    raw = relay(mail(body, "Content-Type: text/html"))
    assert leaves(raw)[0] == ("text/html", body)
    assert len(leaves(raw)) == 2


@pytest.mark.parametrize(
    "evil", ["Content-Foo: x", "Content-Location: http://a.example/", "Content-Base: x", "X-Jan: y"]
)
def test_only_known_content_fields_pass(evil: str) -> None:
    raw = relay(mail(BODY, "Content-Language: nl", evil))
    assert evil.partition(":")[0].encode() not in raw
    assert b"Content-Language: nl\r\n" in raw


def test_raw_8_bit_in_a_content_field_becomes_proper_parameters() -> None:
    source = mail(
        b"x\r\n", "Content-Type: application/pdf; name=één.pdf", "Content-Disposition: attachment; filename=één.pdf"
    )
    part = next(parsed(relay(source)).iter_attachments())
    assert part.get_content_type() == "application/pdf"
    assert part.get_filename() == "één.pdf"


def test_an_encoding_with_a_stray_byte_behind_it_is_still_one() -> None:
    raw = mail(b"R2VsZSBQb2xv\r\n", "Content-Type: text/plain").replace(
        b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\x85\r\n\r\n", 1
    )
    assert leaves(relay(raw))[0] == ("text/plain", b"Gele Polo")


def test_a_parameter_whose_name_is_none_is_left_out_and_the_mail_goes_on() -> None:
    raw = relay(mail(BODY, "Content-Type: text/plain; charset=utf-8; r\u00e9f\u00e9rence=1; format=flowed"))
    assert parsed(raw).get_content().startswith("Gele Polo gezien.")
    assert parsed(raw)["Content-Type"].params == {"charset": "utf-8", "format": "flowed"}


def test_a_multipart_of_a_kind_beyond_ascii_still_shows_its_parts() -> None:
    raw = relay(mail(b"--b\r\n\r\nDag\r\n--b--\r\n", 'Content-Type: multipart/g\u00e9m\u00eal\u00e9; boundary="b"'))
    assert [part.get_content_type() for part in parsed(raw).walk()] == [
        "multipart/mixed",
        "multipart/mixed",
        "text/plain",
        "text/plain",
    ]


def test_text_without_a_type_is_given_one_that_shows_its_accents() -> None:
    assert "Café" in parsed(relay(mail("Café\r\n".encode("cp1252")))).get_content()
    assert "Café" in parsed(relay(mail("Café\r\n".encode()))).get_content()


def test_a_multipart_that_has_no_parts_is_shown_as_the_text_it_is() -> None:
    raw = relay(mail(b"Antwoord van de wijkagent\r\n", "Content-Type: multipart/alternative"), "")
    assert parsed(raw).get_content_type() == "text/plain"
    assert "Antwoord van de wijkagent" in parsed(raw).get_content()


def test_without_a_footer_nothing_is_added() -> None:
    assert relayed(read_message(mail(BODY))).above(" ", boundary=BOUNDARY).joined() == BODY


def test_a_mail_that_was_not_read_is_not_relayed() -> None:
    message = read_message(b"Subject: x\r\n" * 20_000)
    with pytest.raises(ValueError, match="cannot be read"):
        relayed(message).above(FOOTER, boundary=BOUNDARY)


@pytest.mark.parametrize("text", ["Dag\n", "é" * 3000, "x" * 3000 + "\n", "tab \t\n.\nFrom me\n=20 \n", "字" * 100, ""])
def test_our_own_texts_arrive_as_written(text: str) -> None:
    content = plain(text)
    raw = b"".join(content.fields) + b"\r\n" + content.joined()
    assert parsed(raw).get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    assert max(map(len, content.joined().split(b"\r\n"))) <= 78
