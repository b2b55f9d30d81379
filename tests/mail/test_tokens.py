"""Tags are read however people and mail systems write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail.address import Address, parse_address
from binrelay.mail.subject import read_subject
from binrelay.mail.tokens import address_tag, bracket, find_tags, read_tag

TAGS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=8, max_size=8)


def _address(text: str) -> Address:
    address = parse_address(text)
    assert address is not None
    return address


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("K7Q4M2X9", "K7Q4M2X9"),
        ("k7q4m2x9", "K7Q4M2X9"),
        (" k7Q4m2x9 ", "K7Q4M2X9"),
        ("K7Q4M2X", None),
        ("K7Q4M2X9A", None),
        ("K7Q4M2XI", "K7Q4M2X1"),
        ("K7O4Ml2x", "K704M12X"),
        ("K7Q4M2XU", None),
        ("K7Q4 M2X9", None),
        ("", None),
    ],
)
def test_a_tag_is_eight_characters_of_the_alphabet(text: str, tag: str | None) -> None:
    assert read_tag(text) == tag


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("zie [K7Q4M2X9].", ("K7Q4M2X9",)),
        ("_k7q4m2x9_ en K7Q4M2X9", ("K7Q4M2X9",)),
        ("a-K7Q4M2X9-b", ("K7Q4M2X9",)),
        ("xK7Q4M2X9", ()),
        ("éK7Q4M2X9", ()),
        ("K7Q4M2X90", ()),
        ("AAAAAAAA 20250506", ("AAAAAAAA", "20250506")),
    ],
)
def test_a_tag_stands_alone(text: str, tags: tuple[str, ...]) -> None:
    assert find_tags(text) == tags


def test_a_tag_that_was_copied_by_hand_is_the_tag_that_was_meant() -> None:
    assert find_tags("Re: kenmerk BlPJKMPO", retyped=True) == ("B1PJKMP0",)
    # What a program quotes is exact, and most words have one of these letters.
    assert find_tags("BlPJKMPO volledig") == ()


def test_candidates_are_capped() -> None:
    text = " ".join(f"{number:08}" for number in range(10_000))
    assert len(find_tags(text)) == 500
    assert len(find_tags(text, limit=3)) == 3


@settings(deadline=None)
@given(TAGS)
def test_a_tag_that_we_write_is_a_tag_that_we_read(tag: str) -> None:
    written = f"Antw: {bracket('BIN Wilhelminapark', tag)}Gele Polo"
    for text in (written, written.lower(), written.upper()):
        subject = read_subject(text, "BIN Wilhelminapark")
        assert (subject.marked, subject.ours, subject.reply) == (True, True, True)
        assert tag in find_tags(text)


def test_a_bulletin_bears_the_name_alone() -> None:
    assert bracket("BIN Wilhelminapark") == "[BIN Wilhelminapark] "
    assert bracket("BIN Wilhelminapark", "K7Q4M2X9") == "[BIN Wilhelminapark K7Q4M2X9] "


@pytest.mark.parametrize(
    ("recipient", "tag"),
    [
        ("coordinator+K7Q4M2X9@bin.example", "K7Q4M2X9"),
        ("Coordinator+k7q4m2x9@BIN.example", "K7Q4M2X9"),
        ("coordinator@bin.example", None),
        ("coordinator+hallo@bin.example", None),
        ("other+K7Q4M2X9@bin.example", None),
        ("coordinator+K7Q4M2X9@other.example", None),
        ("coordinator-K7Q4M2X9@bin.example", None),
    ],
)
def test_only_our_own_sub_address_holds_a_tag(recipient: str, tag: str | None) -> None:
    assert address_tag(_address(recipient), _address("coordinator@bin.example"), "+") == tag
