"""Our mark is known again, says nothing, and nobody else can make one."""

from __future__ import annotations

import pytest

from binrelay.mail.mark import is_our_mark, make_mark

KEY = bytes(range(32))
NONCE = "K7Q4M2X9K7Q4M2X9"
MARK = make_mark(KEY, NONCE)


def test_a_mark_is_known_by_every_network_of_the_installation_and_by_no_other_installation() -> None:
    assert is_our_mark(f" {MARK} ", KEY)
    assert not is_our_mark(MARK, KEY[::-1])


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        NONCE,
        f"{NONCE}-",
        MARK[:-1],
        MARK + "A",
        MARK.lower(),
        MARK.replace("K7", "K8"),
        f"{MARK} {MARK}",
        "é" * 50,
    ],
)
def test_what_is_not_whole_is_not_ours(value: str | None) -> None:
    assert not is_our_mark(value, KEY)


def test_without_a_key_nothing_is_ours() -> None:
    assert not is_our_mark(make_mark(b"", NONCE), b"")
