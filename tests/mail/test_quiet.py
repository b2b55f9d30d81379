from __future__ import annotations

from time import process_time

import pytest

from binrelay.mail.quiet import without_addresses


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<jan@mail.example>: user unknown", "<…>: user unknown"),
        ('"jan.de.vries@mail.example" over quota', '"…" over quota'),
        ("rfc822;jan@mail.example", "rfc822;…"),
        ("RCPT TO:<jan@mail.example> 450 try later", "RCPT TO:<…> 450 try later"),
        ("https://x.example/?m=jan%40mail.example&y", "https:…"),
        ("jan=40mail.example", "…"),
        ("jan\uff20mail.example", "…"),
        ("jan@münchen.example, piet@mail.example", "…, …"),
        ("SRS0=x=y=mail.example=jan@relay.example", "…"),
        ("5.7.1 policy; see https://provider.example/help", "5.7.1 policy; see https://provider.example/help"),
        ("reduce 50 @ 10 a minute", "reduce 50 @ 10 a minute"),
    ],
)
def test_what_a_server_says_is_kept_without_whom_it_says_it_of(text: str, left: str) -> None:
    assert without_addresses(text) == left


@pytest.mark.parametrize(
    "bomb", ["a" * 1_000_000, "@" * 1_000_000, "a@" * 500_000, "a=" * 500_000, "a" * 999_999 + "@"]
)
def test_no_text_takes_long(bomb: str) -> None:
    start = process_time()
    without_addresses(bomb)
    assert process_time() - start < 2
