"""The hash of a body is the one that every signer computes, and no body makes it slow."""

from __future__ import annotations

import hashlib
import time

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail import body_hash as module
from binrelay.mail.body_hash import body_hash

# The examples of RFC 6376 3.4.5 and of its empty body (3.4.3, 3.4.4).
RELAXED = {b" C \r\nD \t E\r\n\r\n\r\n": b" C\r\nD E\r\n", b"": b"", b"\r\n\r\n": b"", b" \r\n": b""}
SIMPLE = {b" C \r\nD \t E\r\n\r\n\r\n": b" C \r\nD \t E\r\n", b"": b"\r\n", b"\r\n\r\n": b"\r\n", b"a": b"a\r\n"}
BODIES = st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"\n", b"a", b"b c", b"  \r\n", b"\r"]), max_size=40).map(
    b"".join
)


def sha(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


@pytest.mark.parametrize("relaxed", [True, False])
def test_the_examples_of_the_standard_come_out(*, relaxed: bool) -> None:
    for body, canonical in (RELAXED if relaxed else SIMPLE).items():
        assert body_hash(body, 0, relaxed=relaxed, algorithm="sha256") == sha(canonical)
        assert body_hash(b"Subject: x\r\n\r\n" + body, 14, relaxed=relaxed, algorithm="sha256") == sha(canonical)


@settings(deadline=None, max_examples=300)
@given(body=BODIES, piece=st.integers(1, 7), relaxed=st.booleans())
def test_any_body_cut_anywhere_hashes_as_another_implementation_has_it(
    body: bytes, piece: int, *, relaxed: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PIECE", piece)
        ours = body_hash(body + b"x\r\n", 0, relaxed=relaxed, algorithm="sha256")
    normal = (body + b"x\r\n").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert ours == sha((Relaxed if relaxed else Simple).canonicalize_body(normal))


@pytest.mark.parametrize("body", [b" " * 5_000_000, b"\n" * 5_000_000, b" \n" * 2_500_000, b"a\t" * 2_500_000])
@pytest.mark.parametrize("relaxed", [True, False])
def test_time_is_linear_whatever_the_body(body: bytes, *, relaxed: bool) -> None:
    before = time.process_time()
    body_hash(body, 0, relaxed=relaxed, algorithm="sha256")
    assert time.process_time() - before < 2
