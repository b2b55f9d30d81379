"""A server that takes seven bits only gets the same mail, and every reader the same parts."""

from __future__ import annotations

import pytest
from hypothesis import given

from binrelay.mail.content import relayed
from binrelay.mail.message import read_message
from binrelay.mail.seven_bit import seven_bit
from tests.mail.outgoing import BOUNDARY, FOOTER, leaves, mail, parsed, written
from tests.mail.test_content_lines import bodies, canonical, human_made, types


def test_a_mail_in_ascii_stays_as_it_is() -> None:
    raw = mail(b"Gele Polo\r\n", "Content-Type: text/plain", "Content-Transfer-Encoding: 8bit")
    assert seven_bit(raw) is raw


@pytest.mark.parametrize("fields", [(), ("Content-Transfer-Encoding: 8bit",), ("Content-Transfer-Encoding: BINARY",)])
def test_a_text_beyond_ascii_is_read_as_before(fields: tuple[str, ...]) -> None:
    raw = seven_bit(mail("Café om de hoek\r\n".encode(), "Content-Type: text/plain; charset=utf-8", *fields))
    assert raw.isascii()
    assert parsed(raw).get_content().splitlines() == ["Café om de hoek"]
    assert raw.lower().count(b"content-transfer-encoding:") == 1


def test_only_the_parts_that_need_it_are_written_anew() -> None:
    ascii_part = b"--m\r\nContent-Type: text/plain\r\nX-Kept:as it is\r\n\r\nGoed"
    odd = b"\r\n--m\r\nContent-Type: text/html; charset=windows-1252\r\n\r\n<p>\xe9\xe9n\r\n--m--\r\n"
    raw = mail(ascii_part + odd, 'Content-Type: multipart/mixed; boundary="m"', "Content-Transfer-Encoding: 8bit")
    fit = seven_bit(raw)
    assert fit.isascii()
    assert ascii_part in fit
    assert leaves(fit) == leaves(raw)
    assert parsed(fit)["Content-Transfer-Encoding"] == "7bit", "RFC 2045 6.4: a multipart is never encoded itself"


def test_a_mail_of_nothing_but_mails_inside_mails_goes_out_too() -> None:
    raw = b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"Subject: binnen\r\n\r\nCaf\xc3\xa9\r\n"
    assert seven_bit(raw).endswith(b"Subject: binnen\r\n\r\nCaf\xc3\xa9\r\n")


def test_a_mail_inside_is_not_encoded_and_what_it_says_stays() -> None:
    inner = b"Subject: binnen\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    raw = mail(inner + "één\r\n".encode(), "Content-Type: message/rfc822", "Content-Transfer-Encoding: 8bit")
    fit = seven_bit(raw)
    (nested,) = parsed(fit).iter_parts()
    assert fit.isascii()
    assert nested.get_content().splitlines() == ["één"]


def test_what_was_signed_keeps_every_byte() -> None:
    signed = b"--s\r\n\r\n\xc3\xa9\xc3\xa9n\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n"
    raw = mail(signed, 'Content-Type: multipart/signed; boundary="s"')
    assert seven_bit(raw) == raw


def test_what_holds_a_signed_part_of_eight_bits_says_so_still() -> None:
    signed = b"--s\r\n\r\n\xc3\xa9\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n"
    inside = b'--m\r\nContent-Type: multipart/signed; boundary="s"\r\n\r\n' + signed + b"\r\n--m--\r\n"
    raw = mail(inside, 'Content-Type: multipart/mixed; boundary="m"', "Content-Transfer-Encoding: 8bit")
    assert seven_bit(raw) == raw


@given(bodies, types)
def test_whatever_goes_out_has_the_same_parts(body: bytes, media_type: str) -> None:
    raw = written(relayed(read_message(mail(body, f"Content-Type: {media_type}"))).above(FOOTER, boundary=BOUNDARY))
    assert leaves(seven_bit(raw)) == leaves(raw)


def test_no_mail_of_the_wild_loses_a_byte() -> None:
    """Its embedded mails may be encoded anew inside, so they are compared by their own parts."""
    count, changed = 0, []
    for path in human_made():
        message = read_message(canonical(path.read_bytes()))
        if message.root is None:
            continue
        raw = written(relayed(message).above(FOOTER, boundary=BOUNDARY))
        count += not raw.isascii()
        if _words(seven_bit(raw)) != _words(raw):
            changed.append(path)
    assert count > 100
    assert changed == []


def _words(raw: bytes) -> list[tuple[str, object]]:
    return [(kind, _words(data) if kind == "message/rfc822" else data) for kind, data in leaves(raw)]
