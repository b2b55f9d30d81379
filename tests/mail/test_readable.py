"""What is too much to read is told by what a reader sees of it, not by the size of the mail."""

from __future__ import annotations

from base64 import b64encode, encodebytes

import pytest

from binrelay.mail.message import read_message
from binrelay.mail.readable import MOST_TEXT, has_too_much_text


def mail(body: bytes, *fields: str) -> bytes:
    head = "".join(f"{field}\r\n" for field in ("From: a@b.example", *fields))
    return head.encode() + b"\r\n" + body


def parts(*each: bytes) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in each) + b"--b--\r\n"
    return mail(body, 'Content-Type: multipart/mixed; boundary="b"')


HTML = "Content-Type: text/html; charset=utf-8"
WORDS = b"Dag buren. " * (MOST_TEXT // 11 + 1)
NEWSLETTER = b"<p class=a>Nieuws uit de wijk.</p>" * 20_000
PICTURE = b"<p>Dag<img src='data:image/jpeg;base64," + b64encode(bytes(3_000_000)) + b"'>"


@pytest.mark.parametrize(
    "content",
    [
        mail(WORDS),
        mail(WORDS, HTML),
        mail(encodebytes(WORDS), "Content-Transfer-Encoding: base64"),
        parts(*[b"\r\n" + WORDS[:20_000]] * 60),
    ],
    ids=["text", "page", "encoded", "many parts"],
)
def test_a_book_is_too_much(content: bytes) -> None:
    assert has_too_much_text(read_message(content))


@pytest.mark.parametrize(
    "content",
    [
        mail(NEWSLETTER, HTML),
        mail(PICTURE, HTML),
        mail(encodebytes(PICTURE), HTML, "Content-Transfer-Encoding: base64"),
        parts(b"\r\nZie bijlage.", b"Content-Disposition: attachment\r\n\r\n" + WORDS),
        parts(b"\r\nZie bijlage.", b"Content-Type: text/plain; name=notulen.txt\r\n\r\n" + WORDS),
        parts(b"\r\nDag", b"Content-Type: image/jpeg\r\n\r\n" + WORDS),
        mail(b"Dag"),
    ],
    ids=["newsletter", "pasted photo", "pasted photo, encoded", "attachment", "named file", "photo", "two words"],
)
def test_what_people_send_is_not(content: bytes) -> None:
    assert not has_too_much_text(read_message(content))
