"""No content leaves that a server could read as two mails, and a large one costs its size once."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binrelay.transport.smtp_content import ReadyContents, make_ready

LINE = b"a line of quite ordinary length, as people write them, more or less.\r\n"


def wire(content: bytes) -> bytes:
    ready = make_ready(content)
    return b"".join((*ready.pieces, ready.end))


def unstuff(data: bytes) -> bytes:
    """What RFC 5321 4.5.2 makes a server do."""
    lines = data.split(b"\r\n")
    end = lines.index(b".")
    assert lines[end + 1 :] == [b""], "the final dot stands in the middle"
    return b"".join(line.removeprefix(b".") + b"\r\n" for line in lines[:end])


@given(
    st.lists(st.sampled_from([b"", b".", b"..", b".x", b"x.", b"text"])).map(lambda lines: b"\r\n".join([*lines, b""]))
)
def test_what_the_server_unstuffs_is_what_was_given(content: bytes) -> None:
    assert unstuff(wire(content)) == content


def test_dots_at_the_seams_of_pieces_are_stuffed_too() -> None:
    content = (b"x" * 100 + b"\r\n.\r\n") * 20_000
    assert len(make_ready(content).pieces) > 2
    assert unstuff(wire(content)) == content


def test_a_missing_last_line_end_is_added_before_the_dot() -> None:
    assert wire(b"text") == b"text\r\n.\r\n"
    assert wire(b"") == b".\r\n"


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r\r\n.\r\n", b"\0"]
)
def test_every_known_smuggled_end_of_data_is_refused(end: bytes) -> None:
    with pytest.raises(ValueError, match="content"):
        make_ready(b"Subject: x\r\n\r\ntext" + end + b"MAIL FROM:<evil@x.example>\r\n")


@pytest.mark.parametrize("fill", [0, 300_000])
def test_a_line_over_998_octets_is_refused(fill: int) -> None:
    make_ready(LINE * (fill // len(LINE)) + b"x" * 998 + b"\r\n")
    with pytest.raises(ValueError, match="998"):
        make_ready(LINE * (fill // len(LINE)) + b"x" * 999 + b"\r\n")


def test_a_content_of_one_endless_line_is_refused_quickly() -> None:
    with pytest.raises(ValueError, match="998"):
        make_ready(b"x" * 1_000_000)


def test_eight_bit_is_noticed_in_any_piece() -> None:
    assert not make_ready(LINE * 10_000).eight_bit
    assert make_ready(LINE * 10_000 + "één\r\n".encode()).eight_bit


def test_content_without_leading_dots_is_not_copied() -> None:
    content = LINE * 100_000
    assert all(isinstance(piece, memoryview) for piece in make_ready(content).pieces)


async def test_the_same_content_is_made_ready_once() -> None:
    contents, content = ReadyContents(), LINE * 2_000
    first, second = await asyncio.gather(contents.of(content), contents.of(bytes(bytearray(content))))
    assert first is second


async def test_only_a_few_contents_are_kept() -> None:
    contents = ReadyContents()
    oldest = await contents.of(b"0\r\n")
    for number in range(1, 5):
        await contents.of(b"%d\r\n" % number)
    assert await contents.of(b"0\r\n") is not oldest
    contents.forget()


async def test_forgotten_contents_are_gone() -> None:
    contents = ReadyContents()
    first = await contents.of(LINE)
    contents.forget()
    assert await contents.of(LINE) is not first


async def test_a_large_content_does_not_hold_up_the_loop() -> None:
    content = (LINE + b".dot\r\n") * 350_000  # 26 MB
    worst = 0.0
    task = asyncio.create_task(ReadyContents().of(content))
    while not task.done():
        begin = time.process_time()
        await asyncio.sleep(0.001)
        worst = max(worst, time.process_time() - begin)
    assert (await task).size == len(content)
    assert worst < 0.1  # seconds of our own: other programs work here too
