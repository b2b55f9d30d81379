"""A file that is written into a text is seen wherever the pieces of the text are cut."""

from __future__ import annotations

import binascii
from base64 import b64encode
from urllib.parse import quote_from_bytes

import pytest

from binrelay.mail.files_in_text import files_in

SECRET = b"<secret jan@mail.example>"
LETTERS = b64encode(SECRET).decode()
UU = "begin 644 a.txt\r\n" + binascii.b2a_uu(SECRET).decode().replace("\n", "\r\n") + "`\r\nend\r\n"


def pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


@pytest.mark.parametrize(
    "text",
    [
        f"<img src='data:image/png;base64,{LETTERS}'>",
        f"<img src=data:text/plain,{quote_from_bytes(SECRET)}>",
        f"url(DATA:;base64,{LETTERS})",
        f"<a href='data:a,x'><img src='data:image/png;base64,{LETTERS.replace('=', '%3D')}",
        f"Dag\r\n{UU}Groet",
    ],
    ids=["base64", "percent", "upper case", "second of two, and not closed", "uuencode"],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 16, 61, 10_000])
def test_a_file_in_a_text_is_seen_wherever_the_text_is_cut(text: str, size: int) -> None:
    assert any(SECRET in found for found in files_in(lambda: pieces(text, size)))


def test_a_text_without_files_has_none() -> None:
    assert list(files_in(lambda: ["Wij begin nen om 8 uur. ", "data: volgt"])) == []
