from __future__ import annotations

from binrelay.mail.footer import RULE, footer_in_place, footer_text, hides_what_follows
from binrelay.mail.message import read_message
from tests.mail.outgoing import mail, root_of

FOOTER = footer_text("Bel 112.\n")


def edited(body: bytes, *headers: str, footer: str = FOOTER) -> bytes | None:
    return footer_in_place(root_of(read_message(mail(body, *headers))), body, footer)


def test_a_line_stands_between_the_author_and_us() -> None:
    assert FOOTER.splitlines() == [RULE, "Bel 112."]
    assert not hides_what_follows(FOOTER)
    assert RULE.isascii()


def test_the_footer_begins_on_a_line_of_its_own() -> None:
    assert edited(b"Dag") == b"Dag\r\n\r\n" + FOOTER.encode()
    assert edited(b"Dag\r\n") == b"Dag\r\n\r\n" + FOOTER.encode()


def test_flowed_text_does_not_flow_into_the_footer() -> None:
    flowed = edited(b"een zin die \r\n", "Content-Type: text/plain; format=flowed")
    assert flowed == b"een zin die \r\n\r\n" + FOOTER.encode()


def test_an_accent_needs_a_charset_and_an_encoding_that_can_carry_it() -> None:
    accent = footer_text("één")
    latin = "Content-Type: text/plain; charset=iso-8859-1"
    assert edited(b"x\r\n", latin, footer=accent) is None
    assert edited(b"x\r\n", latin, "Content-Transfer-Encoding: 8bit", footer=accent) is not None
    assert edited(b"x\r\n", latin, "Content-Transfer-Encoding: 8bit", footer=footer_text("字")) is None
