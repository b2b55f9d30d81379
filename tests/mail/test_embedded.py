"""A mail that was put into another is opened where it stands."""

from __future__ import annotations

import tracemalloc
from base64 import encodebytes

from binrelay.mail.embedded import read_embedded, read_mail
from binrelay.mail.mime import MAX_DEPTH, Part, walk

INNER = b"Subject: Polo\r\nContent-Type: text/plain\r\n\r\nGele Polo\r\n"


def holder(inner: bytes, encoding: str = "8bit") -> tuple[Part, bytes]:
    content = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + inner
    root = read_mail(content, 0, len(content))
    assert root is not None
    return root, content


def test_the_inner_mail_is_read_where_it_stands() -> None:
    root, content = holder(b"\r\n\r\n" + INNER)
    tree, inner = read_embedded(root, content)
    assert tree is not None
    assert inner is content
    assert inner[tree.start :] == INNER
    assert inner[tree.body : tree.end] == b"Gele Polo\r\n"


def test_an_encoded_inner_mail_is_read_too() -> None:
    tree, inner = read_embedded(*holder(encodebytes(INNER), "base64"))
    assert tree is not None
    assert inner[tree.body : tree.end] == b"Gele Polo\r\n"


def test_an_inner_mail_that_is_nested_too_deep_is_said_to_be_unreadable() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (at, at) for at in range(MAX_DEPTH + 2)
    )
    assert read_embedded(*holder(deep))[0] is None


def test_nothing_inside_is_as_readable_as_an_empty_mail() -> None:
    tree, _ = read_embedded(*holder(b""))
    assert tree is not None
    assert [part.media_type for part in walk(tree)] == ["text/plain"]


def test_a_large_inner_mail_is_not_copied() -> None:
    root, content = holder(INNER + b"a" * 5_000_000)
    tracemalloc.start()
    try:
        read_embedded(root, content)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
