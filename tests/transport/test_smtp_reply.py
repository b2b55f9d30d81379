"""What a server says is understood, however it is cut, and never believed when it is no reply."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binrelay.mail.envelope import SmtpReply
from binrelay.transport.smtp_reply import GarbledReply, ReplyReader

TALK = b"250-2.1.5 first\r\n250 2.1.5 second\r\n452 4.5.3 too many\r\n354 go\r\n250\r\n"
REPLIES = [
    SmtpReply(250, "2.1.5", "first second"),
    SmtpReply(452, "4.5.3", "too many"),
    SmtpReply(354, None, "go"),
    SmtpReply(250, None, ""),
]


@given(st.lists(st.integers(0, len(TALK)), max_size=8).map(sorted))
def test_replies_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    reader = ReplyReader()
    edges = [0, *cuts, len(TALK)]
    pieces = [TALK[start:stop] for start, stop in pairwise(edges)]
    assert [reply for piece in pieces for reply in reader.feed(piece)] == REPLIES
    assert reader.between_replies


def test_a_status_of_another_class_than_the_code_is_text() -> None:
    assert list(ReplyReader().feed(b"250 5.1.1 odd\r\n")) == [SmtpReply(250, None, "5.1.1 odd")]


def test_a_version_number_is_no_status() -> None:
    assert list(ReplyReader().feed(b"220 2.0.0-beta server\r\n")) == [SmtpReply(220, None, "2.0.0-beta server")]


def test_control_characters_cannot_forge_a_log_line() -> None:
    assert next(ReplyReader().feed(b"550 no\x1b[31m\rINFO sent\r\n")).text == "no [31m INFO sent"


def test_text_that_is_not_utf8_is_read_all_the_same() -> None:
    assert next(ReplyReader().feed(b"550 niet bekend \xe9\xe9n\r\n")).code == 550


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\r\n",
        b"25 short\r\n",
        b"150 no such class\r\n",
        b"250x glued\r\n",
        b"250-one\r\n550 of two codes\r\n",
        b"250 " + b"x" * 10_000,
        b"250-endless\r\n" * 10_000,
    ],
)
def test_what_is_no_reply_is_refused(garbage: bytes) -> None:
    with pytest.raises(GarbledReply):
        list(ReplyReader().feed(garbage))


def test_the_reply_before_the_garbage_still_counts() -> None:
    replies = ReplyReader().feed(b"250 ok\r\nrubbish\r\n")
    assert next(replies).code == 250


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_garble(data: bytes) -> None:
    reader = ReplyReader()
    try:
        codes = [reply.code for reply in reader.feed(data)]
    except GarbledReply:
        codes = []
    assert all(200 <= code < 600 for code in codes)
