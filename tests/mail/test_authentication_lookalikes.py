"""Fields that look like a server's verdict and are none: whoever wrote them, they prove nothing and refute nothing."""

from __future__ import annotations

import pytest

from binrelay.mail.address import parse_address
from binrelay.mail.authentication import Verdict, read_evidence
from binrelay.mail.header import read_header

ID = "mx.provider.example"
VERDICT = f"{ID}; dmarc={{}} header.from=politie.example; dkim={{}} header.d=politie.example"
# What relays keep of a verdict that was made elsewhere, what filters add, what a reader of names might mix up.
LOOKALIKES = [
    "Authentication-Results-Original",
    "X-Authentication-Results",
    "X-Original-Authentication-Results",
    "X-MS-Exchange-Authentication-Results",
    "ARC-Authentication-Results",
    "Old-Authentication-Results",
    "Authentication-Result",
    "Authentication_Results",
    "Authentication-Results\u2011X",
    "DMARC-Results",
]
HANDOVER = f"Received: from mail.politie.example (mail.politie.example [203.0.113.9]) by {ID} with ESMTPS id 1; x\r\n"


def verdict(*fields: str) -> Verdict | None:
    officer = parse_address("wijkagent@politie.example")
    assert officer is not None
    header, _, _ = read_header(("".join(fields) + "From: wijkagent@politie.example\r\n\r\n").encode())
    found = read_evidence(header, officer, trusted=(ID,))
    return found.verdict if found else None


@pytest.mark.parametrize("name", LOOKALIKES)
@pytest.mark.parametrize("instance", ["", "i=1; "])
def test_a_field_that_only_looks_like_a_verdict_proves_nobody(name: str, instance: str) -> None:
    looks = f"{name}: {instance}{VERDICT.format('pass', 'pass')}\r\n"
    assert verdict(looks) is Verdict.UNPROVEN
    assert verdict(looks, HANDOVER) is Verdict.UNPROVEN
    assert verdict(HANDOVER, looks) is Verdict.UNPROVEN


@pytest.mark.parametrize("name", LOOKALIKES)
def test_nor_does_it_take_anything_from_what_the_pinned_server_says(name: str) -> None:
    passed = f"Authentication-Results: {VERDICT.format('pass', 'pass')}\r\n"
    failed = f"Authentication-Results: {VERDICT.format('fail', 'fail')}\r\n"
    assert verdict(f"{name}: {VERDICT.format('fail', 'fail')}\r\n", passed, HANDOVER) is Verdict.PASS
    assert verdict(f"{name}: {VERDICT.format('pass', 'pass')}\r\n", failed, HANDOVER) is Verdict.FAIL


def test_the_same_words_under_the_right_name_do_prove() -> None:
    assert verdict(f"Authentication-Results: {VERDICT.format('pass', 'pass')}\r\n", HANDOVER) is Verdict.PASS
